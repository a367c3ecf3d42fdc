/** How many packets the rows of a side have lost from snapshot to snapshot: their counters run on. */
import type { LossIncrease, RowLosses } from './snapshot-figures.js';
import { LOSSES } from './timeline.js';

export type LossCounts = Readonly<Record<(typeof LOSSES)[number], number>>;

const NONE: LossCounts = { lost: 0, resent: 0, reordered: 0 };

export class LossCounter {
  /** Of the snapshot before, by row; null: it said only what the rows had more than before. */
  #counted: ReadonlyMap<string, readonly number[]> | null = new Map();

  /** @param losses null: nothing was counted
   *  @returns those since the snapshot before */
  increase(losses: RowLosses | LossIncrease | null): LossCounts {
    if (losses?.kind === 'increase') {
      this.#counted = null;
      return losses;
    }
    const before = this.#counted;
    this.#counted = losses === null ? before && new Map() : countedBy(losses);
    return before === null || this.#counted === null ? NONE : difference(before, this.#counted);
  }
}

function countedBy({ keys, counts }: RowLosses): ReadonlyMap<string, readonly number[]> {
  const ofRow = (row: number) => LOSSES.map((_, at) => known(counts[row * LOSSES.length + at]));
  return new Map(keys.map((key, row) => [key, ofRow(row)]));
}

function difference(
  before: ReadonlyMap<string, readonly number[]>,
  now: ReadonlyMap<string, readonly number[]>,
): LossCounts {
  const sums = { ...NONE };
  for (const [key, counts] of now) {
    const earlier = before.get(key);
    LOSSES.forEach((loss, at) => {
      sums[loss] += Math.max(0, counts[at]! - known(earlier?.[at]));
    });
  }
  return sums;
}

/** What is not counted is NaN, or not there. */
function known(count: number | undefined): number {
  return count === undefined || Number.isNaN(count) ? 0 : count;
}
