import type { Samples } from './samples.js';

/** What the stamps of bulk packets say of the path: jitter, and one-way delay above its least. The two clocks
 *  need not agree; that they drift apart by some 50 µs a second at worst is below what is measured. */
export class Transit {
  /** RFC 3550 §6.4.1. */
  jitterNs = 0;
  /** Infinity before the first stamp. */
  minNs = Number.POSITIVE_INFINITY;
  #lastNs = Number.NaN;
  /** What has not been handed out: packets that leave and come in one run have the same times. */
  #pendingNs = Number.NaN;
  #times = 0;
  readonly #samples: Samples | null;

  constructor(samples: Samples | null) {
    this.#samples = samples;
  }

  reset(): void {
    this.jitterNs = 0;
    this.minNs = Number.POSITIVE_INFINITY;
    this.#lastNs = Number.NaN;
  }

  /** Hands out what is pending. Call it when all that came has been handled. */
  flush(): void {
    if (this.#times > 0) this.#samples?.handleOwd(this.#pendingNs - this.minNs, this.#times);
    this.#times = 0;
  }

  /** @param isFirstCopy copies that were sent again would measure the repair, not the jitter */
  handleStamp(nowNs: number, sentNs: number, isFirstCopy: boolean): void {
    const transitNs = nowNs - sentNs;
    if (transitNs !== this.#pendingNs) this.flush();
    if (transitNs < this.minNs) this.minNs = transitNs;
    this.#pendingNs = transitNs;
    this.#times++;
    if (!isFirstCopy) return;
    // NaN, before the second packet, compares to nothing.
    const difference = Math.abs(transitNs - this.#lastNs);
    if (difference >= 0) this.jitterNs += (difference - this.jitterNs) / 16;
    this.#lastNs = transitNs;
  }
}
