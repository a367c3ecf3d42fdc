import { SendBuffer } from '../src/wire/send-buffer.js';

/** Large writes are what makes TCP fast here (docs/performance.md); beyond this many at once memory matters more. */
const LARGE_BYTES = 1 << 20;
const MAX_LARGE = 16;
const SMALL_BYTES = 64 << 10;
/** Free buffers kept for the next phase, of each size. */
const MAX_FREE = 16;

/** The buffers that bulk data of a shard is written from: one a connection, while its phase lasts. */
export class SendBuffers {
  readonly #freeLarge: SendBuffer[] = [];
  readonly #freeSmall: SendBuffer[] = [];
  #largeInUse = 0;

  acquire(): SendBuffer {
    if (this.#largeInUse >= MAX_LARGE) return this.#freeSmall.pop() ?? new SendBuffer(SMALL_BYTES);
    this.#largeInUse++;
    return this.#freeLarge.pop() ?? new SendBuffer(LARGE_BYTES);
  }

  release(buffer: SendBuffer): void {
    const large = buffer.bytes.length === LARGE_BYTES;
    if (large) this.#largeInUse--;
    const free = large ? this.#freeLarge : this.#freeSmall;
    if (free.length < MAX_FREE) free.push(buffer);
  }
}
