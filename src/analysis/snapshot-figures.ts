/** What a report needs of a snapshot: its rows put together, small enough to be handed from thread to thread. */
import { decodeCounts } from '../stats/encoding.js';
import { type Fields, fieldsOf, listOf, numberOf, textOf } from './fields.js';
import { LOSSES } from './timeline.js';

export const SIDE_NAMES = ['clients', 'servers'] as const;
export type SideName = (typeof SIDE_NAMES)[number];

export interface SideFigures {
  /** Bits per second, of all rows together; null: not known of any. */
  readonly upBps: number | null;
  readonly downBps: number | null;
  /** Histograms since the snapshot before, of all rows: index of a bucket and count, in turn. */
  readonly idle: Uint32Array;
  readonly loaded: Uint32Array;
  /** null: no row counts any, as over TCP. */
  readonly losses: RowLosses | LossIncrease | null;
  readonly badHistograms: number;
}

/** Counters of each row: they run on. */
export interface RowLosses {
  readonly kind: 'counters';
  /** What tells a row from the others of its side, from snapshot to snapshot. */
  readonly keys: readonly string[];
  /** For each row one of each of LOSSES; NaN: not counted. */
  readonly counts: Float64Array;
}

/** Of all rows together, since the snapshot before. */
export interface LossIncrease extends Readonly<Record<(typeof LOSSES)[number], number>> {
  readonly kind: 'increase';
}

/** null: it has no rows. */
export type SnapshotFigures = Readonly<Record<SideName, SideFigures | null>>;

/** What is read of a row, by docs/json.md. */
export const ROW_PATHS = [
  'up.rate_bps',
  'down.rate_bps',
  'latency.hdr_base64',
  'latency_loaded.hdr_base64',
  ...LOSSES.map((loss) => `packets_${loss}` as const),
  'target',
  'ip',
  'peer_name',
] as const;
const FIRST_LOSS = 4;
const FIRST_IDENTITY = FIRST_LOSS + LOSSES.length;

export function figuresOf(snapshot: Fields): SnapshotFigures {
  return { clients: sideFigures(snapshot, 'clients'), servers: sideFigures(snapshot, 'servers') };
}

function sideFigures(snapshot: Fields, name: SideName): SideFigures | null {
  const sum = new SideSum(name);
  for (const row of listOf(snapshot[name])) sum.add(ROW_PATHS.map((path) => valueAt(fieldsOf(row), path)));
  return sum.figures();
}

function valueAt(row: Fields, path: string): unknown {
  const [name = '', inner] = path.split('.');
  return inner === undefined ? row[name] : fieldsOf(row[name])[inner];
}

/** Adds up the rows of one side of a snapshot. */
export class SideSum {
  readonly #name: SideName;
  #rows = 0;
  #upBps: number | null = null;
  #downBps: number | null = null;
  readonly #idle = new CountList();
  readonly #loaded = new CountList();
  readonly #keys: string[] = [];
  readonly #losses: number[] = [];
  #countsLosses = false;
  #badHistograms = 0;

  constructor(name: SideName) {
    this.#name = name;
  }

  /** @param values those of ROW_PATHS, in their order */
  add(values: readonly unknown[]): void {
    this.#upBps = plus(this.#upBps, values[0]);
    this.#downBps = plus(this.#downBps, values[1]);
    this.#badHistograms += this.#idle.addHistogram(values[2]) + this.#loaded.addHistogram(values[3]);
    for (let at = FIRST_LOSS; at < FIRST_IDENTITY; at++) {
      const count = numberOf(values[at]);
      this.#losses.push(count ?? Number.NaN);
      if (count !== null) this.#countsLosses = true;
    }
    this.#keys.push(this.#keyOf(values));
    this.#rows++;
  }

  /** Two --connect may be the same text, but they keep their places; servers come and go. */
  #keyOf(values: readonly unknown[]): string {
    if (this.#name === 'clients') return String(this.#rows);
    return `${values[FIRST_IDENTITY]} ${values[FIRST_IDENTITY + 1]} ${values[FIRST_IDENTITY + 2]}`;
  }

  figures(): SideFigures | null {
    if (this.#rows === 0) return null;
    return {
      upBps: this.#upBps,
      downBps: this.#downBps,
      idle: this.#idle.counts(),
      loaded: this.#loaded.counts(),
      losses: this.#countsLosses
        ? { kind: 'counters', keys: this.#keys, counts: Float64Array.from(this.#losses) }
        : null,
      badHistograms: this.#badHistograms,
    };
  }
}

function plus(sum: number | null, value: unknown): number | null {
  const number = numberOf(value);
  return number === null ? sum : (sum ?? 0) + number;
}

/** Counts of buckets, as they come. */
export class CountList {
  readonly #counts: number[] = [];
  readonly #add = (index: number, count: number): void => {
    this.#counts.push(index, Math.min(count, MAX_COUNT));
  };

  /** @returns histograms that could not be read: 0 or 1 */
  addHistogram(value: unknown): number {
    const base64 = textOf(value);
    return base64 === null || decodeCounts(base64, this.#add) ? 0 : 1;
  }

  counts(): Uint32Array {
    return Uint32Array.from(this.#counts);
  }
}

/** Histograms count no further (`stats/latency.ts`). */
const MAX_COUNT = 2 ** 32 - 1;
