import { ZERO } from '../text.js';
import type { HeadTemplate } from './head-template.js';

const WORD_BYTES = 8;
const NO_WORDS = new Float64Array(0);

/**
 * Recognises a head that differs from a learnt one in its number only, which is nearly every head of a bulk
 * phase, at a tenth of the cost of reading it.
 *
 * The bytes around the number are compared eight at a time, as doubles: the widest read that engines do
 * without an allocation. Bytes that make a NaN never compare equal and leave the head to the ordinary reader;
 * bytes that make a zero don't occur, for a header in JSON holds no NUL.
 */
export class HeadPattern {
  /** Of the learnt head; 0: none yet. */
  headBytes = 0;
  dataBytes = 0;
  #digitsOff = 0;
  #afterOff = 0;
  #before: Float64Array = NO_WORDS;
  #after: Float64Array = NO_WORDS;

  /** Learns the head at `view[off..)` if it is the canonical one, which the template makes for this number. */
  learn(view: DataView, off: number, template: HeadTemplate, value: number, dataBytes: number): void {
    template.prepare(value, dataBytes);
    const expected = template.head.slice();
    template.writeNumber(expected, 0, value);
    for (let i = 0; i < expected.length; i++) if (view.getUint8(off + i) !== expected[i]) return;
    const head = new DataView(expected.buffer);
    this.headBytes = expected.length;
    this.dataBytes = dataBytes;
    this.#digitsOff = template.digitsOff;
    this.#afterOff = template.digitsOff + template.nDigits;
    this.#before = readWords(head, 0, this.#digitsOff);
    this.#after = readWords(head, this.#afterOff, expected.length - this.#afterOff);
  }

  /** The number of the head at `off`, or -1 where it is not the learnt one. */
  match(view: DataView, off: number, end: number): number {
    if (this.headBytes === 0 || end - off < this.headBytes) return -1;
    if (!hasWords(view, off, this.#digitsOff, this.#before)) return -1;
    if (!hasWords(view, off + this.#afterOff, this.headBytes - this.#afterOff, this.#after)) return -1;
    return readNumber(view, off + this.#digitsOff, off + this.#afterOff);
  }
}

/** All words of a stretch; the last one ends with it, over part of the one before. A stretch below a word (the
 *  two bytes behind a sequence number) is a word for each byte. */
function readWords(view: DataView, off: number, nBytes: number): Float64Array {
  if (nBytes < WORD_BYTES) return Float64Array.from({ length: nBytes }, (_, i) => view.getUint8(off + i));
  const words = new Float64Array(Math.ceil(nBytes / WORD_BYTES));
  const last = words.length - 1;
  for (let i = 0; i < last; i++) words[i] = view.getFloat64(off + i * WORD_BYTES);
  words[last] = view.getFloat64(off + nBytes - WORD_BYTES);
  return words;
}

function hasWords(view: DataView, off: number, nBytes: number, words: Float64Array): boolean {
  if (nBytes < WORD_BYTES) return hasBytes(view, off, nBytes, words);
  const last = words.length - 1;
  for (let i = 0; i < last; i++) if (view.getFloat64(off + i * WORD_BYTES) !== words[i]) return false;
  return view.getFloat64(off + nBytes - WORD_BYTES) === words[last];
}

function hasBytes(view: DataView, off: number, nBytes: number, bytes: Float64Array): boolean {
  for (let i = 0; i < nBytes; i++) if (view.getUint8(off + i) !== bytes[i]) return false;
  return true;
}

function readNumber(view: DataView, off: number, end: number): number {
  if (end - off > 1 && view.getUint8(off) === ZERO) return -1;
  let value = 0;
  for (let at = off; at < end; at++) {
    const digit = view.getUint8(at) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
