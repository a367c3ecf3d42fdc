import { INITIAL_WINDOW_ROOM, MAX_WINDOW } from './limits.js';

/** Copies from this one on share a bit. */
const LAST_COPY_BIT = 7;

/** Which of the newest numbers (indices or sequence numbers) have come, and in which copies. */
export class ArrivalLog {
  /** The highest number that has come; -1 before the first. */
  highest = -1;
  /** A bit for each copy. */
  #copies = new Uint8Array(INITIAL_WINDOW_ROOM);

  /** Whether a number is not too old to be known here. */
  isKnown(number: number): boolean {
    return number > this.highest - this.#copies.length;
  }

  /** Of a number that is known, and not above `highest`. */
  hasAny(number: number): boolean {
    return this.#copies[number & (this.#copies.length - 1)] !== 0;
  }

  hasCopy(number: number, copy: number): boolean {
    return (this.#copies[number & (this.#copies.length - 1)]! & copyBit(copy)) !== 0;
  }

  /** Whether any copy after this one has come. */
  hasLaterCopy(number: number, copy: number): boolean {
    return this.#copies[number & (this.#copies.length - 1)]! >= 2 * copyBit(copy);
  }

  /** @param oldest the lowest number that must stay known, at most MAX_WINDOW - 1 below `number` */
  add(number: number, copy: number, oldest: number): void {
    if (number > this.highest) this.#raise(number, oldest);
    const at = number & (this.#copies.length - 1);
    this.#copies[at] = this.#copies[at]! | copyBit(copy);
  }

  /** Numbers up to this one are in the past, whether they came or not. */
  close(highest: number): void {
    if (highest > this.highest) this.#raise(highest, highest);
  }

  #raise(number: number, oldest: number): void {
    while (number - oldest >= this.#copies.length && this.#copies.length < MAX_WINDOW) this.#grow();
    const room = this.#copies.length;
    if (number - this.highest >= room) this.#copies.fill(0);
    else for (let n = this.highest + 1; n <= number; n++) this.#copies[n & (room - 1)] = 0;
    this.highest = number;
  }

  #grow(): void {
    const from = this.#copies;
    const to = new Uint8Array(2 * from.length);
    for (let n = Math.max(0, this.highest - from.length + 1); n <= this.highest; n++) {
      to[n & (to.length - 1)] = from[n & (from.length - 1)]!;
    }
    this.#copies = to;
  }
}

function copyBit(copy: number): number {
  return 1 << Math.min(copy, LAST_COPY_BIT);
}
