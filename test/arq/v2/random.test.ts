import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LossyLinkOptions } from '../../support/lossy-link.js';
import { Prng } from '../../support/prng.js';
import { testSeed, withSeed } from '../../support/seed.js';
import { type End, Pair } from './pair.js';

const RUNS = 2500;
/** Of virtual time; a blackhole of 3 s, 30 % loss and 20 ms are through long before. */
const LIMIT_US = 120e6;

/** A path at random: most faults are off most of the time, so that each meets each. */
function randomLink(rand: Prng): LossyLinkOptions {
  const sometimes = (max: number) => (rand.below(3) === 0 ? (rand.below(1000) / 1000) * max : 0);
  const holeFromUs = rand.below(200_000);
  return {
    delayUs: rand.pick([50, 1000, 10_000, 40_000]),
    jitterUs: rand.pick([0, 0, 500, 5000]),
    loss: sometimes(0.3),
    reorder: sometimes(0.2),
    duplicate: sometimes(0.2),
    corrupt: sometimes(0.1),
    ...(rand.below(4) === 0 ? { burst: { pGoodToBad: 0.01, pBadToGood: 0.2, lossBad: 0.8 } } : {}),
    ...(rand.below(6) === 0
      ? { blackhole: [[holeFromUs, holeFromUs + rand.below(3_000_000)] as const] }
      : {}),
    ...(rand.below(3) === 0
      ? { rateBps: 2e6 * (1 + rand.below(50)), queueBytes: 20_000 + rand.below(200_000) }
      : {}),
  };
}

/** Bulk data one way while messages go both ways, then Done; all must come, once and in order. */
function runOnce(seed: number): void {
  const rand = new Prng(seed);
  const pair = new Pair({ seed, up: randomLink(rand), down: randomLink(rand) });
  pair.open(LIMIT_US);
  const [from, to] = rand.below(2) === 0 ? [pair.client, pair.listener] : [pair.listener, pair.client];
  const packets = 1 + rand.below(400);
  const packetSizeBytes = rand.pick([0, 10, 16, 100, 1400]);
  const cc = rand.pick(['cubic', 'newreno', 'none'] as const);
  const said = new Map<End, string[]>([
    [from, [...to.messages]],
    [to, [...from.messages]],
  ]);
  const say = (end: End, text: string) => {
    end.say(text);
    said.get(end)!.push(text);
  };
  say(from, 'start');
  from.engine.startBulk(pair.nowUs, { packetSizeBytes, reliable: true, rateBps: 0, cc, packets });
  for (let i = 0; i < rand.below(20); i++) {
    say(rand.below(2) === 0 ? from : to, `message ${i}`);
    pair.runFor(rand.below(20_000));
  }
  pair.runUntil(() => from.engine.isBulkSent, LIMIT_US);
  from.engine.stopBulk();
  say(from, 'done');
  pair.runUntil(() => isSettled(pair) && said.get(from)!.length === to.messages.length, LIMIT_US);
  assert.deepEqual(to.messages, said.get(from));
  assert.deepEqual(from.messages, said.get(to));
  checkCounters(pair, from, to, packets, packetSizeBytes);
}

function isSettled({ client, listener }: Pair): boolean {
  return client.engine.isAllAcked && listener.engine.isAllAcked;
}

function checkCounters(pair: Pair, from: End, to: End, packets: number, packetSizeBytes: number): void {
  const { sent } = from.engine;
  const { received } = to.engine;
  assert.equal(sent.bulkPackets, packets);
  assert.equal(received.bulkPackets, packets, 'each bulk packet is counted once');
  assert.equal(received.bulkBytes, packets * packetSizeBytes);
  assert.equal(to.engine.delayed, 0);
  assert.equal(from.engine.inFlightBytes, 0);
  for (const [sender, receiver, link] of [
    [pair.client, pair.listener, pair.up],
    [pair.listener, pair.client, pair.down],
  ] as const) {
    const { sent: s } = sender.engine;
    const { received: r } = receiver.engine;
    assert.equal(link.counters.sent, s.datagrams);
    assert.ok(r.datagrams <= link.counters.delivered);
    assert.equal(s.packets - s.resent, sender.engine.sent.bulkPackets + receiver.messages.length);
    assert.ok(s.spurious <= s.resent);
    assert.equal(r.recovered, r.lost, 'what was lost has come all the same');
    assert.ok(r.lost <= s.resent, 'no more losses than copies');
  }
}

describe('a v2 connection over a path at random', () => {
  const seed = testSeed();
  it(`delivers everything once and in order in ${RUNS} runs (CONNTEST_SEED=${seed})`, () => {
    for (let n = 0; n < RUNS; n++) withSeed(seed + n, runOnce);
  });
});
