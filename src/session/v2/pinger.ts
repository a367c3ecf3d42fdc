/** When the client pings: at every interval, and never before the last Ping was answered. */
export class Pinger {
  /** Begun while data was moving. */
  isLoaded = false;
  readonly #intervalUs: number;
  #sentUs = Number.NaN;
  #dueUs = 0;

  constructor(intervalUs: number) {
    this.#intervalUs = intervalUs;
  }

  get isOutstanding(): boolean {
    return !Number.isNaN(this.#sentUs);
  }

  /** When the next Ping is due; Infinity while one is outstanding. */
  get dueUs(): number {
    return this.isOutstanding ? Number.POSITIVE_INFINITY : this.#dueUs;
  }

  /** The next Ping is due as soon as there is none outstanding. */
  hurry(): void {
    this.#dueUs = 0;
  }

  handleSent(nowUs: number, isLoaded: boolean): void {
    this.isLoaded = isLoaded;
    this.#sentUs = nowUs;
    this.#dueUs = nowUs + this.#intervalUs;
  }

  /** Returns the round trip in us; NaN for a Pong that nobody waits for. */
  handlePong(nowUs: number): number {
    const rttUs = nowUs - this.#sentUs;
    this.#sentUs = Number.NaN;
    return rttUs;
  }
}
