import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MeasurePlan } from '../../../src/options/types.js';
import { MIN_SEND_BUFFER_BYTES } from '../../../src/wire/send-buffer.js';
import { Prng } from '../../support/prng.js';
import { testSeed, withSeed } from '../../support/seed.js';
import { StreamLog } from '../../support/stream-log.js';
import type { VersionedEnd } from '../../support/versioned-end.js';
import { VersionedPair, type VersionedPlan } from '../../support/versioned-pair.js';
import type { StreamPlan, VirtualStream } from '../../support/virtual-stream.js';

const RUNS = 300;
const PHASES = 2;
const TIMEOUT_US = 5_000_000;
const MAX_CUT_US = 300_000;

function randomStream(prng: Prng): StreamPlan {
  const bytesPerS = prng.pick([20e3, 300e3, 5e6, 50e6]);
  return {
    delayUs: prng.pick([0, 7, 400, 20_000, 150_000]),
    bytesPerS,
    // No read and no full buffer takes more than a second: what is silent for longer is an outage.
    maxChunkBytes: Math.min(bytesPerS, prng.pick([60, 300, 1448, 65_536])),
    sendBufferBytes: Math.min(bytesPerS, prng.pick([0, 3000, 20_000])),
    isHollow: false,
  };
}

/** What the slower way carries in the time of a phase must stay small enough to be looked at. */
function randomMeasure(prng: Prng, bytesPerS: number): MeasurePlan {
  const isTimed = prng.below(2) === 0;
  const packetSizeBytes = prng.pick([1, 15, 16, 17, 95, 1400, 9000, 40_000]);
  return {
    monitorBandwidth: true,
    direction: prng.pick(['both', 'up', 'down']),
    packetSizeBytes,
    bound: isTimed
      ? {
          kind: 'time',
          phaseUs: 1 + prng.below(Math.min(300_000, 10e9 / bytesPerS) * (packetSizeBytes < 95 ? 0.1 : 1)),
        }
      : {
          kind: 'size',
          testSizeBytes: 1 + prng.below(Math.max(3, 10_000 / packetSizeBytes) * packetSizeBytes),
        },
    pingIntervalUs: prng.pick([1000, 10_000, 500_000]),
    reliable: true,
    rateBps: 0,
    cc: 'cubic',
  };
}

function randomPlan(prng: Prng): Partial<VersionedPlan> {
  const up = randomStream(prng);
  const down = randomStream(prng);
  return {
    up,
    down,
    measure: randomMeasure(prng, Math.max(up.bytesPerS, down.bytesPerS)),
    timeoutUs: TIMEOUT_US,
    writeBytes: prng.pick([MIN_SEND_BUFFER_BYTES, 10_000, 65_536]),
    seed: prng.nextUint32(),
  };
}

interface Played {
  readonly pair: VersionedPair;
  readonly up: StreamLog;
  readonly down: StreamLog;
}

function played(seed: number, isPoked: boolean): Played {
  const plan = randomPlan(new Prng(seed));
  const pair = new VersionedPair(plan);
  const logs = { up: new StreamLog(pair.up), down: new StreamLog(pair.down) };
  pair.start();
  if (isPoked) pokeAtRandom(pair, new Prng(seed));
  pair.runUntilPhases(PHASES, plan.measure!.direction === 'up' ? 'up' : 'down');
  pair.settle();
  return { pair, ...logs };
}

/** Calls that must change nothing: handleTimeout before anything is due, and twice. */
function pokeAtRandom(pair: VersionedPair, prng: Prng): void {
  const poke = () => {
    for (const { session } of [pair.client, pair.listener]) {
      if (session.pollTimeout() <= pair.clock.nowUs) continue;
      session.handleTimeout(pair.clock.nowUs);
      session.handleTimeout(pair.clock.nowUs);
    }
    if (!pair.isFailed) pair.clock.at(pair.clock.nowUs + 1 + prng.below(20_000), poke);
  };
  poke();
}

