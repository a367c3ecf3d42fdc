import { MAX_SACK_RANGES, type SackView } from '../../wire/v2/sack.js';
import type { RangeSet } from './range-set.js';

/** Of the ranges in a Sack that can't hold them all: the highest ones; the rest are those that changed last. */
const HIGHEST_RANGES = MAX_SACK_RANGES / 2;
const RECENT_FILLS = MAX_SACK_RANGES - HIGHEST_RANGES;

/** Chooses the ranges of a Sack. A range changes at the top, or where a hole is filled; each change is told in
 *  several Sacks, so that a lost one costs nothing. */
export class SackRanges {
  readonly #ranges: RangeSet;
  readonly #fills = new Float64Array(RECENT_FILLS);
  #nFills = 0;

  constructor(ranges: RangeSet) {
    this.#ranges = ranges;
  }

  /** A packet came that is not the highest. */
  handleFill(index: number): void {
    this.#fills[this.#nFills++ % RECENT_FILLS] = index;
  }

  fill(sack: SackView): void {
    const ranges = this.#ranges;
    const isWhole = ranges.count <= MAX_SACK_RANGES;
    sack.nRanges = 0;
    const nHighest = isWhole ? ranges.count : HIGHEST_RANGES;
    for (let n = 0; n < nHighest; n++) append(sack, ranges.fromOf(n), ranges.toOf(n));
    if (!isWhole) this.#addRecent(sack);
  }

  #addRecent(sack: SackView): void {
    const ranges = this.#ranges;
    for (let i = 0; i < Math.min(this.#nFills, RECENT_FILLS); i++) {
      const n = ranges.find(this.#fills[i]!);
      if (n >= 0) insert(sack, ranges.fromOf(n), ranges.toOf(n));
    }
  }
}

function append(sack: SackView, from: number, to: number): void {
  sack.from[sack.nRanges] = from;
  sack.to[sack.nRanges++] = to;
}

/** Keeps the order, and each range once. */
function insert(sack: SackView, from: number, to: number): void {
  let at = sack.nRanges;
  while (at > 0 && sack.from[at - 1]! < from) at--;
  if (at > 0 && sack.from[at - 1] === from) return;
  sack.from.copyWithin(at + 1, at, sack.nRanges);
  sack.to.copyWithin(at + 1, at, sack.nRanges);
  sack.from[at] = from;
  sack.to[at] = to;
  sack.nRanges++;
}
