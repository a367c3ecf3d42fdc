import {
  COUNTER,
  COUNTERS,
  type CounterName,
  GAUGES,
  HISTOGRAM,
  HISTOGRAMS,
  type HistogramName,
  LIVE_GAUGES,
} from '../stats/layout.js';
import type { SlotSnapshot } from '../stats/slot-snapshot.js';
import type { LatencySummary, ShapeBar, TimesHistogram } from '../stats/snapshot.js';
import { SampleTally } from './sample-tally.js';

const GAUGE_PLACES = GAUGES.map((name) => COUNTER[name]);
const LIVE_PLACES = LIVE_GAUGES.map((name) => COUNTER[name]);

/** Figures of several connections added up. */
export class Tally {
  readonly #sums = new Float64Array(COUNTERS.length);
  /** Connections of now that have each figure: what a mean of newest values is over. */
  readonly #having = new Float64Array(COUNTERS.length);
  readonly #samples = HISTOGRAMS.map((name) => new SampleTally(name));
  #packetSizeBytes = 0;
  #version = 0;

  reset(): void {
    this.#sums.fill(0);
    this.#having.fill(0);
    for (const samples of this.#samples) samples.reset();
    this.#packetSizeBytes = 0;
    this.#version = 0;
  }

  /** @param isUp otherwise its last rates and windows are no longer true */
  add(snapshot: SlotSnapshot, isUp: boolean): void {
    const { counters } = snapshot;
    for (let i = 0; i < counters.length; i++) {
      this.#sums[i]! += counters[i]!;
      if (counters[i] !== 0) this.#having[i]!++;
    }
    if (!isUp) this.#leaveOutLive(counters);
    for (const samples of this.#samples) samples.add(snapshot);
    this.#packetSizeBytes = counters[COUNTER.packetSizeBytes]! || this.#packetSizeBytes;
    this.#version = counters[COUNTER.version]! || this.#version;
  }

  /** Adds what ended connections have left: their counters and times, without their newest values. */
  addEnded(ended: Tally): void {
    for (let i = 0; i < this.#sums.length; i++) this.#sums[i]! += ended.#sums[i]!;
    for (const place of GAUGE_PLACES) this.#sums[place]! -= ended.#sums[place]!;
    this.#samples.forEach((samples, histogram) => {
      samples.addEnded(ended.#samples[histogram]!);
    });
    this.#packetSizeBytes ||= ended.#packetSizeBytes;
    this.#version ||= ended.#version;
  }

  sum(counter: CounterName): number {
    return this.#sums[COUNTER[counter]]!;
  }

  /** The same by the counter's place in `COUNTERS`, for who asks for all of them: a row takes 1 us instead of 5. */
  sumAt(place: number): number {
    return this.#sums[place]!;
  }

  /** The sum of a newest value; null: never measured. */
  gauge(counter: CounterName): number | null {
    return this.gaugeAt(COUNTER[counter]);
  }

  gaugeAt(place: number): number | null {
    return this.sumAt(place) || null;
  }

  /** The mean of a newest value over the connections that have one; null: none has. */
  mean(counter: CounterName): number | null {
    return this.meanAt(COUNTER[counter]);
  }

  meanAt(place: number): number | null {
    const having = this.#having[place]!;
    return having === 0 ? null : this.sumAt(place) / having;
  }

  get packetSizeBytes(): number | null {
    return this.#packetSizeBytes || null;
  }

  get version(): 1 | 2 | null {
    return this.#version === 1 || this.#version === 2 ? this.#version : null;
  }

  shape(name: HistogramName): readonly ShapeBar[] {
    return this.#samples[HISTOGRAM[name]]!.shape();
  }

  samples(name: HistogramName): LatencySummary {
    return this.#samples[HISTOGRAM[name]]!.summary(this.#sums, this.#having);
  }

  histogram(name: HistogramName): TimesHistogram {
    return this.#samples[HISTOGRAM[name]]!.histogram;
  }

  #leaveOutLive(counters: Float64Array): void {
    for (const place of LIVE_PLACES) {
      if (counters[place] === 0) continue;
      this.#sums[place]! -= counters[place]!;
      this.#having[place]!--;
    }
  }
}
