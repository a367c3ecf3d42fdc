import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MeasurePlan } from '../../src/options/types.js';
import { MIN_SEND_BUFFER_BYTES } from '../../src/wire/send-buffer.js';
import { Prng } from '../support/prng.js';
import { testSeed, withSeed } from '../support/seed.js';
import type { VirtualEnd } from '../support/virtual-end.js';
import { TICK_US } from '../support/virtual-end.js';
import { type PairPlan, VirtualPair } from '../support/virtual-pair.js';
import type { StreamPlan, VirtualStream } from '../support/virtual-stream.js';

const RUNS = 500;
const LATENCIES = 3;
const TIMEOUT_US = 5_000_000;
/** Some runs lose their network somewhere in this time. */
const MAX_CUT_US = 250_000;

function randomStream(prng: Prng): StreamPlan {
  const bytesPerS = prng.pick([20e3, 300e3, 5e6, 100e6]);
  return {
    delayUs: prng.pick([0, 7, 400, 20_000, 150_000]),
    bytesPerS,
    // No read and no full buffer takes more than a second: what is silent for longer is an outage.
    maxChunkBytes: Math.min(bytesPerS, prng.pick([bytesPerS > 1e6 ? 700 : 13, 100, 1448, 65_536])),
    sendBufferBytes: Math.min(bytesPerS, prng.pick([0, 3000, 65_536, 4 << 20])),
    isHollow: false,
  };
}

function randomMeasure(prng: Prng): MeasurePlan {
  const isTimed = prng.below(6) === 0;
  const packetSizeBytes = isTimed ? prng.pick([9000, 70_000]) : prng.pick([1, 2, 95, 1400, 9000, 30_000]);
  const maxPackets = packetSizeBytes < 100 ? 200 : Math.ceil(20_000 / packetSizeBytes);
  return {
    monitorBandwidth: prng.below(5) > 0,
    direction: prng.pick(['both', 'up', 'down']),
    packetSizeBytes,
    bound: isTimed
      ? { kind: 'time', phaseUs: 10_000 }
      : { kind: 'size', testSizeBytes: 1 + prng.below(maxPackets * packetSizeBytes) },
    pingIntervalUs: prng.pick([10_000, 500_000]),
    reliable: true,
    rateBps: 0,
    cc: 'cubic',
  };
}

function randomPlan(prng: Prng): Partial<PairPlan> {
  return {
    measure: randomMeasure(prng),
    up: randomStream(prng),
    down: randomStream(prng),
    timeoutUs: TIMEOUT_US,
    listenerTimeoutUs: TIMEOUT_US,
    writeBytes: prng.pick([MIN_SEND_BUFFER_BYTES, 10_000, 65_536, 1 << 20]),
    seed: prng.nextUint32(),
  };
}

/** Calls that must change nothing: handleTimeout before anything is due, and twice. */
function pokeAtRandom(pair: VirtualPair, prng: Prng): void {
  const poke = () => {
    for (const { session } of [pair.client, pair.listener]) {
      if (session.pollTimeout() <= pair.clock.nowUs) continue;
      session.handleTimeout(pair.clock.nowUs);
      session.handleTimeout(pair.clock.nowUs);
    }
    if (pair.client.latenciesUs.length < LATENCIES)
      pair.clock.at(pair.clock.nowUs + 1 + prng.below(20_000), poke);
  };
  poke();
}

function played(seed: number, isPoked: boolean): VirtualPair {
  const pair = new VirtualPair(randomPlan(new Prng(seed))).start();
  if (isPoked) pokeAtRandom(pair, new Prng(seed));
  pair.runUntilLatencies(LATENCIES);
  pair.settle();
  return pair;
}

function assertDelivered(sender: VirtualEnd, stream: VirtualStream, receiver: VirtualEnd): void {
  const { framer } = receiver;
  const writer = sender.writer!;
  assert.equal(stream.bytesDelivered, stream.bytesWritten);
  assert.equal(framer.packets, writer.packetsWritten);
  assert.equal(framer.bulkPackets, writer.bulkPacketsWritten);
  assert.equal(framer.bulkBytes, writer.bulkBytesWritten);
}

