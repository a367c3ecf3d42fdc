export interface ScheduleSettings {
  /** The numbers of the probes: first, first + step, … below total. */
  readonly first: number;
  readonly step: number;
  readonly total: number;
  /** Probes on their way at once. */
  readonly parallel: number;
  /** Tries a second; null: as fast as they come. */
  readonly ratePerS: number | null;
}

/** What a busy moment may be behind the rate and catch up: longer would be a burst that firewalls take for a flood. */
const MAX_CATCH_UP_US = 20_000;

/** Which probe is tried when. Retries come behind all first tries: what was lost in a burst is tried after it.
 *  Drive it by: take until -1 after each event, and again at pollTimeout. Times are microseconds of any one clock. */
export class Schedule {
  readonly #settings: ScheduleSettings;
  readonly #gapUs: number;
  readonly #retries: number[] = [];
  #next: number;
  #retry = 0;
  #flying = 0;
  #dueUs: number;

  constructor(settings: ScheduleSettings, nowUs: number) {
    this.#settings = settings;
    this.#next = settings.first;
    this.#gapUs = settings.ratePerS === null ? 0 : 1e6 / settings.ratePerS;
    this.#dueUs = nowUs;
  }

  get isDone(): boolean {
    return this.#flying === 0 && !this.#hasMore;
  }

  /** The number of the probe to try now, or -1. */
  take(nowUs: number): number {
    if (!this.#canStart || nowUs < this.#dueUs) return -1;
    this.#dueUs = Math.max(this.#dueUs, nowUs - MAX_CATCH_UP_US) + this.#gapUs;
    this.#flying++;
    if (this.#next >= this.#settings.total) return this.#retries[this.#retry++]!;
    const index = this.#next;
    this.#next += this.#settings.step;
    return index;
  }

  /** A try has its verdict. */
  handleDone(): void {
    this.#flying--;
  }

  /** A try came to nothing, and is to be repeated. */
  handleRetry(index: number): void {
    this.#flying--;
    this.#retries.push(index);
  }

  /** When take would have something because of the rate; Infinity: not before one of those on their way is done. */
  pollTimeout(): number {
    return this.#canStart ? this.#dueUs : Number.POSITIVE_INFINITY;
  }

  get #hasMore(): boolean {
    return this.#next < this.#settings.total || this.#retry < this.#retries.length;
  }

  get #canStart(): boolean {
    return this.#hasMore && this.#flying < this.#settings.parallel;
  }
}
