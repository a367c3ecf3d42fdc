import { FillerSplit, type Stretch } from './filler-split.js';
import type { Prng } from './prng.js';
import type { VirtualClock } from './virtual-clock.js';

export interface StreamPlan {
  /** One way. */
  readonly delayUs: number;
  /** Of everything written, heads included. */
  readonly bytesPerS: number;
  /** A read has 1 to this many bytes, at random. */
  readonly maxChunkBytes: number;
  /** What the sender's system takes beyond what has left. */
  readonly sendBufferBytes: number;
  /** Carry bulk data as counts: for gigabytes. Reads then end at the ends of heads, too. */
  readonly isHollow: boolean;
}

/** Any bulk data that is carried as a count looks like this; no read of a hollow stream is larger. */
const FILLER = new Uint8Array(4 << 20).fill(0x25);

/** One direction of a connection in virtual time: bytes come out in order, after the time that the rate
 *  and the delay take, cut anywhere. */
export class VirtualStream {
  bytesWritten = 0;
  bytesDelivered = 0;
  readonly #clock: VirtualClock;
  readonly #plan: StreamPlan;
  readonly #prng: Prng;
  readonly #split = new FillerSplit();
  #deliver: (bytes: Uint8Array, off: number, end: number) => void = () => {};
  #tap: (bytes: Uint8Array) => void = () => {};
  /** When all that was written will have left. */
  #freeUs = 0;
  #cutUs = Number.POSITIVE_INFINITY;

  constructor(clock: VirtualClock, plan: StreamPlan, prng: Prng) {
    this.#clock = clock;
    this.#plan = plan;
    this.#prng = prng;
  }

  onData(deliver: (bytes: Uint8Array, off: number, end: number) => void): void {
    this.#deliver = deliver;
  }

  /** Shows each write as it was made. */
  onWrite(tap: (bytes: Uint8Array) => void): void {
    this.#tap = tap;
  }

  /** From now on nothing comes out and nothing is taken over. */
  cut(): void {
    this.#cutUs = Math.min(this.#cutUs, this.#clock.nowUs);
  }

  get isCut(): boolean {
    return this.#clock.nowUs >= this.#cutUs;
  }

  /** Copies; `written` is called when the system has taken the last byte over. */
  write(bytes: Uint8Array, written: () => void): void {
    this.bytesWritten += bytes.length;
    this.#tap(bytes);
    this.#freeUs = Math.max(this.#freeUs, this.#clock.nowUs);
    const stretches = this.#plan.isHollow ? this.#split.split(bytes) : [bytes.slice()];
    for (const stretch of stretches) this.#send(stretch);
    this.#clock.at(this.#freeUs - this.#timeUs(this.#plan.sendBufferBytes), () => {
      if (!this.isCut) written();
    });
  }

  /** Written bytes that the system has not taken over by now. */
  get unsentBytes(): number {
    const waitingUs = Math.max(0, this.#freeUs - Math.min(this.#clock.nowUs, this.#cutUs));
    return Math.max(0, Math.round((waitingUs * this.#plan.bytesPerS) / 1e6) - this.#plan.sendBufferBytes);
  }

  #send(stretch: Stretch): void {
    const isBytes = typeof stretch !== 'number';
    const sizeBytes = isBytes ? stretch.length : stretch;
    for (let off = 0, end = 0; off < sizeBytes; off = end) {
      end = Math.min(sizeBytes, off + 1 + this.#prng.below(this.#plan.maxChunkBytes));
      if (isBytes) this.#sendChunk(stretch, off, end);
      else this.#sendChunk(FILLER, 0, end - off);
    }
  }

  #sendChunk(bytes: Uint8Array, off: number, end: number): void {
    this.#freeUs += this.#timeUs(end - off);
    this.#clock.at(this.#freeUs + this.#plan.delayUs, () => {
      if (this.isCut) return;
      this.bytesDelivered += end - off;
      this.#deliver(bytes, off, end);
    });
  }

  #timeUs(sizeBytes: number): number {
    return (sizeBytes * 1e6) / this.#plan.bytesPerS;
  }
}
