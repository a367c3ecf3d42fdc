/** Which sizes are the best, and which only seem to differ. First Friedman's test asks whether the sizes differ at all:
 *  it ranks them within each round, so neither a drift from round to round nor sizes that scatter more than others
 *  deceive it. Where they do, each is held against the best by a paired t-test over the rounds, with Holm's correction.
 *  Sources: Friedman 1937; Iman & Davenport 1980 for its F; Holm 1979. */
import { fUpperTail } from './distributions.js';
import { holm, meanOf, pAboveZero } from './interval.js';

/** Goodputs of one way in one direction: a row a round, a column a size, all of them measured. */
export interface Rounds {
  readonly sizesBytes: readonly number[];
  readonly goodputs: readonly (readonly number[])[];
}

export interface Ranking {
  /** Whether the sizes differ at all. */
  readonly differs: boolean;
  readonly bestBytes: number;
  /** Not told from the best, itself included. */
  readonly equalBytes: readonly number[];
}

/** Fewer rounds can't tell a difference from chance. */
export const MIN_ROUNDS = 3;
/** A difference below it matters to nobody, however sure it is. */
const NEGLIGIBLE_SHARE = 0.01;

/** @param alpha how likely a difference may be claimed where there is none. null: too little to compare */
export function rankSizes({ sizesBytes, goodputs }: Rounds, alpha: number): Ranking | null {
  if (sizesBytes.length < 2 || goodputs.length < MIN_ROUNDS) return null;
  const columns = sizesBytes.map((_, size) => goodputs.map((row) => row[size]!));
  const means = columns.map(meanOf);
  const best = means.indexOf(Math.max(...means));
  const differs = friedmanP(goodputs) <= alpha;
  const pValues = columns.map((column) =>
    pAboveZero(column.map((value, round) => columns[best]![round]! - value)),
  );
  const others = pValues.filter((_, size) => size !== best);
  const isWorse = holm(others, alpha);
  isWorse.splice(best, 0, false);
  const isEqual = (size: number): boolean =>
    !differs || !isWorse[size] || means[size]! >= means[best]! * (1 - NEGLIGIBLE_SHARE);
  const equalBytes = sizesBytes.filter((_, size) => isEqual(size));
  return { differs: equalBytes.length < sizesBytes.length, bestBytes: sizesBytes[best]!, equalBytes };
}

/** How likely ranks that differ as much are where all columns are alike. */
export function friedmanP(rows: readonly (readonly number[])[]): number {
  const rounds = rows.length;
  const sizes = rows[0]?.length ?? 0;
  const ranks = rows.map(ranksOf);
  const sums = Array.from({ length: sizes }, (_, size) => ranks.reduce((sum, row) => sum + row[size]!, 0));
  // With ties the ranks scatter less; this form of the statistic accounts for it.
  const expected = (rounds * (sizes + 1)) / 2;
  const between = sums.reduce((sum, rank) => sum + (rank - expected) ** 2, 0) / rounds;
  const total = ranks.flat().reduce((sum, rank) => sum + (rank - (sizes + 1) / 2) ** 2, 0);
  if (total === 0) return 1;
  const within = total - between;
  const f = within <= 0 ? Number.POSITIVE_INFINITY : ((rounds - 1) * between) / within;
  return fUpperTail(f, sizes - 1, (rounds - 1) * (sizes - 1));
}

/** From 1, the smallest; equal values share the mean of their ranks. */
function ranksOf(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2;
  });
}
