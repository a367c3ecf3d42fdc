/** Events at one instant that are still taken for progress; a loop without end has more. */
const MAX_EVENTS_AT_ONCE = 100_000;

interface Appointment {
  readonly atUs: number;
  /** Among appointments of one instant, the first made is the first kept. */
  readonly order: number;
  readonly run: () => void;
}

/** Virtual time: it moves to the next appointment at once, and never back. */
export class VirtualClock {
  nowUs: number;
  readonly #heap: Appointment[] = [];
  #made = 0;
  #atOnce = 0;

  /** @param startUs above 0, as a real clock that has run for a while */
  constructor(startUs = 1_000_000) {
    this.nowUs = startUs;
  }

  at(atUs: number, run: () => void): void {
    if (Number.isNaN(atUs)) throw new RangeError('an appointment needs a time');
    this.#heap.push({ atUs: Math.max(atUs, this.nowUs), order: this.#made++, run });
    this.#up(this.#heap.length - 1);
  }

  /** Goes on until `isDone` says so.
   *  @throws Error when nothing will ever happen any more, or time stands still. */
  runUntil(isDone: () => boolean): void {
    while (!isDone()) if (!this.#step()) throw new Error(`deadlock: nothing is due after ${this.nowUs} us`);
  }

  /** Goes on for a time, whether or not anything is due in it. */
  runFor(durationUs: number): void {
    const endUs = this.nowUs + durationUs;
    while ((this.#heap[0]?.atUs ?? Number.POSITIVE_INFINITY) <= endUs) this.#step();
    this.nowUs = endUs;
  }

  #step(): boolean {
    const next = this.#pop();
    if (next === undefined) return false;
    this.#atOnce = next.atUs > this.nowUs ? 0 : this.#atOnce + 1;
    if (this.#atOnce > MAX_EVENTS_AT_ONCE) throw new Error(`time stands still at ${this.nowUs} us`);
    this.nowUs = next.atUs;
    next.run();
    return true;
  }

  #pop(): Appointment | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (last !== undefined && last !== first) {
      this.#heap[0] = last;
      this.#down();
    }
    return first;
  }

  #up(from: number): void {
    for (let index = from; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (!this.#isBefore(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #down(): void {
    for (let index = 0; ; ) {
      const left = 2 * index + 1;
      if (left >= this.#heap.length) return;
      const child = left + 1 < this.#heap.length && this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#isBefore(child, index)) return;
      this.#swap(index, child);
      index = child;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const x = this.#heap[a]!;
    const y = this.#heap[b]!;
    return x.atUs < y.atUs || (x.atUs === y.atUs && x.order < y.order);
  }

  #swap(a: number, b: number): void {
    const held = this.#heap[a]!;
    this.#heap[a] = this.#heap[b]!;
    this.#heap[b] = held;
  }
}
