import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCliff } from '../../src/sweep/cliff.js';
import { fUpperTail, tQuantile, tUpperTail } from '../../src/sweep/distributions.js';
import { holm, intervalOf, pAboveZero } from '../../src/sweep/interval.js';
import { friedmanP, type Rounds, rankSizes } from '../../src/sweep/ranking.js';
import { Prng } from '../support/prng.js';
import { noisyRounds, normal } from './noise.js';

function near(actual: number, expected: number, share = 1e-6): void {
  assert.ok(Math.abs(actual - expected) <= share * Math.abs(expected), `${actual} instead of ${expected}`);
}

test("the quantiles of Student's t are those of the printed tables", () => {
  const table: readonly (readonly [tail: number, df: number, t: number])[] = [
    [0.025, 1, 12.7062047],
    [0.025, 2, 4.3026527],
    [0.025, 4, 2.7764451],
    [0.025, 9, 2.2621572],
    [0.025, 30, 2.0422725],
    [0.005, 4, 4.6040949],
    [0.05, 10, 1.8124611],
    [0.0005, 3, 12.923979],
    [0.025, 1000, 1.9623391],
  ];
  for (const [tail, df, t] of table) near(tQuantile(tail, df), t, 1e-7);
});

test('tails and quantiles are inverse, and the tails of t have their closed forms', () => {
  for (const df of [1, 2, 3, 5, 17, 80]) {
    for (const tail of [0.4, 0.1, 0.01, 1e-5]) near(tUpperTail(tQuantile(tail, df), df), tail, 1e-9);
  }
  for (const t of [-3, -0.5, 0, 0.2, 1, 7]) {
    near(tUpperTail(t, 1), 0.5 - Math.atan(t) / Math.PI, 1e-9);
    near(tUpperTail(t, 2), 0.5 - t / (2 * Math.sqrt(2 + t * t)), 1e-9);
  }
  assert.equal(tUpperTail(Number.POSITIVE_INFINITY, 4), 0);
});

test('the tails of F are those of the printed tables, and of t squared', () => {
  near(fUpperTail(5.117355, 1, 9), 0.05, 1e-6);
  near(fUpperTail(2.866081, 4, 20), 0.05, 1e-6);
  near(fUpperTail(3.841459, 1, 1e7), 0.05, 1e-5);
  near(fUpperTail(7 ** 2, 1, 6), 2 * tUpperTail(7, 6), 1e-9);
  // With two degrees in front it has a closed form.
  near(fUpperTail(3, 2, 8), (1 + (2 * 3) / 8) ** -4, 1e-9);
});

test('an interval holds the true mean in 95 of 100 samples', () => {
  const prng = new Prng(17);
  for (const count of [3, 5, 12]) {
    let held = 0;
    const trials = 4000;
    for (let trial = 0; trial < trials; trial++) {
      const { low, high } = intervalOf(Array.from({ length: count }, () => 40 + 9 * normal(prng)))!;
      if (low! <= 40 && 40 <= high!) held++;
    }
    // Four standard deviations of a binomial of 4000 and 0.95.
    assert.ok(Math.abs(held - 0.95 * trials) < 56, `${held} of ${trials} with ${count} values`);
  }
});

test('an interval of hand is right, and one value has none', () => {
  const { mean, low, high } = intervalOf([10, 12, 14])!;
  assert.equal(mean, 12);
  near(high!, 12 + 4.3026527 * (2 / Math.sqrt(3)));
  near(low!, 12 - 4.3026527 * (2 / Math.sqrt(3)));
  assert.deepEqual(intervalOf([7]), { mean: 7, low: null, high: null, count: 1 });
  assert.equal(intervalOf([]), null);
});

test('the paired test asks in one direction only', () => {
  near(pAboveZero([1, 2, 3]), tUpperTail(2 / (1 / Math.sqrt(3)), 2));
  near(pAboveZero([-1, -2, -3]), 1 - pAboveZero([1, 2, 3]));
  assert.equal(pAboveZero([5]), 1);
  assert.equal(pAboveZero([5, 5, 5]), 0);
  assert.equal(pAboveZero([0, 0, 0]), 1);
});

