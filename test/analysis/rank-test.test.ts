import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rankTest } from '../../src/analysis/rank-test.js';
import { LatencyMerge } from '../../src/stats/latency.js';
import { Prng } from '../support/prng.js';

function histogramOf(values: readonly number[]): LatencyMerge {
  const histogram = new LatencyMerge();
  for (const value of values) histogram.record(value);
  return histogram;
}

/** Small, so that each has a bucket of its own. */
const samples = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 8, maxLength: 60 });

test('the superiority is the share of pairs in which b is larger, ties counted half', () => {
  const property = fc.property(samples, samples, (a, b) => {
    const pairs = a.flatMap((one) => b.map((other) => (other > one ? 1 : other === one ? 0.5 : 0)));
    const share = pairs.reduce<number>((sum, one) => sum + one, 0) / pairs.length;
    const found = rankTest(histogramOf(a), histogramOf(b))!;
    assert.ok(Math.abs(found.superiority - share) < 1e-9);
    assert.deepEqual(found.counts, [a.length, b.length]);
  });
  fc.assert(property, { numRuns: 200 });
});

test('exchanged runs give the same p-value and the opposite superiority', () => {
  const property = fc.property(samples, samples, (a, b) => {
    const there = rankTest(histogramOf(a), histogramOf(b))!;
    const back = rankTest(histogramOf(b), histogramOf(a))!;
    assert.ok(Math.abs(there.superiority + back.superiority - 1) < 1e-9);
    assert.ok(Math.abs(there.pValue - back.pValue) < 1e-9);
    assert.ok(there.pValue >= 0 && there.pValue <= 1);
  });
  fc.assert(property, { numRuns: 200 });
});

test('the p-value is that of the normal approximation with both corrections', () => {
  // Without ties: U = 20 of 100, sigma = sqrt(10 * 10 * 21 / 12), z = 29.5 / sigma = 2.22998, p = 0.02575.
  const a = [1, 2, 3, 4, 5, 6, 7, 8, 19, 20];
  const b = [9, 10, 11, 12, 13, 14, 15, 16, 17, 18];
  const found = rankTest(histogramOf(a), histogramOf(b))!;
  assert.equal(found.superiority, 0.8);
  assert.ok(Math.abs(found.pValue - 0.02575) < 1e-5, String(found.pValue));
  // All equal: nothing can be said.
  const same = histogramOf(Array(10).fill(7));
  assert.deepEqual(rankTest(same, same), { counts: [10, 10], superiority: 0.5, pValue: 1 });
});

test('samples of one distribution are told apart as rarely as promised', () => {
  const seed = 20_261_123;
  const prng = new Prng(seed);
  const draw = () => histogramOf(Array.from({ length: 60 }, () => prng.below(1000) ** 2));
  const trials = 600;
  let alarms = 0;
  for (let trial = 0; trial < trials; trial++) if (rankTest(draw(), draw())!.pValue < 0.05) alarms++;
  // 30 expected; 5 standard deviations of the binomial distribution.
  assert.ok(Math.abs(alarms - 30) < 27, `${alarms} alarms of ${trials}, seed ${seed}`);
});

test('fewer than eight samples are no ground for anything', () => {
  const many = histogramOf([1, 2, 3, 4, 5, 6, 7, 8]);
  assert.equal(rankTest(many, histogramOf([1, 2, 3, 4, 5, 6, 7])), null);
  assert.notEqual(rankTest(many, many), null);
});
