import { hasWords, NO_WORDS, readNumber, readWords } from './head-words.js';
import { BEFORE_INDEX, type HeaderView } from './header.js';
import type { Lengths } from './lengths.js';
import { NO_BYTES } from './text.js';

/**
 * Recognises a head that differs from the last one in its index only, which is nearly every head of a bulk
 * run, at a third of the cost of reading it.
 */
export class RepeatedHead {
  /** Of the head that was learnt. */
  headBytes = 0;
  dataBytes = 0;
  /** The header's own tail: the same array for as long as a connection keeps its id. */
  #tail: Uint8Array = NO_BYTES;
  #digitsOff = 0;
  #tailOff = 0;
  #beforeWords: Float64Array = NO_WORDS;
  #tailWords: Float64Array = NO_WORDS;

  /** Learns the canonical head at `buf[off..headEnd)`, which was decoded into `lengths` and `header`. */
  learn(buf: Uint8Array, off: number, headEnd: number, lengths: Lengths, header: HeaderView): void {
    const head = new DataView(buf.buffer, buf.byteOffset + off, headEnd - off);
    this.headBytes = head.byteLength;
    this.dataBytes = lengths.dataBytes;
    this.#tail = header.normalTail;
    this.#digitsOff = lengths.headerOff - off + BEFORE_INDEX.length;
    this.#tailOff = head.byteLength - header.normalTail.length;
    this.#beforeWords = readWords(head, 0, this.#digitsOff);
    this.#tailWords = readWords(head, this.#tailOff, header.normalTail.length);
  }

  /** Whether the head at `off` is the learnt one but for its index, which goes into `header`; the header of
   *  the last packet must still be there. */
  match(view: DataView, off: number, end: number, header: HeaderView): boolean {
    if (header.normalTail !== this.#tail || end - off < this.headBytes || this.headBytes === 0) return false;
    if (!header.isCanonical) return false;
    if (!hasWords(view, off, this.#digitsOff, this.#beforeWords)) return false;
    if (!hasWords(view, off + this.#tailOff, this.#tail.length, this.#tailWords)) return false;
    const index = readNumber(view, off + this.#digitsOff, off + this.#tailOff);
    if (index < 0) return false;
    header.index = index;
    return true;
  }
}
