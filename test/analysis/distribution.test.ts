import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Int32Histogram } from 'hdr-histogram-js';
import { distributionOf, percentilesOf } from '../../src/analysis/distribution.js';
import { HIGHEST_TRACKABLE_NS } from '../../src/stats/histogram.js';
import { LatencyMerge } from '../../src/stats/latency.js';

const values = fc.array(fc.integer({ min: 0, max: HIGHEST_TRACKABLE_NS }), { minLength: 1, maxLength: 300 });

function both(samples: readonly number[]): [LatencyMerge, Int32Histogram] {
  const [ours, plain] = [new LatencyMerge(), new Int32Histogram(1, HIGHEST_TRACKABLE_NS, 3)];
  for (const sample of samples) {
    ours.record(sample);
    plain.recordValue(sample);
  }
  return [ours, plain];
}

test('percentiles are those of HdrHistogram', () => {
  const property = fc.property(values, (samples) => {
    const [ours, plain] = both(samples);
    const percentiles = [1, 50, 90, 99, 99.9, 100];
    const expected = percentiles.map((percentile) => plain.getValueAtPercentile(percentile));
    assert.deepEqual(percentilesOf(ours, percentiles), expected);
    const { p50Ns, p999Ns, count } = distributionOf(ours)!;
    assert.deepEqual([p50Ns, p999Ns, count], [expected[1], expected[4], samples.length]);
  });
  fc.assert(property, { numRuns: 200 });
});

test('the curve rises, ends at the largest value, and each point is true', () => {
  const property = fc.property(values, (samples) => {
    const [ours] = both(samples);
    const { curve, maxNs } = distributionOf(ours)!;
    assert.deepEqual(curve.at(-1), { percentile: 100, valueNs: maxNs });
    curve.forEach(({ percentile, valueNs }, index) => {
      const below = samples.filter((sample) => sample <= valueNs).length;
      assert.ok(Math.abs(percentile - (100 * below) / samples.length) < 1e-9);
      if (index > 0) assert.ok(valueNs > curve[index - 1]!.valueNs);
    });
  });
  fc.assert(property, { numRuns: 100 });
});

test('of a million values the curve has some hundred points, the rare ones among them', () => {
  const merge = new LatencyMerge();
  for (let i = 0; i < 1_000_000; i++) merge.record(1000 + (i % 5000) * 40);
  merge.record(10_000_000);
  const { curve } = distributionOf(merge)!;
  assert.ok(curve.length > 50 && curve.length < 300, `${curve.length} points`);
  assert.ok(curve.at(-1)!.valueNs >= 10_000_000);
  assert.ok(curve.at(-2)!.percentile > 99.99);
});

test('nothing measured is nothing told', () => {
  assert.equal(distributionOf(new LatencyMerge()), null);
  assert.deepEqual(percentilesOf(new LatencyMerge(), [50]), [null]);
});