function assertDelivered(log: StreamLog, stream: VirtualStream, receiver: VersionedEnd): void {
  const { framer } = receiver.transport;
  assert.equal(stream.bytesDelivered, stream.bytesWritten);
  assert.equal(framer.packets, log.packets);
  assert.equal(framer.bulkPackets, log.bulkPackets);
  assert.deepEqual(receiver.heard, log.messages, 'every message once, and in order');
}

function assertPhasesAgree({ client, listener }: VersionedPair, direction: 'up' | 'down'): void {
  const [ours, theirs] = [client.phases(direction), listener.phases(direction)];
  const n = Math.min(ours.length, theirs.length);
  assert.ok(Math.abs(ours.length - theirs.length) <= 1, `${ours.length} and ${theirs.length} phases`);
  assert.deepEqual(
    ours.slice(0, n).map(({ detail }) => detail!.report),
    theirs.slice(0, n).map(({ detail }) => detail!.report),
  );
  for (const { packets, bytes, packetsSent, bytesSent } of [...ours, ...theirs].map((phase) => ({
    ...phase,
    packetsSent: phase.detail!.sent.packets,
    bytesSent: phase.detail!.sent.bytes,
  }))) {
    assert.deepEqual([packets, bytes], [packetsSent, bytesSent]);
  }
}

/** Each started phase ends before the next one starts. */
function assertPhasesAlternate({ events }: VersionedEnd): void {
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

function assertInvariants({ pair, up, down }: Played): void {
  const { client, listener } = pair;
  assertDelivered(up, pair.up, listener);
  assertDelivered(down, pair.down, client);
  for (const direction of ['up', 'down'] as const) assertPhasesAgree(pair, direction);
  for (const end of [client, listener]) {
    assertPhasesAlternate(end);
    assert.equal(end.of('hello').length, 1);
    assert.ok(end.of('latency').length > 0);
    assert.ok(end.owdsNs.every((owdNs) => owdNs >= 0));
  }
}

describe('random v2 sessions on random paths', () => {
  const first = testSeed();
  const seeds = Array.from({ length: RUNS }, (_, i) => (first + i) >>> 0);

  it('lose nothing, count each packet once, number them without a gap, and never stand still', () => {
    for (const seed of seeds) withSeed(seed, () => assertInvariants(played(seed, false)));
  });

  it('don`t mind calls of handleTimeout that come early or twice', () => {
    for (const seed of seeds.slice(0, 40)) {
      withSeed(seed, () => {
        const [plain, poked] = [played(seed, false), played(seed, true)];
        assert.deepEqual(poked.pair.client.events, plain.pair.client.events);
        assert.deepEqual(poked.pair.listener.events, plain.pair.listener.events);
      });
    }
  });

  it('fail on both sides, once and in time, when the network goes at any moment', () => {
    for (const seed of seeds.slice(0, 100)) withSeed(seed, assertFailsInTime);
  });

  function assertFailsInTime(seed: number): void {
    const prng = new Prng(seed);
    const plan = randomPlan(prng);
    const pair = new VersionedPair(plan).start();
    const cutUs = pair.clock.nowUs + prng.below(MAX_CUT_US);
    pair.clock.at(cutUs, () => pair.cut());
    pair.clock.runUntil(() => pair.client.failure !== null && pair.listener.failure !== null);
    for (const { failure, events } of [pair.client, pair.listener]) {
      assert.equal(failure?.code, 'TIMEOUT', failure?.text);
      // A client in its pause notices with the Ping that ends it. Progress within a write is looked for only
      // when a timeout is due, and may have been just before the end.
      const dueUs = cutUs + 2 * TIMEOUT_US + plan.measure!.pingIntervalUs;
      assert.ok(failure.atUs > cutUs && failure.atUs <= dueUs, `at ${failure.atUs}, cut at ${cutUs}`);
      assert.equal(events.filter(({ event }) => event.type === 'failed').length, 1);
    }
  }
});
