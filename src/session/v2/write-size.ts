import { MIN_SEND_BUFFER_BYTES } from '../../wire/send-buffer.js';

/** No write takes longer than this at the rate seen: a phase that ends by time ends within it, and a message
 *  waits no longer in front of the system's own buffers. Short enough for a phase of 1 s, long enough that a
 *  thousand connections that share 1 GB/s still write 25 KB at a time. */
const TARGET_US = 25_000;
/** The rate is taken over this long: the system takes writes over in bursts. */
const WINDOW_US = 50_000;
/** A write is at most this part of what was written before in its phase: while the system only fills its
 *  buffers nobody knows the path's rate yet, and the first write that has to wait for it must be small. */
const GROWTH_PART = 8;

/** How much bulk data to write at once. */
export class WriteSize {
  #phaseBytes = 0;
  #rateLimitBytes = Number.POSITIVE_INFINITY;
  #windowStartUs = Number.NaN;
  #windowBytes = 0;
  #writingBytes = 0;

  get limitBytes(): number {
    const growthBytes = this.#phaseBytes / GROWTH_PART;
    return Math.max(MIN_SEND_BUFFER_BYTES, Math.floor(Math.min(this.#rateLimitBytes, growthBytes)));
  }

  startPhase(): void {
    this.#phaseBytes = 0;
    this.#windowStartUs = Number.NaN;
    this.#windowBytes = 0;
  }

  handleWrite(nowUs: number, sizeBytes: number): void {
    if (Number.isNaN(this.#windowStartUs)) this.#windowStartUs = nowUs;
    this.#writingBytes = sizeBytes;
  }

  /** The system has taken over the last write. */
  handleWritten(nowUs: number): void {
    this.#phaseBytes += this.#writingBytes;
    this.#windowBytes += this.#writingBytes;
    this.#writingBytes = 0;
    const elapsedUs = nowUs - this.#windowStartUs;
    if (!(elapsedUs >= WINDOW_US)) return;
    this.#rateLimitBytes = (this.#windowBytes * TARGET_US) / elapsedUs;
    this.#windowStartUs = nowUs;
    this.#windowBytes = 0;
  }
}
