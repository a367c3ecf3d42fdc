/** The original's timeout: a connection on which nothing has been read or written for this long is
 *  given up. Half a header is no progress, so a peer that sends one and waits is let go. */
export class Progress {
  readonly #timeoutUs: number;
  #lastUs: number;

  constructor(timeoutUs: number, nowUs: number) {
    this.#timeoutUs = timeoutUs;
    this.#lastUs = nowUs;
  }

  get deadlineUs(): number {
    return this.#lastUs + this.#timeoutUs;
  }

  get timeoutText(): string {
    return `no progress for ${this.#timeoutUs / 1e6} s`;
  }

  handle(nowUs: number): void {
    this.#lastUs = nowUs;
  }
}
