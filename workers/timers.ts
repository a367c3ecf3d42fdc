import { nowUs } from '../src/io/clock.js';

/** Something that wants to be woken; `timerIndex` and `timerUs` belong to Timers. */
export interface Sleeper {
  timerIndex: number;
  timerUs: number;
  handleTimeout(nowUs: number): void;
}

/** Sleepers woken in one go before the loop turns again, so that a thousand connections due at once
 *  don't hold up the sockets. */
const WAKES_PER_TURN = 256;

/** Woken this late, the thread had been stopped (SIGSTOP, a suspended VM) or starved: what the peers said
 *  meanwhile lies in the sockets, and must be read before anybody is found to have been silent. */
const LATE_US = 100_000;

/** All deadlines of a shard behind one OS timer: a binary heap in which each sleeper knows its place. */
export class Timers {
  readonly #heap: Sleeper[] = [];
  #timer: NodeJS.Timeout | undefined;
  #armedUs = Number.POSITIVE_INFINITY;

  /** Wakes the sleeper at `atUs` or earlier, which is harmless to it: a deadline that moved back, as
   *  that of every read does, costs nothing until the old one has come. */
  set(sleeper: Sleeper, atUs: number): void {
    if (sleeper.timerIndex >= 0 && sleeper.timerUs <= atUs) return;
    sleeper.timerUs = atUs;
    if (sleeper.timerIndex < 0) {
      sleeper.timerIndex = this.#heap.length;
      this.#heap.push(sleeper);
    }
    this.#up(sleeper.timerIndex);
    this.#arm();
  }

  remove(sleeper: Sleeper): void {
    const index = sleeper.timerIndex;
    if (index < 0) return;
    sleeper.timerIndex = -1;
    const last = this.#heap.pop()!;
    if (last === sleeper) return;
    this.#put(last, index);
    this.#up(index);
    this.#down(last.timerIndex);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#armedUs = Number.NEGATIVE_INFINITY;
  }

  #arm(): void {
    const next = this.#heap[0];
    if (next === undefined || next.timerUs >= this.#armedUs) return;
    this.#armedUs = next.timerUs;
    clearTimeout(this.#timer);
    const inMs = Math.max(0, Math.ceil((next.timerUs - nowUs()) / 1000));
    this.#timer = setTimeout(() => {
      if (nowUs() - this.#armedUs < LATE_US) this.#wake();
      else setImmediate(() => this.#wake());
    }, inMs);
  }

  #wake(): void {
    this.#armedUs = Number.POSITIVE_INFINITY;
    const now = nowUs();
    for (let woken = 0; woken < WAKES_PER_TURN; woken++) {
      const next = this.#heap[0];
      if (next === undefined || next.timerUs > now) break;
      this.remove(next);
      next.handleTimeout(nowUs()); // the clock anew: a Ping must not count the time of those before it
    }
    this.#arm();
  }

  #up(from: number): void {
    const sleeper = this.#heap[from]!;
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#heap[parent]!.timerUs <= sleeper.timerUs) break;
      this.#put(this.#heap[parent]!, index);
      index = parent;
    }
    this.#put(sleeper, index);
  }

  #down(from: number): void {
    const sleeper = this.#heap[from]!;
    let index = from;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= this.#heap.length) break;
      if (child + 1 < this.#heap.length && this.#heap[child + 1]!.timerUs < this.#heap[child]!.timerUs)
        child++;
      if (this.#heap[child]!.timerUs >= sleeper.timerUs) break;
      this.#put(this.#heap[child]!, index);
      index = child;
    }
    this.#put(sleeper, index);
  }

  #put(sleeper: Sleeper, index: number): void {
    this.#heap[index] = sleeper;
    sleeper.timerIndex = index;
  }
}