/** Both sides saw the same phases; one may have seen the end of the last one already. */
function assertPhasesAgree(pair: VirtualPair, direction: 'up' | 'down'): void {
  const facts = (end: VirtualEnd) => end.phases(direction).map(({ packets, bytes }) => `${packets} ${bytes}`);
  const [client, listener] = [facts(pair.client), facts(pair.listener)];
  const n = Math.min(client.length, listener.length);
  assert.ok(Math.abs(client.length - listener.length) <= 1, `${client.length} and ${listener.length} phases`);
  assert.deepEqual(client.slice(0, n), listener.slice(0, n));
  const receiver = direction === 'up' ? pair.listener : pair.client;
  const phases = receiver.phases(direction);
  const counted = phases.reduce((sum, { packets }) => sum + packets, 0);
  assert.ok(counted <= receiver.framer.bulkPackets, 'no packet is counted twice');
  assert.ok(phases.every(({ received, rateBps }) => received && rateBps > 0 && Number.isFinite(rateBps)));
}

/** Each started phase ends before the next one starts. */
function assertPhasesAlternate({ events }: VirtualEnd): void {
  let running: string | null = null;
  for (const { event } of events) {
    if (event.type === 'phase-started') {
      assert.equal(running, null);
      running = event.direction;
    } else if (event.type === 'phase') {
      assert.equal(event.direction, running);
      running = null;
    }
  }
}

function assertInvariants(pair: VirtualPair): void {
  const { client, listener, up, down } = pair;
  assertDelivered(client, up, listener);
  assertDelivered(listener, down, client);
  assert.equal(pair.sentUp.packets, client.writer!.packetsWritten);
  assert.equal(pair.sentDown.packets, listener.writer!.packetsWritten);
  for (const direction of ['up', 'down'] as const) assertPhasesAgree(pair, direction);
  for (const end of [client, listener]) {
    assertPhasesAlternate(end);
    assert.equal(end.events.filter(({ event }) => event.type === 'hello').length, 1);
  }
}

describe('random sessions on random paths', () => {
  const first = testSeed();
  const seeds = Array.from({ length: RUNS }, (_, i) => (first + i) >>> 0);

  it('lose nothing, count each packet once, number them without a gap, and never stand still', () => {
    for (const seed of seeds) withSeed(seed, () => assertInvariants(played(seed, false)));
  });

  it('do not mind calls of handleTimeout that come early or twice', () => {
    for (const seed of seeds.slice(0, 60)) {
      withSeed(seed, () => {
        const [plain, poked] = [played(seed, false), played(seed, true)];
        assert.deepEqual(poked.client.events, plain.client.events);
        assert.deepEqual(poked.listener.events, plain.listener.events);
        assert.deepEqual(poked.sentUp.said, plain.sentUp.said);
        assert.deepEqual(poked.sentDown.said, plain.sentDown.said);
      });
    }
  });

  it('fail on both sides, once and in time, when the network goes at any moment', () => {
    for (const seed of seeds.slice(0, 150)) withSeed(seed, assertFailsInTime);
  });

  function assertFailsInTime(seed: number): void {
    const prng = new Prng(seed);
    const plan = randomPlan(prng);
    const pair = new VirtualPair(plan).start();
    const cutUs = pair.clock.nowUs + prng.below(MAX_CUT_US);
    pair.clock.at(cutUs, () => pair.cut());
    pair.clock.runUntil(() => pair.client.failure !== null && pair.listener.failure !== null);
    for (const { failure, events } of [pair.client, pair.listener]) {
      assert.equal(failure?.code, 'TIMEOUT', failure?.text);
      // A client in its pause notices with the Ping that ends it. What the system took over of a write before
      // the cut is noticed as progress at the next tick.
      const dueUs = cutUs + TICK_US + TIMEOUT_US + plan.measure!.pingIntervalUs;
      assert.ok(failure.atUs > cutUs && failure.atUs <= dueUs, `at ${failure.atUs}, cut at ${cutUs}`);
      assert.equal(events.filter(({ event }) => event.type === 'failed').length, 1);
    }
  }
});
