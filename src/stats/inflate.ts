/** Inflates what zlib makes of a few dozen bytes: a zlib stream (RFC 1950) of one block of fixed Huffman codes
 *  (RFC 1951 §3.2.6). zlib itself needs 20 us to begin, and a log has millions of such streams. */

const ZLIB_HEAD = 0x78;
const ZLIB_HEAD_BYTES = 2;
const CHECKSUM_BYTES = 4;
const PRESET_DICTIONARY = 0x20;
/** BFINAL = 1, BTYPE = 01. */
const ONLY_FIXED_BLOCK = 0b011;
const END_OF_BLOCK = 256;
const MIN_MATCH_BYTES = 3;
const ADLER_BASE = 65_521;
/** Sums stay below 2 ** 53 for so many bytes and more. */
const MAX_OUT_BYTES = 1 << 16;

/** RFC 1951 §3.2.5, from symbol 257 on. */
const LENGTH_EXTRA_BITS = [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
const LENGTH_BASES = basesOf(LENGTH_EXTRA_BITS, MIN_MATCH_BYTES).with(-1, 258);
const DISTANCE_EXTRA_BITS = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
const DISTANCE_BASES = basesOf(DISTANCE_EXTRA_BITS, 1);

const SYMBOL_BITS = 9;
/** By the next nine bits: the symbol, and above it how many of the bits are its code. */
const SYMBOLS = symbolTable();
const DISTANCE_CODE_BITS = 5;
const DISTANCE_CODES = Uint8Array.from({ length: 32 }, (_, bits) => reversed(bits, DISTANCE_CODE_BITS));

/** Of the stream that is read. */
let input: Uint8Array = new Uint8Array(0);
let inputAt = 0;
let held = 0;
let heldBits = 0;

/** @param out at most 64 KiB
 *  @returns the bytes written to `out`; -1: not such a stream, a broken one, or more than `out` holds */
export function inflateFixed(data: Uint8Array, out: Uint8Array): number {
  const flags = data[1] ?? 0;
  if (data[0] !== ZLIB_HEAD || ((ZLIB_HEAD << 8) + flags) % 31 !== 0 || (flags & PRESET_DICTIONARY) !== 0)
    return -1;
  input = data;
  inputAt = ZLIB_HEAD_BYTES;
  held = 0;
  heldBits = 0;
  if (take(3) !== ONLY_FIXED_BLOCK) return -1;
  const length = inflateBlock(out.length > MAX_OUT_BYTES ? out.subarray(0, MAX_OUT_BYTES) : out);
  return length !== -1 && isChecksum(out, length) ? length : -1;
}

function inflateBlock(out: Uint8Array): number {
  let at = 0;
  for (;;) {
    fill();
    const entry = SYMBOLS[held & 0x1ff]!;
    drop(entry >>> SYMBOL_BITS);
    const symbol = entry & 0x1ff;
    if (heldBits < 0) return -1;
    if (symbol < END_OF_BLOCK) {
      if (at === out.length) return -1;
      out[at++] = symbol;
    } else if (symbol === END_OF_BLOCK) return at;
    else at = copyMatch(out, at, symbol - END_OF_BLOCK - 1);
    if (at === -1) return -1;
  }
}

/** @returns where the output ends then; -1: no such match */
function copyMatch(out: Uint8Array, at: number, lengthCode: number): number {
  const extraBits = LENGTH_EXTRA_BITS[lengthCode];
  if (extraBits === undefined) return -1;
  const length = LENGTH_BASES[lengthCode]! + take(extraBits);
  const distanceCode = DISTANCE_CODES[take(DISTANCE_CODE_BITS)]!;
  const distanceBits = DISTANCE_EXTRA_BITS[distanceCode];
  if (distanceBits === undefined) return -1;
  const distance = DISTANCE_BASES[distanceCode]! + take(distanceBits);
  const end = at + length;
  if (heldBits < 0 || distance > at || end > out.length) return -1;
  for (let to = at; to < end; to++) out[to] = out[to - distance]!;
  return end;
}

/** Bits of bytes that are not there are 0; `heldBits` is below 0 once one of them was taken. */
function take(bits: number): number {
  fill();
  const value = held & ((1 << bits) - 1);
  drop(bits);
  return value;
}

/** At least 18 bits, as long as there are. */
function fill(): void {
  while (heldBits < 18 && inputAt < input.length) {
    held |= input[inputAt++]! << heldBits;
    heldBits += 8;
  }
}

function drop(bits: number): void {
  held >>>= bits;
  heldBits -= bits;
}

/** Adler-32 (RFC 1950 §9) of the output, behind the block's last byte. */
function isChecksum(out: Uint8Array, length: number): boolean {
  const at = inputAt - (heldBits >>> 3);
  if (at + CHECKSUM_BYTES > input.length) return false;
  let a = 1;
  let b = 0;
  for (let i = 0; i < length; i++) {
    a += out[i]!;
    b += a;
  }
  const [high, low] = [b % ADLER_BASE, a % ADLER_BASE];
  return (
    input[at] === high >>> 8 &&
    input[at + 1] === (high & 0xff) &&
    input[at + 2] === low >>> 8 &&
    input[at + 3] === (low & 0xff)
  );
}

function basesOf(extraBits: readonly number[], first: number): number[] {
  let next = first;
  return extraBits.map((bits) => {
    const base = next;
    next += 1 << bits;
    return base;
  });
}

/** RFC 1951 §3.2.6: codes count up within each length; their first bit is the lowest of the stream's. */
function symbolTable(): Uint16Array {
  const table = new Uint16Array(1 << SYMBOL_BITS);
  const assign = (symbols: readonly [from: number, to: number], bits: number, firstCode: number): void => {
    for (let symbol = symbols[0]; symbol <= symbols[1]; symbol++) {
      const code = reversed(firstCode + symbol - symbols[0], bits);
      for (let more = code; more < table.length; more += 1 << bits) {
        table[more] = (bits << SYMBOL_BITS) | symbol;
      }
    }
  };
  assign([0, 143], 8, 0b0011_0000);
  assign([144, 255], 9, 0b1_1001_0000);
  assign([256, 279], 7, 0);
  assign([280, 287], 8, 0b1100_0000);
  return table;
}

function reversed(value: number, bits: number): number {
  let result = 0;
  for (let i = 0; i < bits; i++) result |= ((value >>> i) & 1) << (bits - 1 - i);
  return result;
}
