import assert from 'node:assert/strict';
import { test } from 'node:test';
import { curvesOf } from '../../src/sweep/curve.js';
import type { PathMtu, SweepResult } from '../../src/sweep/result.js';
import { runSweep } from '../../src/sweep/run.js';
import type { Sample, SweepOptions, Unmeasured } from '../../src/sweep/types.js';
import { verdictOf } from '../../src/sweep/verdict.js';
import { testSeed } from '../support/seed.js';
import { FakeLink, type FakePath, HEAD_BYTES, measured, PLAIN_PATH, sampleOf } from './fake-links.js';
import { OPTIONS } from './options.js';

const AUTO: SweepOptions = { ...OPTIONS, sizes: { kind: 'auto' } };
const EDGE = 1400 - 28 - HEAD_BYTES;
const TIMEOUT: Unmeasured = { kind: 'unmeasured', code: 'TIMEOUT', text: 'nothing arrived within 2 s' };

async function sweep(path: FakePath, seed: number, options = AUTO): Promise<SweepResult> {
  const links = options.ways.map((way) => new FakeLink(way, path, seed));
  const never = new Promise<void>(() => {});
  const world = { now: () => 0, stop: { isAsked: false, asked: never }, handleEvent: () => {} };
  return runSweep(options, links, world);
}

function resultOf(samples: readonly Sample[], paths: readonly PathMtu[] = []): SweepResult {
  const sizesBytes = [...new Set(samples.map(({ sizeBytes }) => sizeBytes))].sort((a, b) => a - b);
  return { carriers: [new FakeLink('udp', PLAIN_PATH)], paths, sizesBytes, samples, isComplete: true };
}

test('fragmentation that costs a third is a cliff at its edge, in both directions', async () => {
  const { curves, turns, paths } = verdictOf(await sweep(PLAIN_PATH, 7));
  assert.deepEqual(turns, []);
  assert.equal(curves.length, 2);
  for (const { cliff, edgeBytes, ranking, silent, rounds } of curves) {
    assert.deepEqual([edgeBytes, cliff?.aboveBytes, cliff?.isFragmentation], [EDGE, EDGE, true]);
    assert.ok(Math.abs(cliff!.fall.mean - 0.34) < 0.05, `${cliff!.fall.mean}`);
    assert.ok(ranking!.differs && ranking!.equalBytes.every((size) => size <= EDGE));
    assert.deepEqual([silent, rounds], [[], 5]);
  }
  assert.deepEqual(
    paths.map(({ kernel, isBlackHole }) => [kernel, isBlackHole]),
    [
      ['same', false],
      [null, false],
    ],
  );
});

test('a path on which sizes are alike gets no cliff and no best size in 95 of 100 sweeps', async () => {
  const seed = testSeed();
  const trials = 200;
  let cliffs = 0;
  let different = 0;
  for (let trial = 0; trial < trials; trial++) {
    const path = { ...PLAIN_PATH, fragmentedShare: 1, noise: 0.08 };
    const { curves } = verdictOf(await sweep(path, seed + trial));
    if (curves.some(({ cliff }) => cliff !== null)) cliffs++;
    if (curves.some(({ ranking }) => ranking?.differs)) different++;
  }
  // 5 % and three standard deviations of what 200 trials scatter.
  assert.ok(cliffs <= 19, `with CONNTEST_SEED=${seed}: ${cliffs} of ${trials} have a cliff`);
  assert.ok(different <= 19, `with CONNTEST_SEED=${seed}: ${different} of ${trials} differ`);
});

test('a system that believes in more than the path carries, untold, has a black hole before it', async () => {
  const hole = { ...PLAIN_PATH, kernelBytes: 1500, carriesFragments: false };
  const result = await sweep(hole, 3, { ...AUTO, directions: ['up'] });
  const { paths, curves } = verdictOf(result);
  assert.deepEqual([paths[0]?.kernel, paths[0]?.isBlackHole], ['kernel-more', true]);
  const [band, ...more] = curves[0]!.silent;
  assert.deepEqual(more, []);
  assert.deepEqual([band?.fromBytes, band?.toBytes, band?.code], [EDGE + 1, 64_000, 'TIMEOUT']);
  assert.equal(curves[0]!.cliff, null);
  const told = verdictOf(await sweep({ ...hole, kernelBytes: 1400 }, 3)).paths[0];
  assert.deepEqual([told?.kernel, told?.isBlackHole], ['same', false]);
  const own = verdictOf(await sweep({ ...hole, mtuBytes: 1500 }, 3)).paths[0];
  assert.deepEqual([own?.found?.above, own?.isBlackHole], ['refused', false]);
});

test('sizes that fail for different reasons, or not side by side, are told apart', () => {
  const refused: Unmeasured = { kind: 'unmeasured', code: 'REFUSED', text: 'the peer takes at most 4,000' };
  const samples = [0, 1, 2].flatMap((round) => [
    sampleOf(500, round, TIMEOUT),
    sampleOf(1000, round, measured(8e8, 1000)),
    sampleOf(1400, round, TIMEOUT),
    sampleOf(1450, round, { ...measured(0, 1450), packets: 0 }),
    sampleOf(4000, round, refused),
    sampleOf(9000, round, refused),
  ]);
  const [curve] = verdictOf(resultOf(samples)).curves;
  assert.deepEqual(
    curve?.silent.map(({ fromBytes, toBytes, code }) => [fromBytes, toBytes, code]),
    [
      [500, 500, 'TIMEOUT'],
      [1400, 1450, 'TIMEOUT'],
      [4000, 9000, 'REFUSED'],
    ],
  );
});

