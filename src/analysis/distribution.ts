/** What a histogram says: percentiles as HdrHistogram has them, and the points of the percentile curve. */
import type { LatencyMerge } from '../stats/latency.js';

export interface CurvePoint {
  /** 0 to 100; the last point is the largest value, at 100. */
  readonly percentile: number;
  readonly valueNs: number;
}

export interface Distribution {
  readonly count: number;
  readonly meanNs: number;
  readonly p50Ns: number;
  readonly p90Ns: number;
  readonly p99Ns: number;
  readonly p999Ns: number;
  readonly maxNs: number;
  /** Of values, in their order; the share of those that are not above each. */
  readonly curve: readonly CurvePoint[];
}

/** Points a doubling of 1 / (1 - percentile): more can't be told apart on a screen. */
const POINTS_PER_DOUBLING = 12;

/** null: nothing was measured. */
export function distributionOf(histogram: LatencyMerge): Distribution | null {
  const buckets = [...histogram.buckets()];
  const count = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  if (count === 0) return null;
  const sumNs = buckets.reduce((sum, bucket) => sum + bucket.count * bucket.valueNs, 0);
  const [p50Ns = 0, p90Ns = 0, p99Ns = 0, p999Ns = 0] = valuesAt(buckets, count, [50, 90, 99, 99.9]);
  const maxNs = buckets.at(-1)?.valueNs ?? 0;
  return { count, meanNs: sumNs / count, p50Ns, p90Ns, p99Ns, p999Ns, maxNs, curve: curveOf(buckets, count) };
}

/** Percentiles in ascending order, of a histogram that may be empty: then null each. */
export function percentilesOf(histogram: LatencyMerge, percentiles: readonly number[]): (number | null)[] {
  const buckets = [...histogram.buckets()];
  const count = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  return count === 0 ? percentiles.map(() => null) : valuesAt(buckets, count, percentiles);
}

interface Counted {
  readonly valueNs: number;
  readonly count: number;
}

function valuesAt(buckets: readonly Counted[], count: number, percentiles: readonly number[]): number[] {
  const values: number[] = [];
  let seen = 0;
  for (const bucket of buckets) {
    seen += bucket.count;
    while (values.length < percentiles.length && seen >= rank(percentiles[values.length]!, count)) {
      values.push(bucket.valueNs);
    }
  }
  return values;
}

/** How many values are not above the percentile, at least one; the rounding error of 99.9 / 100 is none of them. */
function rank(percentile: number, count: number): number {
  return Math.max(1, Math.ceil((percentile * count) / 100 - 1e-6));
}

function curveOf(buckets: readonly Counted[], count: number): CurvePoint[] {
  const points: CurvePoint[] = [];
  let seen = 0;
  let lastStep = Number.NEGATIVE_INFINITY;
  for (const bucket of buckets) {
    seen += bucket.count;
    const step = Math.floor(Math.log2(count / Math.max(count - seen, 0.5)) * POINTS_PER_DOUBLING);
    if (step === lastStep && seen < count) continue;
    lastStep = step;
    points.push({ percentile: (100 * seen) / count, valueNs: bucket.valueNs });
  }
  return points;
}
