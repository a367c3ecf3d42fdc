/** What a shard writes before it looks at its sockets again: a peer that takes everything at once must
 *  not keep the others waiting for more than about a millisecond. */
const BYTES_PER_TURN = 4 << 20;

/** The bound on the work of one turn of a shard's loop, shared by all its connections. */
export class Turn {
  #left = BYTES_PER_TURN;
  #armed = false;
  readonly #waiting: (() => void)[] = [];

  /** False: not now; `later` is called in the next turn. */
  take(sizeBytes: number, later: () => void): boolean {
    this.#arm();
    if (this.#left <= 0) {
      this.#waiting.push(later);
      return false;
    }
    this.#left -= sizeBytes;
    return true;
  }

  /** Those that waited longest go first; who takes again stands behind the others. */
  #next(): void {
    this.#armed = false;
    this.#left = BYTES_PER_TURN;
    while (this.#left > 0) {
      const resume = this.#waiting.shift();
      if (resume === undefined) return;
      resume();
    }
    this.#arm();
  }

  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    setImmediate(() => this.#next());
  }
}
