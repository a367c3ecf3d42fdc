import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { decodeFromCompressedBase64, encodeIntoCompressedBase64, Int32Histogram } from 'hdr-histogram-js';
import { HIGHEST_TRACKABLE_NS } from '../../src/stats/histogram.js';
import { inflateFixed } from '../../src/stats/inflate.js';
import { LatencyMerge } from '../../src/stats/latency.js';
import { BLOCK_LENGTH, HISTOGRAM } from '../../src/stats/layout.js';
import { MAX_SYNTHETIC_SAMPLES } from '../../src/stats/page-writer.js';
import type { BlockCounts, SlotSnapshot } from '../../src/stats/slot-snapshot.js';
import { valueNs } from './arbitrary.js';
import { addEncoded } from './encoded.js';
import { allCounts, inSection, openPage, readSlot } from './page-fixture.js';

const values = fc.array(valueNs, { minLength: 1, maxLength: 200 });

test('percentiles and encoding are those of a plain histogram fed with the same values', () => {
  const property = fc.property(values, (samples) => {
    const merge = mergeOf(record(samples));
    const plain = plainHistogram(samples);
    assert.deepEqual(countsOf(merge.encode()), libraryCounts(plain));
    const maxNs = Math.max(...samples);
    const summary = merge.summary(samples.at(-1)!, Math.min(...samples), maxNs, 0, samples.length);
    const percentile = (p: number) => Math.min(plain.getValueAtPercentile(p), maxNs);
    assert.deepEqual(
      [summary.p50Ns, summary.p90Ns, summary.p99Ns, summary.p999Ns],
      [percentile(50), percentile(90), percentile(99), percentile(99.9)],
    );
  });
  fc.assert(property, { numRuns: 100 });
});

test('a late answer adds the samples that the library adds at half the interval', () => {
  const interval = fc.integer({ min: 0, max: 2 ** 33 });
  const property = fc.property(interval, fc.integer({ min: 0, max: 400_000 }), (intervalNs, share) => {
    // Up to 400 intervals late, so that a run adds many samples and never too many for the limit.
    const latencyNs = Math.min(Math.floor((intervalNs * share) / 1_000), HIGHEST_TRACKABLE_NS);
    const plain = new Int32Histogram(1, HIGHEST_TRACKABLE_NS, 3);
    plain.recordValueWithExpectedInterval(latencyNs, intervalNs / 2);
    assert.deepEqual(allCounts(record([latencyNs], intervalNs)), plain._counts);
  });
  fc.assert(property, { numRuns: 300 });
});

test('an answer in time adds nothing', () => {
  // A round trip of just under two intervals: no ping was held up for a whole one.
  assert.equal(total(record([999], 1_000)), 1);
  assert.equal(total(record([1_000], 1_000)), 2);
});

test('one answer adds no more samples than the limit, however short the interval', () => {
  assert.equal(total(record([HIGHEST_TRACKABLE_NS], 1)), 1 + MAX_SYNTHETIC_SAMPLES);
  assert.equal(total(record([Infinity], 1)), 1 + MAX_SYNTHETIC_SAMPLES);
});

test('a merge of connections and of ended ones is the histogram of all their values', () => {
  const property = fc.property(values, values, values, (first, second, third) => {
    const ended = mergeOf(record(first));
    const merge = mergeOf(record(second), record(third));
    merge.addMerge(ended);
    const plain = plainHistogram([...first, ...second, ...third]);
    assert.deepEqual(countsOf(merge.encode()), libraryCounts(plain));
  });
  fc.assert(property, { numRuns: 50 });
});

test('an encoding starts as HdrHistogram writes it: cookies, lengths, offset 0, 3 digits, the range, ratio 1.0', () => {
  const base64 = mergeOf(record([5])).encode();
  const compressed = Buffer.from(base64, 'base64');
  assert.equal(compressed.readUInt32BE(0), 0x1c849314);
  assert.equal(compressed.readUInt32BE(4), compressed.length - 8);
  const payload = payloadOf(base64);
  assert.equal(
    payload.subarray(0, 40).toString('hex'),
    '1c849313000000020000000000000003' + '0000000000000001' + '0000000fffffffff' + '3ff0000000000000',
  );
  assert.deepEqual([...payload.subarray(40)], [9, 2]);
});

test('what is decoded is what was encoded, by the library too', () => {
  const property = fc.property(values, values, (first, second) => {
    const merge = new LatencyMerge();
    assert.ok(addEncoded(merge, mergeOf(record(first)).encode()));
    assert.ok(addEncoded(merge, encodeIntoCompressedBase64(plainHistogram(second))));
    const plain = plainHistogram([...first, ...second]);
    assert.deepEqual(countsOf(merge.encode()), libraryCounts(plain));
    const read = decodeFromCompressedBase64(merge.encode());
    for (const percentile of [0, 50, 99.9, 100]) {
      assert.equal(read.getValueAtPercentile(percentile), plain.getValueAtPercentile(percentile));
    }
    assert.equal(read.totalCount, plain.totalCount);
  });
  fc.assert(property, { numRuns: 50 });
});

