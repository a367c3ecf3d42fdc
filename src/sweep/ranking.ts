/** Which sizes are the best, and which only seem to differ. Friedman's test asks whether the sizes differ at all: it
 *  ranks them within each round, so neither a drift from round to round nor sizes that scatter more than others deceive
 *  it. Where they do, each is held against the best by its rank sum (Conover's test), which a few large scatterings don't
 *  blind, and by its figures (a paired t-test), which know how far two are apart; corrected for both and for all pairs,
 *  since the best is found among them. Two sizes alone are compared by the t-test.
 *  Sources: Friedman 1937; Iman & Davenport 1980 for its F; Conover, Practical Nonparametric Statistics, 5.8. */
import { fUpperTail, tUpperTail } from './distributions.js';
import { meanOf, pAboveZero } from './interval.js';

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
  const means = sizesBytes.map((_, size) => meanOf(goodputs.map((row) => row[size]!)));
  const best = means.indexOf(Math.max(...means));
  const isWorse = sizesBytes.length === 2 ? worseOfTwo(goodputs, alpha) : worseOfMany(goodputs, best, alpha);
  const equalBytes = sizesBytes.filter(
    (_, size) => size === best || !isWorse(size) || means[size]! >= means[best]! * (1 - NEGLIGIBLE_SHARE),
  );
  return { differs: equalBytes.length < sizesBytes.length, bestBytes: sizesBytes[best]!, equalBytes };
}

/** Whether a size is worse than the best. */
type IsWorse = (size: number) => boolean;

/** Of two, ranks are but signs: six rounds would tell nothing. */
function worseOfTwo(goodputs: Rounds['goodputs'], alpha: number): IsWorse {
  const differences = goodputs.map(([a = 0, b = 0]) => a - b);
  const p = Math.min(pAboveZero(differences), pAboveZero(differences.map((value) => -value)));
  return () => 2 * p <= alpha;
}

function worseOfMany(goodputs: Rounds['goodputs'], best: number, alpha: number): IsWorse {
  const ranks = new Ranks(goodputs);
  if (ranks.friedmanP() > alpha) return () => false;
  // Pairs in both orders: which of the two is the better one is found out too. And two tests for each.
  const tests = 2 * ranks.sizes * (ranks.sizes - 1);
  const pairedP = (size: number): number => pAboveZero(goodputs.map((row) => row[best]! - row[size]!));
  return (size) => Math.min(ranks.conoverP(best, size), pairedP(size)) * tests <= alpha;
}

/** How likely ranks that differ as much are where all columns are alike. */
export function friedmanP(rows: Rounds['goodputs']): number {
  return new Ranks(rows).friedmanP();
}

class Ranks {
  readonly sizes: number;
  readonly #rounds: number;
  readonly #sums: readonly number[];
  /** Sums of squares of the ranks: between the sizes, and what is left. */
  readonly #between: number;
  readonly #within: number;

  constructor(rows: Rounds['goodputs']) {
    const ranks = rows.map(ranksOf);
    this.#rounds = rows.length;
    this.sizes = rows[0]?.length ?? 0;
    const mean = (this.sizes + 1) / 2;
    this.#sums = Array.from({ length: this.sizes }, (_, size) =>
      ranks.reduce((sum, row) => sum + row[size]!, 0),
    );
    this.#between =
      this.#sums.reduce((sum, rank) => sum + (rank - this.#rounds * mean) ** 2, 0) / this.#rounds;
    // Of the ranks themselves: with ties they scatter less.
    const total = ranks.flat().reduce((sum, rank) => sum + (rank - mean) ** 2, 0);
    this.#within = Math.max(0, total - this.#between);
  }

  friedmanP(): number {
    if (this.#between === 0) return 1;
    const f = ((this.#rounds - 1) * this.#between) / this.#within;
    const approximate = fUpperTail(f, this.sizes - 1, this.#degrees);
    return Math.max(approximate, this.#leastP);
  }

  /** How likely the rank sum of `better` is so far above that of `worse` by chance. */
  conoverP(better: number, worse: number): number {
    const distance = this.#sums[better]! - this.#sums[worse]!;
    if (this.#within === 0) return distance > 0 ? this.#leastP : 1;
    const error = Math.sqrt((2 * this.#rounds * this.#within) / this.#degrees);
    return tUpperTail(distance / error, this.#degrees);
  }

  get #degrees(): number {
    return (this.#rounds - 1) * (this.sizes - 1);
  }

  /** That all rounds rank the sizes in the same order: F knows no such bound, and few rounds reach it. */
  get #leastP(): number {
    let orders = 1;
    for (let size = 2; size <= this.sizes; size++) orders *= size;
    return orders ** (1 - this.#rounds);
  }
}

/** From 1, the smallest; equal values share the mean of their ranks. */
function ranksOf(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2;
  });
}
