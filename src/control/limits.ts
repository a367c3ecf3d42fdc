import { COUNTER, COUNTERS, PLACES } from '../stats/layout.js';
import type { LimitEvidence, PeerEvidence, SendingEvidence, TcpEvidence } from '../stats/limit-evidence.js';
import { LEAST_US, limitedBy } from '../stats/limited-by.js';
import type { DirectionSummary, Limit } from '../stats/snapshot.js';
import type { Side } from './direction.js';
import type { Tally } from './tally.js';

/** What a verdict is about: what has happened since the last one, or all of the run. */
export type Span = 'interval' | 'run';

type LimitSide = Side & { readonly span: Span };

/** A row's counters as its last verdicts saw them. */
export class LimitWindow {
  readonly #before = new Float64Array(COUNTERS.length);
  readonly #grown = new Float64Array(COUNTERS.length);

  /** Starts the next span at `now`. */
  advance(now: Tally, span: Span): void {
    for (let index = 0; index < COUNTERS.length; index++) {
      const sum = now.sumAt(index);
      this.#grown[index] = span === 'run' ? sum : Math.max(0, sum - this.#before[index]!);
      this.#before[index] = sum;
    }
  }

  /** Nothing is counted yet. */
  restart(): void {
    this.#before.fill(0);
  }

  limit(now: Tally, direction: 'up' | 'down', rates: Rates, side: LimitSide): Limit | null {
    const at = PLACES[direction];
    const runningUs = this.#grown[at.RunningUs]!;
    // Most rows measure latency only: nothing is collected for them.
    if (runningUs < LEAST_US) return null;
    const sends = (side.role === 'client') === (direction === 'up');
    const isTcp = side.protocol === 'tcp';
    const evidence: LimitEvidence = {
      sends,
      runningUs,
      shardBusyUs: this.#grown[at.ShardBusyUs]!,
      ...rates,
      rateBps: sends && side.span === 'interval' ? this.#arriving(rates.rateBps, direction) : rates.rateBps,
      queueDrops: this.#grown[COUNTER.queueDrops]!,
      packets: this.#grown[at.Packets]!,
      lost: isTcp ? 0 : this.#grown[at.Lost]!,
      rttUs: this.#rttUs(direction) ?? (isTcp ? null : smoothedUs(now)),
      minRttUs: isTcp ? now.mean('tcpMinRttUs') : leastUs(now),
      sending: this.#sending(direction),
      tcp: isTcp && now.sumAt(COUNTER.tcpReads) > 0 ? this.#tcp(now) : null,
      peer: this.#peer(direction),
    };
    return limitedBy(evidence);
  }

  #sending(direction: 'up' | 'down'): SendingEvidence | null {
    const at = PLACES[direction];
    const elapsedUs = this.#grown[at.SendingUs]!;
    if (elapsedUs === 0) return null;
    return {
      elapsedUs,
      dataUs: this.#grown[at.DataUs]!,
      windowUs: this.#grown[at.WindowUs]!,
      bufferUs: this.#grown[at.BufferUs]!,
      congestionUs: this.#grown[at.CongestionUs]!,
    };
  }

  #tcp(now: Tally): TcpEvidence {
    return { retransmits: this.#grown[COUNTER.tcpRetransmits]!, segmentBytes: now.mean('pathMtuBytes') };
  }

  #peer(direction: 'up' | 'down'): PeerEvidence | null {
    const at = PLACES[direction];
    const elapsedUs = this.#grown[at.PeerUs]!;
    if (elapsedUs === 0) return null;
    const isTold = this.#grown[at.PeerDropReports]! > 0;
    return {
      elapsedUs,
      busyUs: this.#grown[at.PeerBusyUs]!,
      queueDrops: isTold ? this.#grown[at.PeerDrops]! : null,
    };
  }

  /** A sender's rate of an interval is that of what it has sent, though it may not send again what was lost. */
  #arriving(rateBps: number | null, direction: 'up' | 'down'): number | null {
    const at = PLACES[direction];
    const packets = this.#grown[at.Packets]!;
    const residual = this.#grown[at.Residual]!;
    return rateBps === null || residual === 0 ? rateBps : (rateBps * packets) / (packets + residual);
  }

  /** The mean over the time in which data was sent. */
  #rttUs(direction: 'up' | 'down'): number | null {
    const at = PLACES[direction];
    const sum = this.#grown[at.RttSum]!;
    return sum === 0 ? null : sum / (this.#grown[at.SendingUs]! / 1000);
  }
}

/** Of all connections of a row; `setRateBps` is 0 where none is set, or this side isn't told. */
export type Rates = Pick<LimitEvidence, 'rateBps' | 'setRateBps' | 'connections'>;

function smoothedUs(now: Tally): number | null {
  const srttNs = now.mean('srttNs');
  return srttNs === null ? null : srttNs / 1000;
}

function leastUs(now: Tally): number | null {
  const least = [now.samples('rtt').minNs, now.samples('rttLoaded').minNs].filter((minNs) => minNs !== null);
  return least.length === 0 ? null : Math.min(...least) / 1000;
}

/** The rate that a verdict is about. */
export function rateOf({ rateBps, meanRateBps }: Omit<DirectionSummary, 'limit'>, span: Span): number | null {
  return span === 'run' ? meanRateBps : rateBps;
}
