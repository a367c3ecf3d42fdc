/** When the screen is drawn: soon after something has changed, and never so often that it costs a core. */

/** Ten frames a second are fluent for figures. */
const FRAME_MS = 100;
/** Without news: figures, clocks and countdowns on the screen go on. */
const IDLE_MS = 500;
/** For each millisecond that figures took to collect, this many pass before they are collected again: less than 2 %. */
const REST = 60;
/** The first collections compile the code of the others, and a run begins with what one wants to see: they say little of
 *  what one takes, and are not spared. */
const FIRST_COLLECTIONS = 5;
const FIRST_REST_MS = 1000;

export class Pace {
  readonly #draw: () => void;
  readonly #idleMs: number;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #dueMs = Number.POSITIVE_INFINITY;
  #drawnMs = Number.NEGATIVE_INFINITY;
  #collectMs = Number.NEGATIVE_INFINITY;
  /** For how long it rests: by what collecting took last. */
  #restMs = 0;
  #collections = 0;

  /** @param intervalMs what the user wants to see
   *  @param now in milliseconds */
  constructor(draw: () => void, intervalMs: number, now: () => number = () => performance.now()) {
    this.#draw = draw;
    this.#idleMs = Math.min(IDLE_MS, intervalMs);
    this.#now = now;
  }

  /** Draws as soon as a frame is due. */
  hurry(): void {
    this.#schedule(Math.max(this.#now(), this.#drawnMs + FRAME_MS));
  }

  /** Calls `collect` unless it was called too shortly before, measured by what it takes. */
  collect(collect: () => void): void {
    const startMs = this.#now();
    if (startMs < this.#collectMs) return;
    collect();
    const restMs = REST * (this.#now() - startMs);
    this.#restMs = this.#collections++ < FIRST_COLLECTIONS ? Math.min(restMs, FIRST_REST_MS) : restMs;
    this.handleCollected();
  }

  /** New figures are there, be it that somebody else has collected them: as with the snapshot of an interval. */
  handleCollected(): void {
    this.#collectMs = this.#now() + this.#restMs;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#dueMs = Number.NEGATIVE_INFINITY;
  }

  #schedule(atMs: number): void {
    if (atMs >= this.#dueMs) return;
    clearTimeout(this.#timer);
    this.#dueMs = atMs;
    this.#timer = setTimeout(() => this.#run(), atMs - this.#now());
  }

  #run(): void {
    this.#dueMs = Number.POSITIVE_INFINITY;
    this.#drawnMs = this.#now();
    this.#draw();
    this.#schedule(this.#drawnMs + this.#idleMs);
  }
}
