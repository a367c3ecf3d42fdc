import { MAX_HEAD_BYTES } from './limits.js';
import type { FrameTemplate } from './packet-template.js';
import { FILLER } from './text.js';

/** Any head fits in any buffer, so that a head is never split. */
export const MIN_SEND_BUFFER_BYTES = MAX_HEAD_BYTES;
/** Offsets are kept as 32-bit integers; a single write to a socket gains nothing beyond a few MB. */
export const MAX_SEND_BUFFER_BYTES = 64 * 1024 * 1024;

/** Marks for one fill: a bulk run takes one for each length of its index, a message two. A fill that would
 *  need more ends early; the next one goes on. */
const MAX_MARKS = 32;
const FIELDS = 4;

/**
 * A reused buffer full of '%'. Writers put heads and messages over the filler and mark where; before the next
 * fill only the marked bytes are restored, and where the next fill has its heads at the same places, not even
 * these. It must not be filled while the system still reads from it.
 */
export class SendBuffer {
  readonly bytes: Uint8Array;
  /** A mark: `count` stretches of `length` bytes, the first at `start`, one every `stride` bytes. */
  readonly #marks = new Int32Array(FIELDS * MAX_MARKS);
  #nMarks = 0;
  /** Whose heads mark 0 is made of, if it is a run of whole frames from offset 0. */
  #template: FrameTemplate | null = null;

  /** @throws RangeError for a size outside MIN_SEND_BUFFER_BYTES to MAX_SEND_BUFFER_BYTES. */
  constructor(sizeBytes: number) {
    if (!(sizeBytes >= MIN_SEND_BUFFER_BYTES && sizeBytes <= MAX_SEND_BUFFER_BYTES)) {
      throw new RangeError(
        `a send buffer has ${MIN_SEND_BUFFER_BYTES} to ${MAX_SEND_BUFFER_BYTES} bytes, not ${sizeBytes}`,
      );
    }
    this.bytes = new Uint8Array(sizeBytes).fill(FILLER);
  }

  /** Whether there are marks left for one more run or message. */
  get hasMarks(): boolean {
    return this.#nMarks + 2 <= MAX_MARKS;
  }

  /** All filler again. */
  clear(): void {
    this.#restoreFrom(0);
    this.#template = null;
  }

  /** Starts a fill that begins with `n` heads of `headBytes` at offset 0, one every `frameBytes`. Returns how
   *  many such heads of this template are in place already; all other bytes are filler afterwards. */
  keepFrames(template: FrameTemplate, headBytes: number, frameBytes: number, n: number): number {
    const marks = this.#marks;
    const isSame = this.#template === template && marks[1] === frameBytes && marks[2] === headBytes;
    if (!isSame) {
      this.clear();
      return 0;
    }
    this.#restoreFrom(1);
    const kept = Math.min(n, marks[3]!);
    this.#restore(kept * frameBytes, frameBytes, headBytes, marks[3]! - kept);
    marks[3] = kept;
    return kept;
  }

  /** Marks `n` heads of a run of whole frames. Those that continue the last mark are added to it. */
  markFrames(template: FrameTemplate, start: number, headBytes: number, frameBytes: number, n: number): void {
    if (start === 0) this.#template = template;
    const marks = this.#marks;
    const last = FIELDS * (this.#nMarks - 1);
    const isNext =
      this.#nMarks > 0 &&
      marks[last + 1] === frameBytes &&
      marks[last + 2] === headBytes &&
      marks[last]! + marks[last + 3]! * frameBytes === start;
    if (isNext) marks[last + 3] = marks[last + 3]! + n;
    else this.#push(start, frameBytes, headBytes, n);
  }

  /** Marks a head or a message that stands alone. */
  markBytes(start: number, nBytes: number): void {
    this.#push(start, 0, nBytes, 1);
  }

  #push(start: number, stride: number, length: number, count: number): void {
    const at = FIELDS * this.#nMarks++;
    this.#marks[at] = start;
    this.#marks[at + 1] = stride;
    this.#marks[at + 2] = length;
    this.#marks[at + 3] = count;
  }

  #restoreFrom(firstMark: number): void {
    const marks = this.#marks;
    for (let i = FIELDS * firstMark; i < FIELDS * this.#nMarks; i += FIELDS) {
      this.#restore(marks[i]!, marks[i + 1]!, marks[i + 2]!, marks[i + 3]!);
    }
    this.#nMarks = Math.min(this.#nMarks, firstMark);
  }

  #restore(start: number, stride: number, length: number, count: number): void {
    for (let i = 0, at = start; i < count; i++, at += stride) this.bytes.fill(FILLER, at, at + length);
  }
}
