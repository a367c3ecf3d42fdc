/** The Mann-Whitney U test (Wilcoxon's rank sum) of two histograms: whether values of one tend to be larger than
 *  those of the other, whatever their distribution. All values in one bucket are ties.
 *  Sources: Mann & Whitney 1947; effect size: Vargha & Delaney 2000. */
import type { LatencyMerge } from '../stats/latency.js';

export interface RankTest {
  /** Of both, how many values. */
  readonly counts: readonly [a: number, b: number];
  /** How likely a value of b, taken at random, is larger than one of a; ties count half. 0.5: neither tends to be. */
  readonly superiority: number;
  /** How likely a superiority as far from 0.5 is when both come from one distribution, two-sided. */
  readonly pValue: number;
}

/** Below it the normal approximation of U says nothing. */
const MIN_COUNT = 8;

/** null: too few values on one side. */
export function rankTest(a: LatencyMerge, b: LatencyMerge): RankTest | null {
  const ranked = ranksOf(a, b);
  const { countA, countB } = ranked;
  if (countA < MIN_COUNT || countB < MIN_COUNT) return null;
  const pairs = countA * countB;
  const all = countA + countB;
  const variance = (pairs / 12) * (all + 1 - ranked.tieSum / (all * (all - 1)));
  // Half a rank less, since U moves in steps while the normal distribution doesn't.
  const distance = Math.max(0, Math.abs(ranked.u - pairs / 2) - 0.5);
  const pValue = variance <= 0 ? 1 : Math.min(1, 2 * upperTail(distance / Math.sqrt(variance)));
  return { counts: [countA, countB], superiority: ranked.u / pairs, pValue };
}

interface Ranked {
  countA: number;
  countB: number;
  /** Pairs in which the value of b is larger, and half of those that are equal. */
  u: number;
  /** Sum of t^3 - t over the groups of t equal values. */
  tieSum: number;
}

function ranksOf(a: LatencyMerge, b: LatencyMerge): Ranked {
  const counts = new Map<number, [number, number]>();
  for (const { valueNs, count } of a.buckets()) counts.set(valueNs, [count, 0]);
  for (const { valueNs, count } of b.buckets()) counts.set(valueNs, [counts.get(valueNs)?.[0] ?? 0, count]);
  const ranked = { countA: 0, countB: 0, u: 0, tieSum: 0 };
  for (const [, [inA, inB]] of [...counts].sort(([left], [right]) => left - right)) {
    ranked.u += inB * (ranked.countA + inA / 2);
    ranked.tieSum += (inA + inB) ** 3 - (inA + inB);
    ranked.countA += inA;
    ranked.countB += inB;
  }
  return ranked;
}

/** The normal distribution's share above z >= 0, to seven digits (Abramowitz & Stegun 26.2.17). */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const poly =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * poly;
}
