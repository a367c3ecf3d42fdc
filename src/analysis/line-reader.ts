/** The lines of a log, read piece by piece: a day of fifty connections is ten gigabytes. */
import { readSync } from 'node:fs';

const CHUNK_BYTES = 1 << 20;
/** A snapshot has 3 KiB a row, and 1,000 rows and as many targets at most. */
const MAX_LINE_BYTES = 64 << 20;
const NEWLINE = 0x0a;

/** Lines that begin in it are read, to their end. */
export interface ByteRange {
  /** 0, or anywhere in the line before the first that is read. */
  readonly from: number;
  readonly to: number;
}

/** A line of `bytes` from `start` to `end`, where its newline is; they change once it has returned. */
export type HandleLine = (bytes: Buffer, start: number, end: number) => void;

/** Hands over each line that begins within the range and has an end. Waits for the disk: nothing else is done meanwhile. Throws what the system says of the file.
 *  @param file its descriptor
 *  @returns where the first line begins that was not handed over */
export function readLines(file: number, { from, to }: ByteRange, handle: HandleLine): number {
  let buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  // A line begins behind a newline: the byte before the range ends one that is not read.
  let isBefore = from > 0;
  let at = Math.max(0, from - 1);
  let held = 0;
  const handleLine: HandleLine = (bytes, start, end) => {
    if (!isBefore && end > start) handle(bytes, start, end);
    isBefore = false;
  };
  for (;;) {
    // A pipe has no places: it is read from its start, on and on.
    const place = from === 0 ? null : at + held;
    const bytesRead = readSync(file, buffer, held, buffer.length - held, place);
    const bytes = buffer.subarray(0, held + bytesRead);
    const start = splitLines(bytes, to - at, handleLine);
    at += start;
    if (bytesRead === 0 || at >= to) return at;
    held = bytes.copyWithin(0, start).length - start;
    if (held === buffer.length) buffer = grown(buffer);
  }
}

/** @param limit where no more lines are begun
 *  @returns where the first line begins that was not handed over */
function splitLines(bytes: Buffer, limit: number, handle: HandleLine): number {
  let start = 0;
  while (start < limit) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end === -1) break;
    handle(bytes, start, end);
    start = end + 1;
  }
  return start;
}

function grown(buffer: Buffer): Buffer<ArrayBuffer> {
  if (buffer.length >= MAX_LINE_BYTES)
    throw new RangeError('a line of more than 64 MiB: this is no log of conntest');
  return Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
}
