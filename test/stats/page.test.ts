import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bucketIndex } from '../../src/stats/histogram.js';
import {
  COUNTER,
  COUNTERS,
  HISTOGRAM,
  HISTOGRAMS,
  PAGE_BYTES,
  PAGE_SLOTS,
  SLOT,
  slotBase,
} from '../../src/stats/layout.js';
import { PageReader } from '../../src/stats/page-reader.js';
import { PageWriter } from '../../src/stats/page-writer.js';
import { SlotSnapshot } from '../../src/stats/slot-snapshot.js';
import { allCounts, inSection, KEY, openPage, readSlot } from './page-fixture.js';

const counterValue = fc.oneof(
  fc.maxSafeNat(),
  fc.constantFrom(0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER),
);
const counterValues = fc.array(counterValue, { minLength: COUNTERS.length, maxLength: COUNTERS.length });

test('every counter of every slot comes back as it was published, up to 2^53 - 1', () => {
  const writer = PageWriter.create(0);
  const reader = new PageReader(writer.buffer);
  for (let slot = 0; slot < PAGE_SLOTS; slot++) writer.open(writer.alloc(), slot);
  const property = fc.property(fc.nat(PAGE_SLOTS - 1), counterValues, (slot, values) => {
    inSection(writer, () => writer.publish(slot, Float64Array.from(values)));
    const snapshot = readSlot(reader, slot);
    assert.equal(snapshot.key, slot);
    assert.deepEqual([...snapshot.counters], values);
  });
  fc.assert(property, { numRuns: 2_000 });
});

test('a counter set by itself leaves the others and the other slots alone', () => {
  const { writer, reader, slot } = openPage();
  const other = writer.alloc();
  writer.open(other, KEY + 1);
  inSection(writer, () => writer.set(slot, COUNTER.upBytes, 5));
  const expected = COUNTERS.map((name) => (name === 'upBytes' ? 5 : 0));
  assert.deepEqual([...readSlot(reader, slot).counters], expected);
  assert.ok(readSlot(reader, other).counters.every((value) => value === 0));
});

test('only words that changed are stored again', () => {
  const { writer, reader, slot } = openPage();
  inSection(writer, () => {
    writer.set(slot, COUNTER.bytesSent, 2 ** 32 + 1);
    writer.set(slot, COUNTER.bytesReceived, 9);
  });
  const words = new Int32Array(writer.buffer);
  const word = (counter: number) => slotBase(slot) + SLOT.counters + 2 * counter;
  // A foreign hand in shared memory shows which words the writer passes over.
  words[word(COUNTER.bytesReceived)] = 100;
  inSection(writer, () => {
    writer.set(slot, COUNTER.bytesSent, 2 ** 32 + 2);
    writer.set(slot, COUNTER.bytesReceived, 9);
  });
  const { counters } = readSlot(reader, slot);
  assert.equal(counters[COUNTER.bytesSent], 2 ** 32 + 2);
  assert.equal(counters[COUNTER.bytesReceived], 100);
});

test('a section without writes to a slot leaves its sequence, one with many moves it by two', () => {
  const { writer, slot } = openPage();
  const idle = writer.alloc();
  writer.open(idle, KEY);
  const words = new Int32Array(writer.buffer);
  const sequences = () => [slot, idle].map((each) => words[slotBase(each) + SLOT.sequence]!);
  const [before, beforeIdle] = sequences();
  inSection(writer, () => {
    writer.set(slot, COUNTER.upLost, 1);
    writer.set(slot, COUNTER.delayed, 1);
    writer.record(slot, HISTOGRAM.latency, 5, 0);
  });
  assert.deepEqual(sequences(), [before! + 2, beforeIdle]);
});

test('a reader keeps the last good figures of the slot being written and reads the others', () => {
  const { writer, reader, slot } = openPage();
  const other = writer.alloc();
  writer.open(other, KEY + 1);
  inSection(writer, () => {
    writer.set(slot, COUNTER.packetsSent, 1);
    writer.record(slot, HISTOGRAM.latency, 5_000, 0);
  });
  const snapshot = readSlot(reader, slot);
  writer.begin();
  writer.set(slot, COUNTER.packetsSent, 2);
  writer.record(slot, HISTOGRAM.latency, 5_000, 0);
  assert.equal(reader.read(slot, snapshot), false);
  assert.equal(snapshot.counters[COUNTER.packetsSent], 1);
  assert.equal(allCounts(snapshot)[bucketIndex(5_000)], 1);
  assert.equal(readSlot(reader, other).key, KEY + 1);
  writer.end();
  assert.equal(reader.read(slot, snapshot), true);
  assert.equal(snapshot.counters[COUNTER.packetsSent], 2);
  assert.equal(allCounts(snapshot)[bucketIndex(5_000)], 2);
});

test('every histogram comes back with each value in its bucket, whichever parts were touched', () => {
  const { writer, reader, slot } = openPage();
  const expected = HISTOGRAMS.map(() => new Map<number, number>());
  const sample = fc.tuple(fc.nat(HISTOGRAMS.length - 1), fc.nat(2 ** 36 - 1));
  const property = fc.property(fc.array(sample, { maxLength: 50 }), (samples) => {
    inSection(writer, () => {
      for (const [histogram, value] of samples) writer.record(slot, histogram, value, 0);
    });
    for (const [histogram, value] of samples) {
      const counts = expected[histogram]!;
      counts.set(bucketIndex(value), (counts.get(bucketIndex(value)) ?? 0) + 1);
    }
    const snapshot = readSlot(reader, slot);
    expected.forEach((counts, histogram) => {
      const found = allCounts(snapshot, histogram);
      for (const [index, count] of counts) assert.equal(found[index], count);
      assert.equal(sum(found), sum(counts.values()));
    });
  });
  fc.assert(property, { numRuns: 50 });
});

