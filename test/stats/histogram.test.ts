import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Int32Histogram } from 'hdr-histogram-js';
import {
  bucketIndex,
  HIGHEST_TRACKABLE_NS,
  HISTOGRAM_LENGTH,
  highestValueNs,
  lowestValueNs,
} from '../../src/stats/histogram.js';
import { valueNs } from './arbitrary.js';

const oracle = new Int32Histogram(1, HIGHEST_TRACKABLE_NS, 3);

test('the index has as many buckets as the library has at 1 ns, 68.7 s and 3 digits', () => {
  assert.equal(HISTOGRAM_LENGTH, oracle.countsArrayLength);
});

test('a value has the index that the library gives it', () => {
  fc.assert(
    fc.property(valueNs, (value) => {
      assert.equal(bucketIndex(value), oracle.countsArrayIndex(value));
    }),
    { numRuns: 50_000 },
  );
});

test('the values around every bucket boundary have the index that the library gives them', () => {
  for (let index = 0; index < HISTOGRAM_LENGTH; index++) {
    const low = lowestValueNs(index);
    const high = highestValueNs(index);
    assert.equal(low, oracle.lowestEquivalentValue(low));
    assert.equal(high, oracle.highestEquivalentValue(low));
    assert.equal(bucketIndex(low), index);
    assert.equal(bucketIndex(high), index);
    assert.equal(oracle.countsArrayIndex(low), index);
    assert.equal(oracle.countsArrayIndex(high), index);
  }
  assert.equal(highestValueNs(HISTOGRAM_LENGTH - 1), HIGHEST_TRACKABLE_NS);
});

test('a fraction of a nanosecond is cut', () => {
  for (const value of [0.5, 2047.9, 2048.5, 2 ** 31 + 0.5, 2 ** 32 - 0.5, 2 ** 33 + 0.5]) {
    assert.equal(bucketIndex(value), bucketIndex(Math.floor(value)));
  }
});

test('values out of range are counted in the first and the last bucket', () => {
  for (const value of [0, -1, -Infinity, Number.NaN]) assert.equal(bucketIndex(value), 0);
  for (const value of [HIGHEST_TRACKABLE_NS + 1, 2 ** 53, Infinity]) {
    assert.equal(bucketIndex(value), HISTOGRAM_LENGTH - 1);
  }
});
