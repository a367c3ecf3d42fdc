import { NO_BYTES } from './text.js';

/** The start of a head that was split over chunks. The room for it is made at the first one. */
export class HeldHead {
  bytes: Uint8Array = NO_BYTES;
  length = 0;
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Keeps what may belong to the head: up to `maxBytes`, which must hold a whole head or show an error, so that
   *  whenever more is wanted all of `buf` has been kept. */
  add(buf: Uint8Array, off: number, end: number): void {
    if (off === end) return;
    if (this.bytes.length === 0) this.bytes = new Uint8Array(this.#maxBytes);
    const nBytes = Math.min(end - off, this.#maxBytes - this.length);
    this.bytes.set(buf.subarray(off, off + nBytes), this.length);
    this.length += nBytes;
  }
}
