import { MAX_HELD_BYTES, MAX_HELD_MESSAGES } from './limits.js';

/** Control messages on their way to the session: those that wait behind a hole, and those that are in order. */
export class Inbox {
  readonly #held = new Map<number, Uint8Array>();
  readonly #ready: { readonly index: number; readonly data: Uint8Array }[] = [];
  /** Of the message that was taken last. */
  takenIndex = 0;
  #bytes = 0;

  /** Messages that are in order and not fetched. */
  get readyCount(): number {
    return this.#ready.length;
  }

  /** Copies the data; false where there is no room. An empty inbox takes any message. */
  add(index: number, data: Uint8Array): boolean {
    const count = this.#held.size + this.#ready.length;
    const isFull = count >= MAX_HELD_MESSAGES || this.#bytes + data.length > MAX_HELD_BYTES;
    if (isFull && count > 0) return false;
    this.#held.set(index, new Uint8Array(data)); // slice of a Buffer would be a view
    this.#bytes += data.length;
    return true;
  }

  /** Everything below `next` has come. */
  advance(next: number): void {
    if (this.#held.size === 0) return;
    const indices = [...this.#held.keys()].filter((index) => index < next).sort((a, b) => a - b);
    for (const index of indices) {
      this.#ready.push({ index, data: this.#held.get(index)! });
      this.#held.delete(index);
    }
  }

  /** The next message in order. */
  take(): Uint8Array | undefined {
    const message = this.#ready.shift();
    if (message === undefined) return undefined;
    this.takenIndex = message.index;
    this.#bytes -= message.data.length;
    return message.data;
  }
}
