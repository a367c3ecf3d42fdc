import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COUNTER, HISTOGRAM, PAGE_SLOTS } from '../../src/stats/layout.js';
import { PageWriter } from '../../src/stats/page-writer.js';
import { SlotSnapshot } from '../../src/stats/slot-snapshot.js';
import { allCounts, inSection, KEY, openPage, readSlot } from './page-fixture.js';

test('a page gives out each of its slots once, the lowest free one first', () => {
  const writer = PageWriter.create(0);
  const slots = Array.from({ length: PAGE_SLOTS }, () => writer.alloc());
  assert.deepEqual(slots, [...slots.keys()]);
  assert.equal(writer.alloc(), -1);
  for (const slot of slots) writer.open(slot, slot);
  writer.close(9);
  writer.close(4);
  assert.deepEqual([writer.alloc(), writer.alloc(), writer.alloc()], [4, 9, -1]);
});

test('a slot is empty before it is opened and after it is closed', () => {
  const { writer, reader, slot } = openPage();
  const snapshot = new SlotSnapshot();
  assert.equal(reader.read(slot + 1, snapshot), false);
  assert.equal(reader.read(slot, snapshot), true);
  writer.close(slot);
  assert.equal(reader.read(slot, snapshot), false);
  assert.equal(snapshot.key, KEY);
});

test('a slot that is used again starts with zeros, another key and another generation', () => {
  const { writer, reader, slot } = openPage();
  inSection(writer, () => {
    writer.set(slot, COUNTER.bytesSent, 2 ** 40);
    for (const histogram of Object.values(HISTOGRAM)) {
      for (const value of [0, 31, 32, 4_000, 2 ** 30, 2 ** 36 - 1]) writer.record(slot, histogram, value, 0);
    }
  });
  const first = readSlot(reader, slot);
  writer.close(slot);
  assert.equal(writer.alloc(), slot);
  writer.open(slot, 2 ** 52 + 1);
  const second = readSlot(reader, slot);
  assert.equal(second.key, 2 ** 52 + 1);
  assert.equal(second.generation, first.generation + 1);
  assert.ok(second.counters.every((value) => value === 0));
  for (const { blockCount } of second.histograms) assert.equal(blockCount, 0);
  inSection(writer, () => writer.record(slot, HISTOGRAM.latency, 33, 0));
  assert.deepEqual(
    [...allCounts(readSlot(reader, slot)).entries()].filter(([, count]) => count > 0),
    [[33, 1]],
  );
});

test('a slot opened and filled in one section appears with its figures', () => {
  const { writer, reader } = openPage();
  const slot = writer.alloc();
  const snapshot = new SlotSnapshot();
  writer.begin();
  writer.open(slot, KEY);
  assert.equal(reader.read(slot, snapshot), false);
  writer.set(slot, COUNTER.packetsSent, 1);
  writer.end();
  assert.equal(readSlot(reader, slot).counters[COUNTER.packetsSent], 1);
});

test('a slot that is not allocated, already open, closed or not there is refused by name', () => {
  const { writer, reader, slot } = openPage();
  assert.throws(() => writer.open(slot + 1, KEY), /slot 1 is not allocated/);
  assert.throws(() => writer.open(slot, KEY), /slot 0 is already open/);
  for (const missing of [-1, PAGE_SLOTS, 32]) {
    assert.throws(() => writer.open(missing, KEY), new RegExp(`slot ${missing} does not exist`));
  }
  writer.close(slot);
  assert.throws(() => writer.close(slot), /slot 0 is not open/);
  assert.throws(() => inSection(writer, () => writer.set(slot, COUNTER.upLost, 1)), /slot 0 is not open/);
  writer.end();
  assert.equal(reader.read(slot, new SlotSnapshot()), false);
});
