/** Figures over a time whose length is not known before its end, in a bounded number of buckets: when they no longer
 *  reach, each two become one. Nothing is left out: a bucket keeps the least, the largest
 *  and the mean of what fell into it, and the histograms of all its latencies. */
import { LatencyMerge } from '../stats/latency.js';

/** More than a screen has room for as single points, and 40 MiB of histograms. */
const MAX_BUCKETS = 600;
const FIRST_WIDTH_MS = 100;

/** What a figure was in a bucket. */
export class Band {
  count = 0;
  sum = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;

  add(value: number): void {
    this.count++;
    this.sum += value;
    this.min = Math.min(this.min, value);
    this.max = Math.max(this.max, value);
  }

  merge(other: Band): void {
    this.count += other.count;
    this.sum += other.sum;
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
  }
}

export const LOSSES = ['lost', 'resent', 'reordered'] as const;

export class Bucket {
  /** Snapshots that fell into it, and the time that they were after those before them. */
  snapshots = 0;
  elapsedMs = 0;
  /** Bits per second, of all rows together. */
  readonly up = new Band();
  readonly down = new Band();
  readonly idle = new LatencyMerge();
  readonly loaded = new LatencyMerge();
  /** Packets. */
  lost = 0;
  resent = 0;
  reordered = 0;

  merge(other: Bucket): void {
    this.snapshots += other.snapshots;
    this.elapsedMs += other.elapsedMs;
    this.up.merge(other.up);
    this.down.merge(other.down);
    this.idle.addMerge(other.idle);
    this.loaded.addMerge(other.loaded);
    for (const loss of LOSSES) this[loss] += other[loss];
  }
}

export class Timeline {
  readonly startMs: number;
  #widthMs = FIRST_WIDTH_MS;
  #buckets: (Bucket | undefined)[] = [];

  constructor(startMs: number) {
    this.startMs = startMs;
  }

  get widthMs(): number {
    return this.#widthMs;
  }

  /** The bucket of a moment; one before the start, as after a step of the clock, is the first. */
  at(tMs: number): Bucket {
    const offsetMs = Math.max(0, tMs - this.startMs);
    while (offsetMs >= this.#widthMs * MAX_BUCKETS) {
      this.#buckets = this.#coarse(2, (bucket) => bucket);
      this.#widthMs *= 2;
    }
    const index = Math.floor(offsetMs / this.#widthMs);
    this.#buckets[index] ??= new Bucket();
    return this.#buckets[index];
  }

  /** One whose buckets are as wide as snapshots are apart: narrower ones would say nothing more. */
  fittedTo(intervalMs: number): Timeline {
    const factor = Math.round(intervalMs / this.#widthMs);
    if (factor <= 1) return this;
    const fitted = new Timeline(this.startMs);
    fitted.#buckets = this.#coarse(factor, () => new Bucket());
    fitted.#widthMs = this.#widthMs * factor;
    return fitted;
  }

  /** Those in which a snapshot fell, in the order of time. */
  used(): { readonly startMs: number; readonly bucket: Bucket }[] {
    return [...this.#buckets.entries()].flatMap(([index, bucket]) =>
      bucket === undefined || bucket.snapshots === 0
        ? []
        : [{ startMs: this.startMs + index * this.#widthMs, bucket }],
    );
  }

  /** @param first the bucket into which others are merged, by the first of them */
  #coarse(factor: number, first: (bucket: Bucket) => Bucket): (Bucket | undefined)[] {
    const coarse: (Bucket | undefined)[] = [];
    this.#buckets.forEach((bucket, index) => {
      if (bucket === undefined) return;
      const at = Math.floor(index / factor);
      coarse[at] ??= first(bucket);
      if (coarse[at] !== bucket) coarse[at].merge(bucket);
    });
    return coarse;
  }
}