test("Holm's correction goes on from the smallest p and stops at the first that fails", () => {
  assert.deepEqual(holm([0.01, 0.04, 0.03, 0.005], 0.05), [true, false, false, true]);
  assert.deepEqual(holm([0.02, 0.9], 0.05), [true, false]);
  assert.deepEqual(holm([], 0.05), []);
});

test("Friedman's test agrees with a worked example, and knows ties", () => {
  // Conover, Practical Nonparametric Statistics, example 5.8.1: four grasses in twelve gardens, F = 3.19 with 3, 33.
  const ranks = [
    [4, 3, 2, 1],
    [4, 2, 3, 1],
    [3, 1.5, 1.5, 4],
    [3, 1, 2, 4],
    [4, 2, 1, 3],
    [2, 2, 2, 4],
    [1, 3, 2, 4],
    [2, 4, 1, 3],
    [3.5, 1, 2, 3.5],
    [4, 1, 3, 2],
    [4, 2, 3, 1],
    [3.5, 1, 2, 3.5],
  ];
  near(friedmanP(ranks), fUpperTail(3.192, 3, 33), 2e-3);
  assert.equal(
    friedmanP([
      [1, 1, 1],
      [2, 2, 2],
      [3, 3, 3],
    ]),
    1,
  );
  // Two rounds of three agree in one of six cases.
  const agreeing = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  near(friedmanP(agreeing), 1 / 6);
});

const SIZES = [512, 1200, 1280, 1372, 1380, 1392, 1400, 1401, 1408, 1472, 1500, 4000, 9000];
const ALPHA = 0.05;

test('sizes that are alike are said to be equal in 95 of 100 noisy sweeps, and have no cliff', () => {
  for (const scatter of ['normal', 'bursts', 'growing'] as const) {
    const prng = new Prng(23);
    const trials = 600;
    let different = 0;
    let cliffs = 0;
    for (let trial = 0; trial < trials; trial++) {
      const rounds = noisyRounds(prng, SIZES, 3 + prng.below(8), () => 1, scatter);
      if (rankSizes(rounds, ALPHA)!.differs) different++;
      if (findCliff(rounds, prng.pick([null, 1400, 1472]), ALPHA) !== null) cliffs++;
    }
    assert.ok(different <= 0.05 * trials, `${scatter}: ${different} of ${trials} differ`);
    assert.ok(cliffs <= 0.05 * trials, `${scatter}: ${cliffs} of ${trials} have a cliff`);
  }
});

test('few sizes that are alike are said to be equal too, however many rounds there are', () => {
  const prng = new Prng(43);
  for (const count of [2, 3, 4, 6]) {
    for (const rounds of [3, 5, 10]) {
      const trials = 500;
      let different = 0;
      for (let trial = 0; trial < trials; trial++) {
        const noise = noisyRounds(prng, SIZES.slice(0, count), rounds, () => 1, 'normal');
        if (rankSizes(noise, ALPHA)!.differs) different++;
      }
      // 5 % and three standard deviations of what 500 trials scatter.
      assert.ok(different <= 39, `${different} of ${trials} with ${count} sizes in ${rounds} rounds`);
    }
  }
});

test('beside sizes that differ by far, those that are alike are still equal', () => {
  const prng = new Prng(47);
  const falling = (size: number): number => (size <= 1400 ? 1 : 0.3);
  const alike = SIZES.filter((size) => size <= 1400);
  let whole = 0;
  let none = 0;
  const trials = 300;
  for (let trial = 0; trial < trials; trial++) {
    const { equalBytes } = rankSizes(noisyRounds(prng, SIZES, 5, falling, 'normal'), ALPHA)!;
    if (alike.every((size) => equalBytes.includes(size))) whole++;
    if (equalBytes.every((size) => alike.includes(size))) none++;
  }
  assert.ok(whole >= 0.95 * trials, `all were equal in ${whole} of ${trials}`);
  assert.ok(none >= 0.8 * trials, `no fallen one was equal in ${none} of ${trials}`);
});

