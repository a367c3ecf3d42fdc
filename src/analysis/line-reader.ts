/** The lines of a log, read piece by piece: a day of fifty connections is ten gigabytes. */
import type { FileHandle } from 'node:fs/promises';

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

/** Hands over each line that begins within the range and has an end; its bytes are valid until `handle` returns.
 *  Throws what the system says of the file.
 *  @returns where the first line begins that was not handed over */
export async function readLines(
  file: FileHandle,
  { from, to }: ByteRange,
  handle: (line: Buffer) => void,
): Promise<number> {
  let buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  // A line begins behind a newline: the byte before the range ends one that is not read.
  let isBefore = from > 0;
  let at = Math.max(0, from - 1);
  let held = 0;
  const handleLine = (line: Buffer): void => {
    if (!isBefore && line.length > 0) handle(line);
    isBefore = false;
  };
  for (;;) {
    // A pipe has no places: it is read from its start, on and on.
    const place = from === 0 ? null : at + held;
    const { bytesRead } = await file.read(buffer, held, buffer.length - held, place);
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
function splitLines(bytes: Buffer, limit: number, handle: (line: Buffer) => void): number {
  let start = 0;
  while (start < limit) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end === -1) break;
    handle(bytes.subarray(start, end));
    start = end + 1;
  }
  return start;
}

function grown(buffer: Buffer): Buffer<ArrayBuffer> {
  if (buffer.length >= MAX_LINE_BYTES)
    throw new RangeError('a line of more than 64 MiB: this is no log of conntest');
  return Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
}
