/** The writing thread of the hammer test: publishes without end sections whose every word tells the same
 *  number. `locked` hands out the page itself; otherwise a second page, into which the words are copied
 *  without moving the sequence: the same layout and reader, no seqlock. */
import assert from 'node:assert/strict';
import { parentPort, workerData } from 'node:worker_threads';
import { BLOCK_LENGTH, COUNTERS, countsAt, SLOT, slotBase } from '../../src/stats/layout.js';
import { PageWriter } from '../../src/stats/page-writer.js';
import { COUNTER_UNIT, HAMMERED, type HammerData } from './hammer-figures.js';

/** After so many sections the slot is closed and opened again, with its histograms in another block. */
const SECTIONS_OF_A_CONNECTION = 50_000;
const BLOCKS_USED = 20;

const { locked, stop } = workerData as HammerData;
assert.ok(parentPort, 'hammer-writer runs in a worker');

const writer = PageWriter.create(0);
const bare = PageWriter.create(0);
const from = new Int32Array(writer.buffer);
const to = new Int32Array(bare.buffer);
const slot = writer.alloc();
const values = new Float64Array(COUNTERS.length);
const stopWord = new Int32Array(stop);

writer.open(slot, 0);
if (!locked) copyBare();
parentPort.postMessage(locked ? writer.buffer : bare.buffer);

let pause = 1;
for (let section = 1; Atomics.load(stopWord, 0) === 0; section++) {
  publish(section);
  if (!locked) copyBare();
  // Pauses of changing length, so that reads begin at every point of a section.
  pause = (Math.imul(pause, 1_664_525) + 1_013_904_223) >>> 0;
  for (let spins = pause >>> 20; spins > 0; spins--) Atomics.load(stopWord, 0);
}

/** Counters tell the section, the histograms' totals the sections since the connection began, its key when. */
function publish(section: number): void {
  const first = section - (section % SECTIONS_OF_A_CONNECTION);
  if (section === first) reopen(first);
  values.fill(section * COUNTER_UNIT);
  writer.begin();
  writer.publish(slot, values);
  const block = locked ? (first / SECTIONS_OF_A_CONNECTION) % BLOCKS_USED : 0;
  const valueNs = block * BLOCK_LENGTH + (section % BLOCK_LENGTH);
  for (const histogram of HAMMERED) writer.record(slot, histogram, valueNs, 0);
  writer.end();
}

function reopen(key: number): void {
  if (!locked) return;
  writer.close(slot);
  writer.begin();
  writer.open(writer.alloc(), key);
  writer.publish(slot, values.fill((key - 1) * COUNTER_UNIT));
  writer.end();
}

function copyBare(): void {
  const base = slotBase(slot);
  copyWords(base + SLOT.sequence + 1, base + SLOT.headEnd);
  for (const histogram of HAMMERED) {
    const start = base + countsAt(histogram);
    copyWords(start, start + BLOCK_LENGTH);
  }
}

function copyWords(start: number, end: number): void {
  for (let word = start; word < end; word++) Atomics.store(to, word, from[word]!);
}