test('what is no histogram is refused and throws nothing', () => {
  const good = mergeOf(record([5, 7000])).encode();
  const coarse = encodeIntoCompressedBase64(new Int32Histogram(1, 10 ** 9, 2));
  for (const text of [
    '',
    'x',
    'AAAA',
    good.slice(0, 20),
    good.slice(0, -12),
    good.replace('H', 'X'),
    coarse,
  ]) {
    assert.equal(addEncoded(new LatencyMerge(), text), false, text);
  }
  const anything = fc.property(fc.base64String({ maxLength: 100 }), (text) => {
    assert.equal(addEncoded(new LatencyMerge(), text), false);
  });
  fc.assert(anything, { numRuns: 200 });
});

test('what was counted since a copy is all that the next histogram holds', () => {
  const merge = mergeOf(record([5, 70_000]));
  const before = merge.copy();
  assert.equal(merge.since(before), null);
  merge.add(latencies(record([70_000, 2 ** 35])));
  const { base64, maxNs } = merge.since(before)!;
  assert.deepEqual(countsOf(base64), libraryCounts(plainHistogram([70_000, 2 ** 35])));
  assert.ok(maxNs >= 2 ** 35 && maxNs < 2 ** 35 * 1.001);
  assert.deepEqual(countsOf(merge.since(null)!.base64), countsOf(merge.encode()));
});

test('histograms of two intervals together count what both counted, and still what each did', () => {
  const merge = mergeOf(record([5, 70_000]));
  const first = merge.since(null)!;
  const before = merge.copy();
  merge.add(latencies(record([70_000, 2 ** 35])));
  const second = merge.since(before)!;
  assert.deepEqual(countsOf(first.plus(second).base64), countsOf(merge.encode()));
  assert.deepEqual(countsOf(second.plus(first).base64), countsOf(merge.encode()));
  assert.deepEqual(countsOf(first.base64), libraryCounts(plainHistogram([5, 70_000])));
  assert.equal(first.plus(second).maxNs, second.maxNs);
});

test('the histogram of an interval is written in the codes that are read fastest, however many values it has', () => {
  const samples = Array.from({ length: 300 }, (_, index) => 1000 * index ** 2);
  const compressed = Buffer.from(mergeOf(record(samples)).since(null)!.base64, 'base64').subarray(8);
  assert.ok(inflateFixed(compressed, new Uint8Array(4096)) > 0);
});

test('a merge that was reset holds what was added after it only', () => {
  const merge = mergeOf(record([5, 5_000_000, 2 ** 35]));
  merge.encode();
  merge.reset();
  assert.deepEqual(countsOf(merge.encode()), libraryCounts(plainHistogram([])));
  merge.add(latencies(record([70_000])));
  assert.deepEqual(countsOf(merge.encode()), libraryCounts(plainHistogram([70_000])));
});

test('counts that add up to more than a word holds stay at the largest', () => {
  const merge = mergeOf(record([1_000, 2_000]));
  const full = record([1_000]);
  latencies(full).counts[1_000 % BLOCK_LENGTH] = 2 ** 32 - 1;
  merge.add(latencies(full));
  assert.equal(merge.summary(1, 1, 2_000, 1, 1).p50Ns, 1_000);
});

test('min, max, last and mean are the exact ones, and no percentile is above the maximum', () => {
  const samples = [1_000_001, 1_000_003];
  const summary = mergeOf(record(samples)).summary(1_000_003, 1_000_001, 1_000_003, 2_000_004, 2);
  assert.deepEqual(summary, {
    count: 2,
    lastNs: 1_000_003,
    minNs: 1_000_001,
    meanNs: 1_000_002,
    p50Ns: 1_000_003,
    p90Ns: 1_000_003,
    p99Ns: 1_000_003,
    p999Ns: 1_000_003,
    maxNs: 1_000_003,
  });
});

test('without a sample every figure is null', () => {
  const { count, ...figures } = new LatencyMerge().summary(0, Infinity, 0, 0, 0);
  assert.equal(count, 0);
  assert.deepEqual(new Set(Object.values(figures)), new Set([null]));
});

/** What a connection's page says after these latencies. */
function record(samples: readonly number[], intervalNs = 0): SlotSnapshot {
  const { writer, reader, slot } = openPage();
  inSection(writer, () => {
    for (const sample of samples) writer.record(slot, HISTOGRAM.latency, sample, intervalNs);
  });
  return readSlot(reader, slot);
}

function latencies(snapshot: SlotSnapshot): BlockCounts {
  return snapshot.histograms[HISTOGRAM.latency]!;
}

function mergeOf(...snapshots: readonly SlotSnapshot[]): LatencyMerge {
  const merge = new LatencyMerge();
  for (const snapshot of snapshots) merge.add(latencies(snapshot));
  return merge;
}

function plainHistogram(samples: readonly number[]): Int32Histogram {
  const plain = new Int32Histogram(1, HIGHEST_TRACKABLE_NS, 3);
  for (const sample of samples) plain.recordValue(sample);
  return plain;
}

function total(snapshot: SlotSnapshot): number {
  return allCounts(snapshot).reduce((sum, count) => sum + count, 0);
}

/** The counts as they are encoded, to the byte. hdr-histogram-js writes 1 as the normalizing index offset and an
 *  integer as the ratio, where HdrHistogram has 0 and 1.0; it reads neither. */
function countsOf(base64: string): Buffer {
  return payloadOf(base64).subarray(40);
}

function payloadOf(base64: string): Buffer {
  return inflateSync(Buffer.from(base64, 'base64').subarray(8));
}

function libraryCounts(histogram: Int32Histogram): Buffer {
  return countsOf(encodeIntoCompressedBase64(histogram));
}
