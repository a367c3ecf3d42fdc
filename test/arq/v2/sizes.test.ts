/** Reliable data whose packets change their size from phase to phase. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bufferedDatagrams } from '../../../src/arq/v2/buffer-room.js';
import type { BulkPlan } from '../../../src/arq/v2/bulk.js';
import { MIN_WINDOW, PACKET_OVERHEAD_BYTES } from '../../../src/arq/v2/limits.js';
import { Pair } from './pair.js';

const BUFFER_BYTES = 8 << 20;
const LINK = { delayUs: 5000 };
/** Nothing but the receiver's window holds it back. */
const PLAN: BulkPlan = { packetSizeBytes: 100, reliable: true, rateBps: 0, cc: 'none', packets: 20_000 };
const LIMIT_US = 30e6;

/** As a session does it: the message that announces a phase is in front of its data. */
function runPhase(pair: Pair, packetSizeBytes: number, packets: number): { mostInFlightBytes: number } {
  const { client, listener } = pair;
  const seen = { mostInFlightBytes: 0 };
  listener.handleMessage = (text) => listener.engine.expectBulk(Number(text), 0);
  client.handleSent = () => {
    seen.mostInFlightBytes = Math.max(seen.mostInFlightBytes, client.engine.inFlightBytes);
  };
  client.say(String(packetSizeBytes));
  client.engine.startBulk(pair.nowUs, { ...PLAN, packetSizeBytes, packets });
  pair.runUntil(() => client.engine.isBulkSent, LIMIT_US);
  client.engine.stopBulk();
  pair.runUntil(() => client.engine.isAllAcked, LIMIT_US);
  return seen;
}

describe('reliable data in packets of changing sizes', () => {
  it('is never more than what the receiver`s buffer holds, whatever size its window was told for', () => {
    const pair = new Pair({ seed: 1, up: LINK, down: LINK, listener: { bufferBytes: BUFFER_BYTES } });
    pair.open();
    for (const [packetSizeBytes, packets] of [
      [100, 20_000],
      [60_000, 300],
      [10, 20_000],
      [9000, 3000],
      [63_000, 300],
    ] as const) {
      const { mostInFlightBytes } = runPhase(pair, packetSizeBytes, packets);
      const packetBytes = packetSizeBytes + PACKET_OVERHEAD_BYTES;
      const leastBytes = MIN_WINDOW * packetBytes;
      const holdsBytes = bufferedDatagrams(BUFFER_BYTES, packetBytes) * packetBytes;
      assert.ok(mostInFlightBytes <= holdsBytes, `${mostInFlightBytes} bytes of ${packetSizeBytes} each`);
      assert.ok(mostInFlightBytes > leastBytes, `only ${mostInFlightBytes} bytes of ${packetSizeBytes} each`);
    }
    assert.equal(pair.client.engine.sent.lost, 0);
    assert.equal(pair.listener.engine.received.refused, 0);
  });
});
