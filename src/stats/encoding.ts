/** HdrHistogram's V2 compressed encoding, base64: written and read here because the library takes 65 ms to load
 *  for it, and several times as long for each histogram.
 *
 *      compressed  cookie 0x1c849314 | length of what follows | zlib of:
 *      payload     cookie 0x1c849313 | length of the counts | normalizing offset 0 | digits |
 *                  lowest value, 8 bytes | highest value, 8 bytes | ratio 1.0, 8 bytes | counts
 *      counts      ZigZag LEB128 from the first bucket to the last in use; a run of n > 1 empty ones is -n
 *
 *  Source: HdrHistogram, `AbstractHistogram.encodeIntoCompressedByteBuffer`. */
import { HIGHEST_TRACKABLE_NS, HISTOGRAM_LENGTH } from './histogram.js';
import { inflateFixed } from './inflate.js';

const COMPRESSED_COOKIE = 0x1c849314;
const PAYLOAD_COOKIE = 0x1c849313;
const COMPRESSED_HEAD_BYTES = 8;
const PAYLOAD_HEAD_BYTES = 40;
const LOWEST_NS = 1;
const DIGITS = 3;
/** A count of 32 bits, zigzagged: 33 bits in groups of 7. */
const MAX_COUNT_BYTES = 5;
const MAX_PAYLOAD_BYTES = PAYLOAD_HEAD_BYTES + HISTOGRAM_LENGTH * MAX_COUNT_BYTES;
/** What another writer may put before and around as many counts. */
const MAX_INFLATED_BYTES = 2 * MAX_PAYLOAD_BYTES;

/** A histogram of an interval has tens of values: more is rare, and zlib's. */
const SMALL_BYTES = 1 << 12;

const payload = Buffer.alloc(MAX_PAYLOAD_BYTES);
const smallCompressed = Buffer.alloc(SMALL_BYTES);
const smallPayload = Buffer.alloc(SMALL_BYTES);

/** `fixed` is what `inflateFixed` reads: a long one takes an eighth more room than with codes made for it, and half as long
 *  to read. */
export type Codes = 'best' | 'fixed';

/** As zlib.h has them: Z_DEFAULT_STRATEGY and Z_FIXED. */
const STRATEGIES = { best: 0, fixed: 4 } as const;

/** Loaded with the first histogram that is written: every start would wait for it. */
function zlib(): typeof import('node:zlib') {
  return process.getBuiltinModule('node:zlib');
}

/** @param countAt the count of a bucket
 *  @param length buckets up to the last in use */
export function encodeCounts(countAt: (index: number) => number, length: number, codes: Codes): string {
  const countsBytes = writeCounts(countAt, length);
  payload.writeUInt32BE(PAYLOAD_COOKIE, 0);
  payload.writeUInt32BE(countsBytes, 4);
  payload.writeUInt32BE(0, 8);
  payload.writeUInt32BE(DIGITS, 12);
  payload.writeBigUInt64BE(BigInt(LOWEST_NS), 16);
  payload.writeBigUInt64BE(BigInt(HIGHEST_TRACKABLE_NS), 24);
  payload.writeDoubleBE(1, 32);
  const compressed = zlib().deflateSync(payload.subarray(0, PAYLOAD_HEAD_BYTES + countsBytes), {
    strategy: STRATEGIES[codes],
  });
  const head = Buffer.alloc(COMPRESSED_HEAD_BYTES);
  head.writeUInt32BE(COMPRESSED_COOKIE, 0);
  head.writeUInt32BE(compressed.length, 4);
  return Buffer.concat([head, compressed]).toString('base64');
}

function writeCounts(countAt: (index: number) => number, length: number): number {
  let at = PAYLOAD_HEAD_BYTES;
  let zeros = 0;
  for (let i = 0; i < length; i++) {
    const count = countAt(i);
    if (count === 0) {
      zeros++;
      continue;
    }
    if (zeros > 0) at = writeNumber(zeroRun(zeros), at);
    zeros = 0;
    at = writeNumber(count * 2, at);
  }
  if (zeros > 0) at = writeNumber(zeroRun(zeros), at);
  return at - PAYLOAD_HEAD_BYTES;
}

/** Zigzagged: a lone empty bucket is 0, a run of n is -n. */
function zeroRun(zeros: number): number {
  return zeros === 1 ? 0 : zeros * 2 - 1;
}

/** LEB128; no bit operations, since 33 bits have to fit. */
function writeNumber(value: number, start: number): number {
  let at = start;
  let rest = value;
  while (rest >= 0x80) {
    payload[at++] = (rest % 0x80) + 0x80;
    rest = Math.floor(rest / 0x80);
  }
  payload[at++] = rest;
  return at;
}

/** Hands each bucket in use to `add`.
 *  @returns false: not this encoding, or not of this program's range and digits; nothing or a part was added */
export function decodeCounts(base64: string, add: (index: number, count: number) => void): boolean {
  const data = payloadOf(base64);
  if (data === null || !isOurs(data)) return false;
  const end = Math.min(data.length, PAYLOAD_HEAD_BYTES + data.readUInt32BE(4));
  let index = 0;
  let at = PAYLOAD_HEAD_BYTES;
  while (at < end && index < HISTOGRAM_LENGTH) {
    let value = 0;
    let weight = 1;
    let byte = 0x80;
    while (byte >= 0x80 && at < end) {
      byte = data[at++]!;
      value += (byte & 0x7f) * weight;
      weight *= 0x80;
    }
    if (value % 2 === 1) index += (value + 1) / 2;
    else if (value === 0) index++;
    else add(index++, value / 2);
  }
  return at === end;
}

function isOurs(data: Buffer): boolean {
  return (
    data.length >= PAYLOAD_HEAD_BYTES &&
    data.readUInt32BE(0) === PAYLOAD_COOKIE &&
    data.readUInt32BE(12) === DIGITS &&
    data.readBigUInt64BE(16) === BigInt(LOWEST_NS)
  );
}

/** @returns valid until the next call; null: not compressed as HdrHistogram does */
function payloadOf(base64: string): Buffer | null {
  // Three bytes come of four characters.
  const data =
    base64.length > SMALL_BYTES
      ? Buffer.from(base64, 'base64')
      : smallCompressed.subarray(0, smallCompressed.write(base64, 'base64'));
  if (data.length < COMPRESSED_HEAD_BYTES || data.readUInt32BE(0) !== COMPRESSED_COOKIE) return null;
  const compressed = data.subarray(COMPRESSED_HEAD_BYTES);
  const payloadBytes = inflateFixed(compressed, smallPayload);
  return payloadBytes === -1 ? inflate(compressed) : smallPayload.subarray(0, payloadBytes);
}

function inflate(compressed: Buffer): Buffer | null {
  try {
    return zlib().inflateSync(compressed, { maxOutputLength: MAX_INFLATED_BYTES });
  } catch {
    return null;
  }
}
