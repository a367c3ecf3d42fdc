/** The rows of a side as one: what a report of the run needs of a snapshot, so that it can leave the rows unread. Each
 *  figure is the sum of what the rows beside it say, as they say it. */
import type { DirectionSummary, PeerSnapshot, RunSnapshot } from '../../stats/snapshot.js';
import type { Histograms } from './interval-histograms.js';
import { integer, type JsonRecord } from './record.js';
import { type KeyedRow, keyedClients, keyedServers } from './row-keys.js';

/** null: there are no such rows. */
export type Totals = Readonly<Record<'clients' | 'servers', JsonRecord | null>>;

/** Of the snapshots of one output, in turn. */
export class SnapshotTotals {
  readonly #clients = new SideTotals();
  readonly #servers = new SideTotals();

  /** To be called once for each snapshot. */
  take(snapshot: RunSnapshot, histograms: Histograms): Totals {
    return {
      clients: this.#clients.take(keyedClients(snapshot), histograms),
      servers: this.#servers.take(keyedServers(snapshot), histograms),
    };
  }

  /** All has been counted anew since the last snapshot. */
  restart(): void {
    this.#clients.restart();
    this.#servers.restart();
  }
}

type RowLosses = Pick<PeerSnapshot, 'lost' | 'resent' | 'reordered'>;

class SideTotals {
  /** What each row of the last snapshot with rows had counted. */
  #counted: ReadonlyMap<string, RowLosses> = new Map();

  restart(): void {
    this.#counted = new Map();
  }

  take(keyed: readonly KeyedRow[], histograms: Histograms): JsonRecord | null {
    if (keyed.length === 0) return null;
    const before = this.#counted;
    this.#counted = new Map(
      keyed.map(([key, { lost, resent, reordered }]) => [key, { lost, resent, reordered }]),
    );
    const rows = keyed.map(([, row]) => row);
    const increase = (name: keyof RowLosses) =>
      sum(keyed.map(([key, row]) => increaseOf(row[name], before.get(key)?.[name] ?? 0)));
    return {
      up_rate_bps: rateOf(rows.map(({ up }) => up)),
      down_rate_bps: rateOf(rows.map(({ down }) => down)),
      packets_lost: increase('lost'),
      packets_resent: increase('resent'),
      packets_reordered: increase('reordered'),
      latency_hdr_base64: mergedOf(rows, 'latency', histograms),
      latency_loaded_hdr_base64: mergedOf(rows, 'latencyLoaded', histograms),
    };
  }
}

/** The rows' histograms added up. */
function mergedOf(
  rows: readonly PeerSnapshot[],
  name: 'latency' | 'latencyLoaded',
  histograms: Histograms,
): string | null {
  const known = rows.flatMap((row) => histograms.get(row)?.[name] ?? []);
  return known.length === 0 ? null : known.reduce((merged, histogram) => merged.plus(histogram)).base64;
}

function rateOf(directions: readonly DirectionSummary[]): number | null {
  return sum(directions.map(({ rateBps }) => integer(rateBps)));
}

/** A row whose connections could not all be read this once counts less than before. */
function increaseOf(count: number | null, before: number): number | null {
  return count === null ? null : Math.max(0, count - before);
}

/** null: all are. */
function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}