test('the last bucket of a histogram and the first of the next are apart', () => {
  const { writer, reader, slot } = openPage();
  inSection(writer, () => {
    writer.record(slot, HISTOGRAM.latency, 2 ** 36 - 1, 0);
    writer.record(slot, HISTOGRAM.latencyLoaded, 0, 0);
    writer.record(slot, HISTOGRAM.owd, 2 ** 36 - 1, 0);
  });
  const snapshot = readSlot(reader, slot);
  const totals = HISTOGRAMS.map((_, histogram) => sum(allCounts(snapshot, histogram)));
  assert.deepEqual(totals, [1, 1, 0, 0, 1]);
});

test('a histogram without a sample takes no memory in a snapshot', () => {
  const { writer, reader, slot } = openPage();
  inSection(writer, () => writer.record(slot, HISTOGRAM.latency, 1_000, 0));
  const sizes = readSlot(reader, slot).histograms.map(({ counts }) => counts.length > 0);
  assert.deepEqual(sizes, [true, false, false, false, false]);
});

test('a bucket that is full stays full', () => {
  const { writer, reader, slot } = openPage();
  inSection(writer, () => writer.record(slot, HISTOGRAM.latency, 40, 0));
  new Uint32Array(writer.buffer)[slotBase(slot) + SLOT.counts + 40] = 2 ** 32 - 2;
  for (let i = 0; i < 3; i++) inSection(writer, () => writer.record(slot, HISTOGRAM.latency, 40, 0));
  assert.equal(allCounts(readSlot(reader, slot))[40], 2 ** 32 - 1);
});

test('a time that came several times is counted as often, up to what a bucket holds', () => {
  const { writer, reader, slot } = openPage();
  inSection(writer, () => writer.record(slot, HISTOGRAM.latency, 40, 0, 3));
  inSection(writer, () => writer.record(slot, HISTOGRAM.latency, 30, 20, 2));
  const counts = allCounts(readSlot(reader, slot));
  assert.deepEqual([counts[40], counts[30], counts[20], counts[10]], [3, 2, 2, 2]);
  inSection(writer, () => writer.record(slot, HISTOGRAM.latency, 40, 0, 2 ** 32 - 2));
  assert.equal(allCounts(readSlot(reader, slot))[40], 2 ** 32 - 1);
});

test('the page names its shard and tells how busy it is', () => {
  const { writer, reader } = openPage();
  assert.equal(reader.shard, 3);
  assert.equal(reader.utilization, 0);
  writer.setUtilization(0.25);
  assert.equal(reader.utilization, 0.25);
});

test('a buffer that is no page is refused', () => {
  assert.throws(() => new PageReader(new SharedArrayBuffer(8)), /has \d+ bytes, this buffer has 8$/);
  assert.throws(() => new PageReader(new SharedArrayBuffer(PAGE_BYTES)), /this buffer starts with 0$/);
});

test('writing outside a section, or sections within each other, is misuse', () => {
  const { writer, reader, slot } = openPage();
  assert.throws(() => writer.set(slot, COUNTER.upLost, 1), /outside a section/);
  assert.throws(() => writer.publish(slot, new Float64Array(COUNTERS.length)), /outside a section/);
  assert.throws(() => writer.record(slot, HISTOGRAM.latency, 1, 0), /outside a section/);
  assert.throws(() => writer.end(), /outside a section/);
  writer.begin();
  assert.throws(() => writer.begin(), /inside a section/);
  writer.end();
  assert.ok(readSlot(reader, slot).counters.every((value) => value === 0));
});

test('a value that is no counter is refused and the last one stays', () => {
  const { writer, reader, slot } = openPage();
  writer.begin();
  writer.set(slot, COUNTER.upLost, 5);
  for (const value of [-1, Number.NaN, 2 ** 53, Infinity]) {
    assert.throws(() => writer.set(slot, COUNTER.upLost, value), RangeError);
  }
  writer.end();
  assert.equal(readSlot(reader, slot).counters[COUNTER.upLost], 5);
});

test('a reader of many slots fills one snapshot after the other with its own figures', () => {
  const { writer, reader, slot } = openPage();
  const other = writer.alloc();
  writer.open(other, KEY + 1);
  inSection(writer, () => {
    writer.record(slot, HISTOGRAM.latency, 100, 0);
    writer.record(other, HISTOGRAM.latency, 1_000_000, 0);
    writer.record(other, HISTOGRAM.latency, 50, 0);
  });
  const one = new SlotSnapshot();
  const two = new SlotSnapshot();
  for (let round = 0; round < 3; round++) {
    assert.ok(reader.read(slot, one) && reader.read(other, two));
    assert.deepEqual(nonZero(one), [[100, 1]]);
    assert.deepEqual(nonZero(two), [
      [50, 1],
      [bucketIndex(1_000_000), 1],
    ]);
  }
});

function sum(counts: Iterable<number>): number {
  return [...counts].reduce((total, count) => total + count, 0);
}

function nonZero(snapshot: SlotSnapshot): number[][] {
  return [...allCounts(snapshot).entries()].filter(([, count]) => count > 0);
}