/** Of each size whether it arrived, a character a round: `+` or `-`. */
function arrivals(states: Readonly<Record<number, string>>): Sample[] {
  return Object.entries(states).flatMap(([size, pattern]) =>
    [...pattern].map((state, round) =>
      sampleOf(Number(size), round, state === '+' ? measured(8e8, Number(size)) : TIMEOUT),
    ),
  );
}

test('a path that carries less from some round on, or more, is said to have changed', () => {
  const lost = verdictOf(resultOf(arrivals({ 1000: '++++++', 1400: '+++---', 1450: '++----' }))).turns;
  assert.deepEqual(lost, [
    { way: 'udp', direction: 'up', kind: 'lost', fromBytes: 1400, toBytes: 1450, round: 2 },
  ]);
  const [found] = verdictOf(resultOf(arrivals({ 1000: '+++++', 1400: '--+++' }))).turns;
  assert.deepEqual([found?.kind, found?.fromBytes, found?.round], ['found', 1400, 2]);
});

for (const [why, states] of [
  ['nothing changed', { 1000: '++++', 1400: '----' }],
  ['one failure is an accident', { 1000: '+++++', 1400: '++++-' }],
  ['a size that comes and goes', { 1000: '++++++', 1400: '+-+-+-' }],
  ['everything was lost: an outage', { 1000: '+++---', 1400: '+++---' }],
  ['two sizes at different times', { 1000: '+++++++', 1400: '++-----', 1450: '+++++--' }],
  ['one lost and one found', { 1000: '++++++', 1400: '+++---', 1450: '---+++' }],
] as const) {
  test(`no change of the path is claimed where ${why}`, () => {
    assert.deepEqual(verdictOf(resultOf(arrivals(states))).turns, []);
  });
}

test('a size is summed up over its rounds, and what it is on the wire stands beside it', () => {
  const path: PathMtu = {
    direction: 'up',
    family: 4,
    found: null,
    problem: null,
    kernelBytes: 1500,
    kernelAfterBytes: null,
    after: null,
  };
  const rates = [7e8, 8e8, 9e8];
  const samples = rates.flatMap((rate, round) => [
    sampleOf(1400, round, measured(rate, 1400)),
    sampleOf(3000, round, round === 1 ? TIMEOUT : measured(rate, 3000)),
  ]);
  const [curve] = curvesOf(resultOf(samples, [path]));
  const [point, other] = curve!.points;
  assert.equal(curve?.edgeBytes, 1500 - 28 - HEAD_BYTES);
  assert.deepEqual(
    [point?.datagramBytes, point?.packetBytes, point?.fragments, other?.fragments],
    [1446, 1474, 1, 3],
  );
  assert.equal(point?.goodput?.mean, 8e8);
  assert.deepEqual([point?.measured, point?.unmeasured, point?.failure], [3, 0, null]);
  assert.deepEqual([other?.measured, other?.unmeasured, other?.failure], [2, 1, TIMEOUT]);
  const packets = samples.filter(({ sizeBytes }) => sizeBytes === 1400).map(({ outcome }) => outcome);
  const sum = packets.reduce((all, one) => all + (one.kind === 'measured' ? one.packets : 0), 0);
  assert.equal(Math.round(point!.packetsPerS!), Math.round(sum / 0.9));
  assert.ok(Math.abs(point!.lostShare! - 1 / 101) < 1e-4);
  assert.deepEqual(point?.idle, { p50Ns: 400_000, p99Ns: 700_000 });
});

test('what failed once costs its round where there are enough, and else only itself', () => {
  const compared = (rounds: number): readonly number[] => {
    const samples = Array.from({ length: rounds }, (_, round) => [
      ...[512, 1400].map((size) => sampleOf(size, round, measured(8e8, size))),
      sampleOf(3000, round, round === 1 ? TIMEOUT : measured(8e8, 3000)),
    ]);
    const { sizesBytes, goodputs } = curvesOf(resultOf(samples.flat()))[0]!.rounds;
    return [sizesBytes.length, goodputs.length];
  };
  assert.deepEqual(compared(3), [2, 3]);
  assert.deepEqual(compared(6), [3, 5]);
});

test('a round that was cut short is not compared', () => {
  const samples = [
    ...[0, 1, 2].flatMap((round) =>
      [512, 1024].map((size) => sampleOf(size, round, measured(8e8 * size, size))),
    ),
    sampleOf(512, 3, measured(8e8, 512)),
  ];
  const { ranking, rounds, cliff } = verdictOf(resultOf(samples)).curves[0]!;
  assert.deepEqual([rounds, ranking?.bestBytes, cliff], [3, 1024, null]);
  assert.equal(verdictOf(resultOf(samples.slice(0, 5))).curves[0]?.ranking, null);
});
