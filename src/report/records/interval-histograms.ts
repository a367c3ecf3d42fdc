/** What each row's histograms counted since they were last asked for: the snapshots have them from the start on. */
import type {
  HistogramCounts,
  IntervalHistogram,
  PeerSnapshot,
  RunSnapshot,
  TimesName,
} from '../../stats/snapshot.js';
import { keyedClients, keyedServers } from './row-keys.js';

export type RowHistograms = Readonly<Record<TimesName, IntervalHistogram | null>>;

/** Each row's since the record before. */
export type Histograms = ReadonlyMap<PeerSnapshot, RowHistograms>;

export const TIMES_NAMES = [
  'latency',
  'latencyLoaded',
  'rtt',
  'rttLoaded',
  'owd',
] as const satisfies readonly TimesName[];

/** Each row costs about 100 KiB of memory and, while it has new values, a millisecond an interval. */
const MAX_ROWS = 100;

const NOTHING: RowHistograms = { latency: null, latencyLoaded: null, rtt: null, rttLoaded: null, owd: null };

type Copies = Partial<Record<TimesName, HistogramCounts>>;

/** For the first 100 rows of a run. */
export class IntervalHistograms {
  readonly #copies = new Map<string, Copies>();

  /** To be called once for each snapshot. */
  take(snapshot: RunSnapshot): Histograms {
    const taken = new Map<PeerSnapshot, RowHistograms>();
    for (const [key, peer] of [...keyedClients(snapshot), ...keyedServers(snapshot)]) {
      taken.set(peer, this.#takeRow(key, peer));
    }
    return taken;
  }

  /** All has been counted anew since the last snapshot. */
  restart(): void {
    for (const row of this.#copies.keys()) this.#copies.set(row, {});
  }

  #takeRow(row: string, peer: PeerSnapshot): RowHistograms {
    const copies = this.#copies.get(row);
    // A stranger without a name has measured nothing, and there may be many.
    const isKnown = copies !== undefined || (peer.peerName !== null && this.#copies.size < MAX_ROWS);
    if (!isKnown) return NOTHING;
    const next: Copies = copies ?? {};
    this.#copies.set(row, next);
    return {
      latency: takeOne(peer, 'latency', next),
      latencyLoaded: takeOne(peer, 'latencyLoaded', next),
      rtt: takeOne(peer, 'rtt', next),
      rttLoaded: takeOne(peer, 'rttLoaded', next),
      owd: takeOne(peer, 'owd', next),
    };
  }
}

function takeOne(peer: PeerSnapshot, name: TimesName, copies: Copies): IntervalHistogram | null {
  const histogram = peer.histograms[name];
  const increase = histogram.since(copies[name] ?? null);
  if (increase !== null) copies[name] = histogram.copy();
  return increase;
}