test('where shorter heads let a few bytes more pass whole, the cliff behind them is still that of fragmentation', () => {
  const prng = new Prng(53);
  const sizes = [1200, 1244, 1264, 1271, 1272, 1273, 1280, 1300, 1400];
  const falling = (size: number): number => (size <= 1273 ? 1 : 0.15);
  const cliff = findCliff(noisyRounds(prng, sizes, 5, falling, 'normal'), 1272, ALPHA);
  assert.deepEqual([cliff?.aboveBytes, cliff?.isFragmentation], [1273, true]);
});

test('a slope is no cliff, and a rise is none', () => {
  const prng = new Prng(29);
  for (const shape of [(size: number) => 1 + size / 4000, (size: number) => size]) {
    let cliffs = 0;
    for (let trial = 0; trial < 200; trial++) {
      const rounds = noisyRounds(prng, SIZES, 5, shape, 'normal');
      if (findCliff(rounds, 1400, ALPHA) !== null) cliffs++;
    }
    assert.ok(cliffs <= 10, `${cliffs} of 200`);
  }
});

test('a third less above the edge is found there in nearly every sweep, with its size', () => {
  const prng = new Prng(31);
  const falling = (size: number): number => (size <= 1400 ? 1 : 0.66);
  let found = 0;
  let covered = 0;
  for (let trial = 0; trial < 300; trial++) {
    const cliff = findCliff(noisyRounds(prng, SIZES, 5, falling, 'normal'), 1400, ALPHA);
    if (cliff === null) continue;
    assert.deepEqual([cliff.aboveBytes, cliff.isFragmentation], [1400, true]);
    found++;
    if (cliff.fall.low! <= 0.34 && 0.34 <= cliff.fall.high!) covered++;
  }
  assert.ok(found >= 290, `${found} of 300`);
  assert.ok(covered >= 0.9 * found, `the interval held the fall in ${covered} of ${found}`);
});

test('a cliff of which nobody knew is found where it is', () => {
  const prng = new Prng(37);
  const sizes = Array.from({ length: 26 }, (_, at) => 1200 + 8 * at);
  const falling = (size: number): number => (size <= 1320 ? 1 : 0.5);
  let right = 0;
  for (let trial = 0; trial < 100; trial++) {
    const cliff = findCliff(noisyRounds(prng, sizes, 6, falling, 'normal'), null, ALPHA);
    if (cliff?.aboveBytes === 1320 && !cliff.isFragmentation) right++;
  }
  assert.ok(right >= 95, `${right} of 100`);
});

test('the best size is found, those near it are equal to it, and a negligible difference is none', () => {
  const prng = new Prng(41);
  const ranking = rankSizes(
    noisyRounds(prng, [100, 1000, 1400, 9000], 8, (size) => size, 'normal'),
    ALPHA,
  )!;
  assert.deepEqual([ranking.differs, ranking.bestBytes, ranking.equalBytes], [true, 9000, [9000]]);
  const exact: Rounds = {
    sizesBytes: [1, 2, 3],
    goodputs: [
      [99.5, 100, 50],
      [99.5, 100, 50],
      [99.5, 100, 50],
      [99.5, 100, 50],
    ],
  };
  const { bestBytes, equalBytes } = rankSizes(exact, ALPHA)!;
  assert.deepEqual([bestBytes, equalBytes], [2, [1, 2]]);
});

test('two rounds, or one size, compare nothing', () => {
  const two = {
    sizesBytes: [1, 2],
    goodputs: [
      [1, 100],
      [1, 100],
    ],
  };
  assert.equal(rankSizes(two, ALPHA), null);
  assert.equal(findCliff(two, null, ALPHA), null);
  assert.equal(rankSizes({ sizesBytes: [1], goodputs: [[1], [1], [1]] }, ALPHA), null);
});
