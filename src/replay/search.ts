/** Where in a log a moment is. Lines are in the order of time, so halving finds it without reading what lies
 *  between, and without an index. */
import type { LineCursor, LogLine } from './cursor.js';

/** What is left is read: less than a read of the file at once. */
const NEAR_BYTES = 1 << 18;
/** The longest pieces at the end of a log in which its last line is looked for. */
const TAILS_BYTES = [1 << 18, 1 << 22, 1 << 26];

/** Offset of the first line of `tMs` or later; the end of the log where there is none. */
export async function offsetOf(cursor: LineCursor, tMs: number, sizeBytes: number): Promise<number> {
  let low = 0;
  let high = sizeBytes;
  while (high - low > NEAR_BYTES) {
    const middle = Math.floor((low + high) / 2);
    const line = await lineFrom(cursor, middle);
    if (line !== null && line.offset < high && line.tMs < tMs) low = line.next;
    else high = middle;
  }
  await cursor.seek(low);
  for (let line = await nextTimed(cursor); line !== null; line = await nextTimed(cursor)) {
    if (line.tMs >= tMs) return line.offset;
  }
  return sizeBytes;
}

/** The latest time among the last whole lines, which shards may hand over a little out of order; null: there is none. */
export async function lastTime(cursor: LineCursor, sizeBytes: number): Promise<number | null> {
  for (const tailBytes of TAILS_BYTES) {
    await cursor.seek(Math.max(0, sizeBytes - tailBytes));
    let lastMs: number | null = null;
    for (let line = await nextTimed(cursor); line !== null; line = await nextTimed(cursor)) {
      lastMs = Math.max(lastMs ?? line.tMs, line.tMs);
    }
    if (lastMs !== null) return lastMs;
  }
  return null;
}

/** Each part of a log repeats its start, which has the time of the run's beginning: it says nothing of where it is. */
async function nextTimed(cursor: LineCursor): Promise<LogLine | null> {
  for (;;) {
    const line = await cursor.next();
    if (line === null || (line.type !== null && line.type !== 'start')) return line;
  }
}

async function lineFrom(cursor: LineCursor, offset: number): Promise<LogLine | null> {
  await cursor.seek(offset);
  return nextTimed(cursor);
}
