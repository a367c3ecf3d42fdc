/** One side of a run, as client or as server: its rows together over time, and each row at the end. */
import { LatencyMerge } from '../stats/latency.js';
import { type Distribution, distributionOf, percentilesOf } from './distribution.js';
import { type Fields, fieldsOf, listOf } from './fields.js';
import type { SnapshotItem } from './log-items.js';
import { LossCounter } from './loss-counter.js';
import type { SideFigures, SideName } from './snapshot-figures.js';
import { parsed } from './snapshot-reader.js';
import { type Band, type Bucket, LOSSES, Timeline } from './timeline.js';

/** Least, mean and largest of each bucket; null: nothing was measured in it. */
export interface BandSeries {
  readonly min: readonly (number | null)[];
  readonly mean: readonly (number | null)[];
  readonly max: readonly (number | null)[];
}

export interface LatencySeries {
  readonly p50Ns: readonly (number | null)[];
  readonly p99Ns: readonly (number | null)[];
  readonly maxNs: readonly (number | null)[];
}

/** Packets a second. */
export type LossSeries = Readonly<Record<(typeof LOSSES)[number], readonly number[]>>;

export interface SideSeries {
  /** Epoch, the middle of each bucket. */
  readonly tMs: readonly number[];
  readonly widthMs: number;
  /** Bits per second. */
  readonly up: BandSeries;
  readonly down: BandSeries;
  readonly idle: LatencySeries;
  readonly loaded: LatencySeries;
  /** null: nobody counted any, as over TCP. */
  readonly losses: LossSeries | null;
}

/** Every sample of a run, for a comparison: rates in kbit/s, one for each time a snapshot had another than the one
 *  before, latencies in ns, and lost packets in thousandths a second, one a snapshot. */
export type SideSamples = Readonly<Record<'up' | 'down' | 'idle' | 'loaded' | 'lost', LatencyMerge>>;

export interface SideReport {
  readonly name: SideName;
  readonly samples: SideSamples;
  readonly series: SideSeries;
  /** null: nothing was measured. */
  readonly idle: Distribution | null;
  readonly loaded: Distribution | null;
  /** The rows of the last snapshot, as in docs/json.md. */
  readonly rows: readonly Fields[];
}

export class Side {
  readonly #name: SideName;
  #timeline: Timeline;
  readonly #losses = new LossCounter();
  #countsLosses = false;
  /** The line that has the last rows. */
  #lastText: string | null = null;
  #lastMs: number;
  #snapshots = 0;
  #rates = { up: new RateSamples(), down: new RateSamples() };
  #lost = new LatencyMerge();

  constructor(name: SideName, startMs: number) {
    this.#name = name;
    this.#lastMs = startMs;
    this.#timeline = new Timeline(startMs);
  }

  /** What was measured before is left out, as in the run's own figures. */
  restart(tMs: number): void {
    this.#timeline = new Timeline(tMs);
    this.#lastMs = tMs;
    this.#snapshots = 0;
    this.#rates = { up: new RateSamples(), down: new RateSamples() };
    this.#lost = new LatencyMerge();
  }

  /** @returns histograms that could not be read */
  handleSnapshot({ tMs, figures, text }: SnapshotItem): number {
    const side = figures[this.#name];
    if (side === null) return 0;
    this.#lastText = text;
    const bucket = this.#timeline.at(tMs);
    bucket.snapshots++;
    const elapsedMs = Math.max(0, tMs - this.#lastMs);
    bucket.elapsedMs += elapsedMs;
    this.#lastMs = tMs;
    this.#snapshots++;
    this.#addRate(bucket, 'up', side.upBps);
    this.#addRate(bucket, 'down', side.downBps);
    this.#addLosses(bucket, side.losses, elapsedMs);
    bucket.idle.addCounts(side.idle);
    bucket.loaded.addCounts(side.loaded);
    return side.badHistograms;
  }

  /** null: the run had no such rows. */
  report(): SideReport | null {
    if (this.#snapshots === 0) return null;
    const timeline = this.#timeline.fittedTo((this.#lastMs - this.#timeline.startMs) / this.#snapshots);
    const [idle, loaded] = [totalOf(timeline, 'idle'), totalOf(timeline, 'loaded')];
    return {
      name: this.#name,
      samples: {
        up: this.#rates.up.histogram,
        down: this.#rates.down.histogram,
        idle,
        loaded,
        lost: this.#lost,
      },
      series: this.#series(timeline),
      idle: distributionOf(idle),
      loaded: distributionOf(loaded),
      rows: listOf(parsed(this.#lastText ?? '')?.[this.#name]).map(fieldsOf),
    };
  }

  #series(timeline: Timeline): SideSeries {
    const used = timeline.used();
    const { widthMs } = timeline;
    const perSecond = (loss: (typeof LOSSES)[number]) =>
      used.map(({ bucket }) => (bucket.elapsedMs === 0 ? 0 : (bucket[loss] * 1000) / bucket.elapsedMs));
    return {
      tMs: used.map(({ startMs }) => startMs + widthMs / 2),
      widthMs,
      up: bandSeries(used.map(({ bucket }) => bucket.up)),
      down: bandSeries(used.map(({ bucket }) => bucket.down)),
      idle: latencySeries(used.map(({ bucket }) => bucket.idle)),
      loaded: latencySeries(used.map(({ bucket }) => bucket.loaded)),
      losses: this.#countsLosses
        ? { lost: perSecond('lost'), resent: perSecond('resent'), reordered: perSecond('reordered') }
        : null,
    };
  }

  #addRate(bucket: Bucket, direction: 'up' | 'down', rateBps: number | null): void {
    if (rateBps === null) return;
    bucket[direction].add(rateBps);
    this.#rates[direction].add(rateBps);
  }

  #addLosses(bucket: Bucket, losses: SideFigures['losses'], elapsedMs: number): void {
    const increase = this.#losses.increase(losses);
    for (const loss of LOSSES) bucket[loss] += increase[loss];
    this.#countsLosses ||= losses !== null;
    if (!this.#countsLosses || elapsedMs === 0) return;
    this.#lost.record(Math.round((increase.lost * 1e6) / elapsedMs));
  }
}

function totalOf(timeline: Timeline, kind: 'idle' | 'loaded'): LatencyMerge {
  const total = new LatencyMerge();
  for (const { bucket } of timeline.used()) total.addMerge(bucket[kind]);
  return total;
}

/** The newest figure of a phase stays in the snapshots until there is a newer one: it is one sample all the same. */
class RateSamples {
  readonly histogram = new LatencyMerge();
  #lastBps = -1;

  add(rateBps: number): void {
    if (rateBps !== this.#lastBps) this.histogram.record(Math.round(rateBps / 1000));
    this.#lastBps = rateBps;
  }
}

function bandSeries(bands: readonly Band[]): BandSeries {
  const known = (band: Band, value: number) => (band.count === 0 ? null : Math.round(value));
  return {
    min: bands.map((band) => known(band, band.min)),
    mean: bands.map((band) => known(band, band.sum / band.count)),
    max: bands.map((band) => known(band, band.max)),
  };
}

function latencySeries(histograms: readonly LatencyMerge[]): LatencySeries {
  const values = histograms.map((histogram) => percentilesOf(histogram, [50, 99, 100]));
  return {
    p50Ns: values.map(([p50]) => p50 ?? null),
    p99Ns: values.map(([, p99]) => p99 ?? null),
    maxNs: values.map(([, , max]) => max ?? null),
  };
}
