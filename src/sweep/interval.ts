/** A mean, and how far it can be trusted. */
import { tQuantile, tUpperTail } from './distributions.js';

/** The confidence interval is of 95 %. */
const TAIL = 0.025;

export interface Interval {
  readonly mean: number;
  /** The confidence interval by Student's t; null: of one value there is none. */
  readonly low: number | null;
  readonly high: number | null;
  readonly count: number;
}

/** null: no value. */
export function intervalOf(values: readonly number[]): Interval | null {
  const count = values.length;
  if (count === 0) return null;
  const { mean, standardError } = momentsOf(values);
  if (count < 2) return { mean, low: null, high: null, count };
  const half = tQuantile(TAIL, count - 1) * standardError;
  return { mean, low: mean - half, high: mean + half, count };
}

/** How likely so high a mean is where the true one is 0, by the one-sided t-test of one sample (of differences: the
 *  paired t-test). 1: too few values. */
export function pAboveZero(values: readonly number[]): number {
  if (values.length < 2) return 1;
  const { mean, standardError } = momentsOf(values);
  if (standardError === 0) return mean > 0 ? 0 : 1;
  return tUpperTail(mean / standardError, values.length - 1);
}

/** Holm's step-down: which of several tests hold so that with at most `alpha` any of them does wrongly. */
export function holm(pValues: readonly number[], alpha: number): boolean[] {
  const holds = pValues.map(() => false);
  const byP = [...pValues.keys()].sort((a, b) => pValues[a]! - pValues[b]!);
  for (const [rank, index] of byP.entries()) {
    if (pValues[index]! > alpha / (pValues.length - rank)) break;
    holds[index] = true;
  }
  return holds;
}

function momentsOf(values: readonly number[]): { mean: number; standardError: number } {
  const count = values.length;
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardError: count < 2 ? 0 : Math.sqrt(squares / (count - 1) / count) };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
