/** When the screen is drawn: soon after something has changed, and never so often that it costs a core. */

/** Ten frames a second are fluent for figures. */
const FRAME_MS = 100;
/** Without news: the clocks and countdowns on the screen go on. */
const IDLE_MS = 500;
/** For each millisecond that figures took to collect, this many pass before they are collected again: 1.6 %. */
const REST = 60;

export class Pace {
  readonly #draw: () => void;
  #timer: NodeJS.Timeout | undefined;
  #dueMs = Number.POSITIVE_INFINITY;
  #drawnMs = Number.NEGATIVE_INFINITY;
  #collectMs = Number.NEGATIVE_INFINITY;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  /** Draws as soon as a frame is due. */
  hurry(): void {
    this.#schedule(Math.max(performance.now(), this.#drawnMs + FRAME_MS));
  }

  /** Calls `collect` unless it was called too shortly before, measured by what it takes. */
  collect(collect: () => void): void {
    const startMs = performance.now();
    if (startMs < this.#collectMs) return;
    collect();
    const endMs = performance.now();
    this.#collectMs = endMs + REST * (endMs - startMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#dueMs = Number.NEGATIVE_INFINITY;
  }

  #schedule(atMs: number): void {
    if (atMs >= this.#dueMs) return;
    clearTimeout(this.#timer);
    this.#dueMs = atMs;
    this.#timer = setTimeout(() => this.#run(), atMs - performance.now());
  }

  #run(): void {
    this.#dueMs = Number.POSITIVE_INFINITY;
    this.#drawnMs = performance.now();
    this.#draw();
    this.#schedule(this.#drawnMs + IDLE_MS);
  }
}
