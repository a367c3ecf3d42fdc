import { BLOCK_LENGTH } from './layout.js';

/** Buckets of one doubling of the value; their blocks have a bit each in one word. */
export const PART_LENGTH = 1024;
const BLOCK_SHIFT = 31 - Math.clz32(BLOCK_LENGTH);
/** A bucket's sum stays here instead of wrapping, as in the pages. */
export const MAX_COUNT = 2 ** 32 - 1;

/** The counts of one doubling. Of a row most are 0, and what is not in use is not looked at: a thousand rows are added up
 *  each second. */
export class HistogramPart {
  readonly counts = new Uint32Array(PART_LENGTH);
  /** Of all counts. */
  total = 0;
  /** A bit for each block that has counts. */
  #used = 0;

  /** @param at the bucket */
  increase(at: number, count: number): void {
    this.#used |= 1 << (at >>> BLOCK_SHIFT);
    const before = this.counts[at]!;
    const after = Math.min(before + count, MAX_COUNT);
    this.counts[at] = after;
    this.total += after - before;
  }

  /** @param from BLOCK_LENGTH counts of it, from `start` on */
  addBlock(block: number, from: Uint32Array, start: number): void {
    const to = block << BLOCK_SHIFT;
    for (let i = 0; i < BLOCK_LENGTH; i++) {
      const count = from[start + i]!;
      if (count > 0) this.increase(to + i, count);
    }
  }

  add(other: HistogramPart): void {
    for (let rest = other.#used; rest !== 0; rest &= rest - 1) {
      const block = lowest(rest);
      this.addBlock(block, other.counts, block << BLOCK_SHIFT);
    }
  }

  reset(): void {
    for (let rest = this.#used; rest !== 0; rest &= rest - 1) {
      const start = lowest(rest) << BLOCK_SHIFT;
      this.counts.fill(0, start, start + BLOCK_LENGTH);
    }
    this.#used = 0;
    this.total = 0;
  }

  /** Of `length` buckets from `start` on, both whole blocks. */
  sum(start: number, length: number): number {
    let sum = 0;
    for (let at = start; at < start + length; at += BLOCK_LENGTH) {
      if ((this.#used & (1 << (at >>> BLOCK_SHIFT))) !== 0) sum += this.#blockSum(at);
    }
    return sum;
  }

  /** The bucket where the `rank`th of what is counted lies, from 1 to `total`. */
  indexAt(rank: number): number {
    let left = rank;
    for (let rest = this.#used; ; rest &= rest - 1) {
      const start = lowest(rest) << BLOCK_SHIFT;
      const sum = this.#blockSum(start);
      if (left <= sum) return this.#indexIn(start, left);
      left -= sum;
    }
  }

  #indexIn(start: number, rank: number): number {
    let left = rank;
    let at = start;
    while (left > this.counts[at]!) left -= this.counts[at++]!;
    return at;
  }

  #blockSum(start: number): number {
    let sum = 0;
    for (let at = start; at < start + BLOCK_LENGTH; at++) sum += this.counts[at]!;
    return sum;
  }
}

/** Position of the lowest bit set. */
function lowest(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}
