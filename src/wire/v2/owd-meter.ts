/** Transits kept until the least one of them is likely to be known, and with it what they are above it. At
 *  5 GB/s in writes of 1 MB this is a fifth of a second. */
const MAX_PENDING = 1024;

/** RFC 3550 §6.4.1: the noise reduction of 16. */
const JITTER_GAIN = 1 / 16;

/**
 * One-way transit and its jitter, from stamps of a clock that agrees with ours on nothing but its speed: only
 * differences of transits mean anything.
 */
export class OwdMeter {
  /** RFC 3550 §6.4.1, of this phase. */
  jitterNs = 0;
  /** The least transit of this phase; Infinity before the first. */
  minNs = Number.POSITIVE_INFINITY;
  /** When what is being read came, in ns of our monotonic clock. */
  nowNs = 0;
  readonly #record: (owdNs: number) => void;
  readonly #transitsNs = new Float64Array(MAX_PENDING);
  #nPending = 0;
  #lastNs = Number.NaN;

  /** @param record takes each transit above the least one, in ns; some time after it was measured */
  constructor(record: (owdNs: number) => void) {
    this.#record = record;
  }

  handleArrival(sentNs: number): void {
    const transitNs = this.nowNs - sentNs;
    // Two monotonic clocks are less than 104 days apart, or the stamp is none.
    if (!Number.isSafeInteger(transitNs)) return;
    if (this.#nPending === MAX_PENDING) this.flush();
    this.#transitsNs[this.#nPending++] = transitNs;
    if (transitNs < this.minNs) this.minNs = transitNs;
    const differenceNs = Math.abs(transitNs - this.#lastNs);
    this.#lastNs = transitNs;
    if (!Number.isNaN(differenceNs)) this.jitterNs += (differenceNs - this.jitterNs) * JITTER_GAIN;
  }

  /** Hands out what is pending. */
  flush(): void {
    for (let i = 0; i < this.#nPending; i++) this.#record(this.#transitsNs[i]! - this.minNs);
    this.#nPending = 0;
  }

  resetPhase(): void {
    this.#nPending = 0;
    this.#lastNs = Number.NaN;
    this.jitterNs = 0;
    this.minNs = Number.POSITIVE_INFINITY;
  }
}
