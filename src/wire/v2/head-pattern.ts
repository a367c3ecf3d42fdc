import { hasWords, NO_WORDS, readNumber, readWords } from '../head-words.js';
import type { HeadTemplate } from './head-template.js';

/**
 * Recognises a head that differs from a learnt one in its number only, which is nearly every head of a bulk
 * phase, at a tenth of the cost of reading it.
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
