import assert from 'node:assert/strict';
import { HISTOGRAM_LENGTH } from '../../src/stats/histogram.js';
import { BLOCK_LENGTH, HISTOGRAM } from '../../src/stats/layout.js';
import { PageReader } from '../../src/stats/page-reader.js';
import { PageWriter } from '../../src/stats/page-writer.js';
import { SlotSnapshot } from '../../src/stats/slot-snapshot.js';

export const KEY = 7;

/** A page with one open slot, and its reader. */
export function openPage(): { writer: PageWriter; reader: PageReader; slot: number } {
  const writer = PageWriter.create(3);
  const slot = writer.alloc();
  writer.open(slot, KEY);
  return { writer, reader: new PageReader(writer.buffer), slot };
}

/** What a slot says now; fails when it says nothing. */
export function readSlot(reader: PageReader, slot: number): SlotSnapshot {
  const snapshot = new SlotSnapshot();
  assert.equal(reader.read(slot, snapshot), true);
  return snapshot;
}

/** Writes in a section of its own. */
export function inSection(writer: PageWriter, write: () => void): void {
  writer.begin();
  write();
  writer.end();
}

/** A snapshot's histogram, one count for each bucket. */
export function allCounts(snapshot: SlotSnapshot, histogram: number = HISTOGRAM.latency): Uint32Array {
  const { blockCount, blocks, counts } = snapshot.histograms[histogram]!;
  const all = new Uint32Array(HISTOGRAM_LENGTH);
  for (let i = 0; i < blockCount; i++) {
    all.set(counts.subarray(i * BLOCK_LENGTH, (i + 1) * BLOCK_LENGTH), blocks[i]! * BLOCK_LENGTH);
  }
  return all;
}
