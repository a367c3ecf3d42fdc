import { LatencyMerge, NOTHING } from '../stats/latency.js';
import { COUNTER, HISTOGRAM, type HistogramName } from '../stats/layout.js';
import type { SlotSnapshot } from '../stats/slot-snapshot.js';
import type { LatencySummary, ShapeBar, TimesHistogram } from '../stats/snapshot.js';

/** One kind of times of several connections: what can't be had by adding counters up. */
export class SampleTally {
  readonly #merge = new LatencyMerge();
  readonly #histogram: number;
  readonly #countAt: number;
  readonly #minAt: number;
  readonly #maxAt: number;
  readonly #sumAt: number;
  readonly #lastAt: number;
  #minNs = Number.POSITIVE_INFINITY;
  #maxNs = 0;

  constructor(name: HistogramName) {
    this.#histogram = HISTOGRAM[name];
    this.#countAt = COUNTER[`${name}Count`];
    this.#minAt = COUNTER[`${name}MinNs`];
    this.#maxAt = COUNTER[`${name}MaxNs`];
    this.#sumAt = COUNTER[`${name}SumNs`];
    this.#lastAt = COUNTER[`${name}LastNs`];
  }

  get histogram(): TimesHistogram {
    return this.#merge;
  }

  reset(): void {
    this.#merge.reset();
    this.#minNs = Number.POSITIVE_INFINITY;
    this.#maxNs = 0;
  }

  add({ counters, histograms }: SlotSnapshot): void {
    if (counters[this.#countAt] === 0) return;
    this.#merge.add(histograms[this.#histogram]!);
    this.#minNs = Math.min(this.#minNs, counters[this.#minAt]!);
    this.#maxNs = Math.max(this.#maxNs, counters[this.#maxAt]!);
  }

  addEnded(ended: SampleTally): void {
    this.#merge.addMerge(ended.#merge);
    this.#minNs = Math.min(this.#minNs, ended.#minNs);
    this.#maxNs = Math.max(this.#maxNs, ended.#maxNs);
  }

  shape(): readonly ShapeBar[] {
    return this.#merge.shape();
  }

  /** @param sums of the counters, by COUNTER
   *  @param having connections of now that have each of them */
  summary(sums: Float64Array, having: Float64Array): LatencySummary {
    const count = sums[this.#countAt]!;
    if (count === 0) return NOTHING;
    const lasts = having[this.#lastAt]!;
    // None: all connections that had one have ended.
    const lastNs = lasts === 0 ? null : sums[this.#lastAt]! / lasts;
    return this.#merge.summary(lastNs, this.#minNs, this.#maxNs, sums[this.#sumAt]!, count);
  }
}
