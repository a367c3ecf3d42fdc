/** One side of a run, as client or as server: its rows together over time, and each row at the end. */
import { LatencyMerge } from '../stats/latency.js';
import { type Distribution, distributionOf, percentilesOf } from './distribution.js';
import { type Fields, fieldsOf, listOf, numberOf, textOf } from './fields.js';
import { type Band, LOSSES, Timeline } from './timeline.js';

export type SideName = 'clients' | 'servers';

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

type LossCounts = Record<(typeof LOSSES)[number], number>;

export class Side {
  readonly #name: SideName;
  readonly #timeline: Timeline;
  /** Of the snapshot before, by row: the counters run on. */
  #counted = new Map<string, LossCounts>();
  #countsLosses = false;
  #rows: readonly Fields[] = [];
  #lastMs: number;
  #snapshots = 0;
  readonly #rates = { up: new RateSamples(), down: new RateSamples() };
  readonly #lost = new LatencyMerge();

  constructor(name: SideName, startMs: number) {
    this.#name = name;
    this.#lastMs = startMs;
    this.#timeline = new Timeline(startMs);
  }

  /** @returns histograms that could not be read */
  handleSnapshot(tMs: number, snapshot: Fields): number {
    const rows = listOf(snapshot[this.#name]).map(fieldsOf);
    if (rows.length === 0) return 0;
    this.#rows = rows;
    const bucket = this.#timeline.at(tMs);
    bucket.snapshots++;
    const elapsedMs = Math.max(0, tMs - this.#lastMs);
    bucket.elapsedMs += elapsedMs;
    this.#lastMs = tMs;
    this.#snapshots++;
    for (const direction of ['up', 'down'] as const) {
      const rateBps = rateOf(rows, direction);
      if (rateBps === null) continue;
      bucket[direction].add(rateBps);
      this.#rates[direction].add(rateBps);
    }
    this.#addLosses(bucket, rows, elapsedMs);
    let unreadable = 0;
    for (const row of rows) {
      unreadable += addHistogram(row.latency, bucket.idle);
      unreadable += addHistogram(row.latency_loaded, bucket.loaded);
    }
    return unreadable;
  }

  /** null: the run had no such rows. */
  report(): SideReport | null {
    if (this.#rows.length === 0) return null;
    this.#timeline.fitTo((this.#lastMs - this.#timeline.startMs) / this.#snapshots);
    const [idle, loaded] = [this.#total('idle'), this.#total('loaded')];
    return {
      name: this.#name,
      samples: {
        up: this.#rates.up.histogram,
        down: this.#rates.down.histogram,
        idle,
        loaded,
        lost: this.#lost,
      },
      series: this.#series(),
      idle: distributionOf(idle),
      loaded: distributionOf(loaded),
      rows: this.#rows,
    };
  }

  #total(kind: 'idle' | 'loaded'): LatencyMerge {
    const total = new LatencyMerge();
    for (const { bucket } of this.#timeline.used()) total.addMerge(bucket[kind]);
    return total;
  }

  #series(): SideSeries {
    const used = this.#timeline.used();
    const { widthMs } = this.#timeline;
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

  #addLosses(bucket: LossCounts, rows: readonly Fields[], elapsedMs: number): void {
    const lostBefore = bucket.lost;
    const counted = new Map<string, LossCounts>();
    rows.forEach((row, index) => {
      const key = this.#name === 'clients' ? String(index) : `${row.target} ${row.ip} ${row.peer_name}`;
      const before = this.#counted.get(key);
      const now = { lost: 0, resent: 0, reordered: 0 };
      for (const loss of LOSSES) {
        const count = numberOf(row[`packets_${loss}`]);
        if (count === null) continue;
        this.#countsLosses = true;
        now[loss] = count;
        bucket[loss] += Math.max(0, count - (before?.[loss] ?? 0));
      }
      counted.set(key, now);
    });
    this.#counted = counted;
    if (!this.#countsLosses || elapsedMs === 0) return;
    this.#lost.record(Math.round(((bucket.lost - lostBefore) * 1e6) / elapsedMs));
  }
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

/** All rows together; a row whose rate is not known counts nothing, and where none is known there is no rate. */
function rateOf(rows: readonly Fields[], direction: 'up' | 'down'): number | null {
  const rates = rows
    .map((row) => numberOf(fieldsOf(row[direction]).rate_bps))
    .filter((rate) => rate !== null);
  return rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate, 0);
}

function addHistogram(times: unknown, bucket: LatencyMerge): number {
  const base64 = textOf(fieldsOf(times).hdr_base64);
  return base64 === null || bucket.addEncoded(base64) ? 0 : 1;
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
