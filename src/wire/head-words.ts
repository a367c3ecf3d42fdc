import { ZERO } from './text.js';

/*
 * Heads that differ in their number only are told by the bytes around it, which are compared eight at a time, as
 * doubles: the widest read that engines do without an allocation. Bytes that make a NaN never compare equal and leave
 * the head to the ordinary reader; bytes that make a zero don't occur, for a header in JSON holds no NUL.
 */

const WORD_BYTES = 8;
export const NO_WORDS = new Float64Array(0);

/** All words of a stretch; the last one ends with it, over part of the one before. A stretch below a word (the
 *  two bytes behind a sequence number) is a word for each byte. */
export function readWords(view: DataView, off: number, nBytes: number): Float64Array {
  if (nBytes < WORD_BYTES) return Float64Array.from({ length: nBytes }, (_, i) => view.getUint8(off + i));
  const words = new Float64Array(Math.ceil(nBytes / WORD_BYTES));
  const last = words.length - 1;
  for (let i = 0; i < last; i++) words[i] = view.getFloat64(off + i * WORD_BYTES);
  words[last] = view.getFloat64(off + nBytes - WORD_BYTES);
  return words;
}

/** Whether the stretch at `off` is the one that `words` were read from. */
export function hasWords(view: DataView, off: number, nBytes: number, words: Float64Array): boolean {
  if (nBytes < WORD_BYTES) return hasBytes(view, off, nBytes, words);
  const last = words.length - 1;
  for (let i = 0; i < last; i++) if (view.getFloat64(off + i * WORD_BYTES) !== words[i]) return false;
  return view.getFloat64(off + nBytes - WORD_BYTES) === words[last];
}

function hasBytes(view: DataView, off: number, nBytes: number, bytes: Float64Array): boolean {
  for (let i = 0; i < nBytes; i++) if (view.getUint8(off + i) !== bytes[i]) return false;
  return true;
}

/** The canonical decimal number that is exactly `view[off..end)`, or -1. */
export function readNumber(view: DataView, off: number, end: number): number {
  if (end - off > 1 && view.getUint8(off) === ZERO) return -1;
  let value = 0;
  for (let at = off; at < end; at++) {
    const digit = view.getUint8(at) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
