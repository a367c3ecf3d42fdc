/** Times and rates are fractions: without it a timer might fire a hair too early, again and again. */
const ROUNDING_BYTES = 0.01;

/** A bucket that fills at a rate and bounds what may be sent at once. */
export class Pacer {
  readonly #burstUs: number;
  #bytesPerUs = Number.POSITIVE_INFINITY;
  #burstBytes = 0;
  #bytes = 0;
  #filledUs = 0;

  /** @param burstUs how much time's worth may be saved up */
  constructor(burstUs: number, nowUs: number) {
    this.#burstUs = burstUs;
    this.#filledUs = nowUs;
  }

  /** Of the bucket: the most that ever goes out at once. */
  get burstBytes(): number {
    return this.#burstBytes;
  }

  /** @param minBurstBytes may be saved up at any rate */
  setRate(nowUs: number, bytesPerUs: number, minBurstBytes: number): void {
    const isFirst = this.#bytesPerUs === Number.POSITIVE_INFINITY;
    this.fill(nowUs);
    this.#bytesPerUs = bytesPerUs;
    this.#burstBytes = Math.max(minBurstBytes, bytesPerUs * this.#burstUs);
    this.#bytes = isFirst ? minBurstBytes : Math.min(this.#bytes, this.#burstBytes);
  }

  fill(nowUs: number): void {
    const elapsedUs = Math.max(0, nowUs - this.#filledUs);
    this.#filledUs = nowUs;
    if (this.#bytesPerUs === Number.POSITIVE_INFINITY) return;
    this.#bytes = Math.min(this.#bytes + elapsedUs * this.#bytesPerUs, this.#burstBytes);
  }

  allows(sizeBytes: number): boolean {
    if (this.#bytesPerUs === Number.POSITIVE_INFINITY) return true;
    return this.#bytes + ROUNDING_BYTES >= Math.min(sizeBytes, this.#burstBytes);
  }

  take(sizeBytes: number): void {
    this.#bytes -= sizeBytes;
  }

  /** When a packet that is not allowed now will be. */
  readyUs(sizeBytes: number): number {
    return this.#filledUs + (Math.min(sizeBytes, this.#burstBytes) - this.#bytes) / this.#bytesPerUs;
  }

  /** When a packet that is allowed now might have gone at the earliest: where a rate is kept, the time at
   *  which it was due. */
  dueUs(sizeBytes: number): number {
    return Math.min(this.#filledUs, this.readyUs(sizeBytes));
  }
}
