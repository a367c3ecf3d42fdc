/** What a shard writes before it looks at its sockets again: a peer that takes everything at once must
 *  not keep the others waiting for more than about a millisecond. */
const BYTES_PER_TURN = 4 << 20;

/** The bound on the work of one turn of a shard's loop, shared by all its connections. */
export class Turn {
  #left = BYTES_PER_TURN;
  #armed = false;
  #waiting: (() => void)[] = [];

  /** False: not now; `later` is called in the next turn. */
  take(sizeBytes: number, later: () => void): boolean {
    if (!this.#armed) {
      this.#armed = true;
      setImmediate(() => this.#next());
    }
    if (this.#left <= 0) {
      this.#waiting.push(later);
      return false;
    }
    this.#left -= sizeBytes;
    return true;
  }

  #next(): void {
    this.#armed = false;
    this.#left = BYTES_PER_TURN;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}
