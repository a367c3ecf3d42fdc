/** The lines of a log, read piece by piece: a day of fifty connections is gigabytes. */
import { type FileHandle, open } from 'node:fs/promises';

const CHUNK_BYTES = 1 << 20;
/** A snapshot has 1 KiB a row, and 1,000 rows and as many targets at most. */
const MAX_LINE_BYTES = 64 << 20;
const NEWLINE = 0x0a;
/** `{"type":"`: how every line begins. */
const TYPE_AT = 9;
const MAX_TYPE_CHARS = 20;
const QUOTE = 0x22;

export interface LineCounts {
  /** Lines that were no JSON object with a type. */
  bad: number;
  /** False: the last line has no end, as after a kill or while the run goes on. */
  isWhole: boolean;
}

/** Hands over each line whose type is wanted; the others, which are most, cost only their bytes.
 *  Throws what the system says of the file. */
export async function readLines(
  path: string,
  wanted: ReadonlySet<string>,
  handle: (line: object) => void,
): Promise<LineCounts> {
  const counts = { bad: 0, isWhole: true };
  const file = await open(path);
  try {
    await readChunks(file, (line) => handleLine(line, wanted, handle, counts), counts);
  } finally {
    await file.close();
  }
  return counts;
}

async function readChunks(
  file: FileHandle,
  handle: (line: Buffer) => void,
  counts: LineCounts,
): Promise<void> {
  let buffer = Buffer.alloc(CHUNK_BYTES);
  let held = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, held, buffer.length - held);
    if (bytesRead === 0) break;
    const end = held + bytesRead;
    const rest = splitLines(buffer.subarray(0, end), handle);
    held = end - rest;
    buffer.copyWithin(0, rest, end);
    if (held === buffer.length) buffer = grown(buffer);
  }
  counts.isWhole = held === 0;
}

/** @returns where the line begins that has no end yet */
function splitLines(bytes: Buffer, handle: (line: Buffer) => void): number {
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
    if (end > start) handle(bytes.subarray(start, end));
    start = end + 1;
  }
  return start;
}

function grown(buffer: Buffer): Buffer<ArrayBuffer> {
  if (buffer.length >= MAX_LINE_BYTES)
    throw new RangeError('a line of more than 64 MiB: this is no log of conntest');
  return Buffer.concat([buffer, Buffer.alloc(buffer.length)]);
}

function handleLine(
  bytes: Buffer,
  wanted: ReadonlySet<string>,
  handle: (line: object) => void,
  counts: LineCounts,
): void {
  const type = typeOf(bytes);
  if (type !== null && !wanted.has(type)) return;
  const line = type === null ? null : parse(bytes);
  if (line === null) counts.bad++;
  else handle(line);
}

/** null: a line of conntest begins with its type, and this one doesn't. */
function typeOf(bytes: Buffer): string | null {
  const end = bytes.indexOf(QUOTE, TYPE_AT);
  if (end === -1 || end > TYPE_AT + MAX_TYPE_CHARS) return null;
  return bytes.toString('latin1', 0, TYPE_AT) === '{"type":"' ? bytes.toString('latin1', TYPE_AT, end) : null;
}

/** Logs are ASCII. */
function parse(bytes: Buffer): object | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('latin1'));
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
