/** A log file, read from a place to its end: a small one here, a large one by several threads. */
import { closeSync, fstatSync, openSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type ByteRange, readLines } from './line-reader.js';
import { type LogItem, LogItems } from './log-items.js';
import { readParts } from './part-threads.js';

/** What a thread has under way: some 60 snapshots of 50 rows, whose figures are less than 1 MB. */
const PART_BYTES = 8 << 20;
/** Below it threads take longer to start than they save. */
const MIN_BYTES_FOR_THREADS = 64 << 20;
/** More would wait for the one that adds up. */
const MAX_THREADS = 8;

/** Throws what the system says of the file.
 *  @param from where a line begins; 0 for a pipe
 *  @returns where the first line begins that has no end yet */
export async function readLog(path: string, handle: (item: LogItem) => void, from = 0): Promise<number> {
  const file = openSync(path, 'r');
  try {
    const rest = await readBulk(file, path, from, handle);
    const reader = new LogItems();
    return readLines(file, { from: rest, to: Number.POSITIVE_INFINITY }, (bytes, start, end) => {
      reader.handleLine(bytes, start, end);
      for (const item of reader.take()) handle(item);
    });
  } finally {
    closeSync(file);
  }
}

/** @returns where what is left begins */
async function readBulk(
  file: number,
  path: string,
  from: number,
  handle: (item: LogItem) => void,
): Promise<number> {
  const stats = fstatSync(file);
  const threads = Math.min(availableParallelism(), MAX_THREADS);
  if (!stats.isFile() || stats.size - from < MIN_BYTES_FOR_THREADS || threads < 2) return from;
  return readParts(path, partsOf(from, stats.size), threads, handle);
}

function partsOf(from: number, to: number): ByteRange[] {
  return Array.from({ length: Math.ceil((to - from) / PART_BYTES) }, (_, index) => ({
    from: from + index * PART_BYTES,
    to: Math.min(to, from + (index + 1) * PART_BYTES),
  }));
}
