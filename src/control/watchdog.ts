/** Barks once, when the time that it was allowed last is over. */
export class Watchdog {
  readonly #bark: () => void;
  #endMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(bark: () => void) {
    this.#bark = bark;
  }

  /** So long from now on at least. */
  allow(durationMs: number): void {
    const endMs = performance.now() + durationMs;
    if (endMs <= this.#endMs) return;
    this.#endMs = endMs;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#bark, durationMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
