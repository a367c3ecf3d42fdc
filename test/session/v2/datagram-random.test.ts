import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MeasurePlan } from '../../../src/options/types.js';
import type { DatagramEnd } from '../../support/datagram-end.js';
import { DatagramPair, type DatagramPlan } from '../../support/datagram-pair.js';
import type { LossyLinkOptions } from '../../support/lossy-link.js';
import { Prng } from '../../support/prng.js';
import { testSeed, withSeed } from '../../support/seed.js';

const RUNS = 300;
const PHASES = 2;
/** Of virtual time: the worst path here needs a few seconds a phase. */
const LIMIT_US = 300e6;

/** In one of four runs: how often a NAT on the way gives the client another port. */
const RENAME_EVERY_US = 3_000_000;

/** Most faults are off most of the time, so that each meets each. */
function randomLink(prng: Prng): LossyLinkOptions {
  const sometimes = (max: number) => (prng.below(3) === 0 ? (prng.below(1000) / 1000) * max : 0);
  return {
    delayUs: prng.pick([50, 1000, 10_000, 40_000]),
    jitterUs: prng.pick([0, 0, 500, 5000]),
    rateBps: prng.pick([1e6, 5e6, 20e6]),
    queueBytes: prng.pick([10_000, 60_000, 200_000]),
    loss: sometimes(0.2),
    reorder: sometimes(0.2),
    duplicate: sometimes(0.2),
  };
}

function randomMeasure(prng: Prng): MeasurePlan {
  const packetSizeBytes = prng.pick([1, 15, 16, 100, 1400, 9000]);
  const reliable = prng.below(3) > 0;
  const isTimed = prng.below(2) === 0;
  // Without a rate the packets of an unreliable phase go as fast as the system takes them, and those of one
  // without congestion control as far as the window goes, which takes a slow path minutes.
  const rateBps = reliable ? prng.pick([0, 0, 300e3, 3e6]) : prng.pick([300e3, 3e6, 10e6]);
  return {
    monitorBandwidth: true,
    direction: prng.pick(['both', 'up', 'down']),
    packetSizeBytes,
    bound: isTimed
      ? { kind: 'time', phaseUs: 1 + prng.below(100_000) }
      : { kind: 'size', testSizeBytes: (1 + prng.below(100)) * packetSizeBytes },
    pingIntervalUs: prng.pick([1000, 10_000, 500_000]),
    reliable,
    rateBps,
    cc: rateBps === 0 ? prng.pick(['cubic', 'newreno']) : prng.pick(['cubic', 'newreno', 'none']),
  };
}

function randomPlan(prng: Prng): DatagramPlan {
  return {
    up: randomLink(prng),
    down: randomLink(prng),
    measure: randomMeasure(prng),
    seed: prng.nextUint32(),
  };
}

function played(seed: number, isPoked: boolean): { pair: DatagramPair; plan: DatagramPlan } {
  const plan = randomPlan(new Prng(seed));
  const pair = new DatagramPair(plan);
  const prng = new Prng(seed);
  const direction = plan.measure.direction === 'up' ? 'up' : 'down';
  let renameUs = seed % 4 === 0 ? RENAME_EVERY_US : Number.POSITIVE_INFINITY;
  const isDone = () => {
    if (isPoked && prng.below(4) === 0) poke(pair);
    if (pair.lab.nowUs >= renameUs) {
      renameUs += RENAME_EVERY_US;
      pair.listener.transport.handleAddressChange();
    }
    return pair.ends.every((end) => end.ended[direction] >= PHASES);
  };
  pair.runUntil(isDone, LIMIT_US);
  return { pair, plan };
}

/** Calls that must change nothing: handleTimeout before anything is due, and twice. */
function poke({ ends, lab: { nowUs } }: DatagramPair): void {
  for (const end of ends) {
    if (end.pollTimeout() <= nowUs) continue;
    end.handleTimeout(nowUs);
    end.handleTimeout(nowUs);
  }
}

/** Each started phase ends before the next one starts. */
function assertPhasesAlternate({ events }: DatagramEnd): void {
  let running: string | null = null;
  for (const event of events) {
    if (event.type === 'phase-started') {
      assert.equal(running, null);
      running = event.direction;
    } else if (event.type === 'phase') {
      assert.equal(event.direction, running);
      running = null;
    }
  }
}

function assertPhasesAgree({ ends }: DatagramPair, direction: 'up' | 'down', reliable: boolean): void {
  const [ours, theirs] = ends.map((end) => end.phases(direction));
  const n = Math.min(ours!.length, theirs!.length);
  assert.ok(Math.abs(ours!.length - theirs!.length) <= 1, `${ours!.length} and ${theirs!.length} phases`);
  for (let i = 0; i < n; i++) {
    const [{ report, sent }, other] = [ours![i]!.detail!, theirs![i]!.detail!];
    assert.deepEqual(report, other.report);
    assert.deepEqual(sent, other.sent);
    assert.equal(report.lost, report.recovered + report.residual);
    if (reliable)
      assert.deepEqual([report.packets, report.bytes, report.residual], [sent.packets, sent.bytes, 0]);
    else assert.equal(report.residual, sent.packets - report.packets);
  }
}

function assertInvariants(seed: number): void {
  const { pair, plan } = played(seed, false);
  for (const direction of ['up', 'down'] as const) assertPhasesAgree(pair, direction, plan.measure.reliable);
  for (const end of pair.ends) {
    assertPhasesAlternate(end);
    assert.equal(end.of('hello').length, 1);
    assert.equal(end.session.version, 2);
    assert.ok(end.of('latency').length > 0);
  }
  const leastNs = (500 * (plan.up.delayUs + plan.down.delayUs)) | 0;
  for (const { latencyNs } of pair.client.of('latency')) assert.ok(latencyNs >= leastNs);
}

describe('random v2 sessions over random paths of datagrams', () => {
  const first = testSeed();
  const seeds = Array.from({ length: RUNS }, (_, i) => (first + i) >>> 0);

  it('lose nothing that is to be reliable, tell the same figures at both ends, and never stand still', () => {
    for (const seed of seeds) withSeed(seed, assertInvariants);
  });

  it('don`t mind calls of handleTimeout that come early or twice', () => {
    for (const seed of seeds.slice(0, 40)) {
      withSeed(seed, () => {
        const [plain, poked] = [played(seed, false).pair, played(seed, true).pair];
        assert.deepEqual(poked.client.events, plain.client.events);
        assert.deepEqual(poked.listener.events, plain.listener.events);
      });
    }
  });
});
