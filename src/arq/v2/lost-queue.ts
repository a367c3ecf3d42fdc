import type { SendWindow } from './send-window.js';

const INDEX_MASK = 0xffff;
const INITIAL_ROOM = 64;

/** Lost packets in the order in which they were found to be lost; those that turn up after all are passed
 *  over. */
export class LostQueue {
  readonly #window: SendWindow;
  #indices = new Uint16Array(INITIAL_ROOM);
  #head = 0;
  #tail = 0;

  constructor(window: SendWindow) {
    this.#window = window;
  }

  /** The next one, or -1. */
  first(): number {
    if (this.#window.lostPackets === 0) this.#head = this.#tail;
    while (this.#head < this.#tail) {
      const index = this.#index(this.#head);
      if (this.#window.isLost(index)) return index;
      this.#head++;
    }
    return -1;
  }

  removeFirst(): void {
    this.#head++;
  }

  add(index: number): void {
    if (this.#tail - this.#head === this.#indices.length) this.#makeRoom();
    this.#indices[this.#tail++ & (this.#indices.length - 1)] = index & INDEX_MASK;
  }

  #index(at: number): number {
    const { una } = this.#window;
    return una + ((this.#indices[at & (this.#indices.length - 1)]! - una) & INDEX_MASK);
  }

  /** Each lost packet is here once, so what is left without the others is at most a window. */
  #makeRoom(): void {
    const left: number[] = [];
    for (let at = this.#head; at < this.#tail; at++) {
      const index = this.#index(at);
      if (this.#window.isLost(index)) left.push(index & INDEX_MASK);
    }
    let room = this.#indices.length;
    while (room < 2 * left.length) room *= 2;
    this.#indices = new Uint16Array(room);
    this.#indices.set(left);
    this.#head = 0;
    this.#tail = left.length;
  }
}
