import { COUNTER, COUNTERS, type CounterName } from '../stats/layout.js';
import type { LimitEvidence, PeerEvidence, SendingEvidence, TcpEvidence } from '../stats/limit-evidence.js';
import { limitedBy } from '../stats/limited-by.js';
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
    const sends = (side.role === 'client') === (direction === 'up');
    const isTcp = side.protocol === 'tcp';
    const runningUs = this.#of(`${direction}RunningUs`);
    const evidence: LimitEvidence = {
      sends,
      runningUs,
      shardBusyUs: this.#of(`${direction}ShardBusyUs`),
      ...rates,
      rateBps: sends && side.span === 'interval' ? this.#arriving(rates.rateBps, direction) : rates.rateBps,
      queueDrops: this.#of('queueDrops'),
      packets: this.#of(`${direction}Packets`),
      lost: isTcp ? 0 : this.#of(`${direction}Lost`),
      rttUs: this.#rttUs(direction) ?? (isTcp ? null : smoothedUs(now)),
      minRttUs: isTcp ? now.mean('tcpMinRttUs') : leastUs(now),
      sending: this.#sending(direction),
      tcp: isTcp && now.sum('tcpReads') > 0 ? this.#tcp(now) : null,
      peer: this.#peer(direction),
    };
    return limitedBy(evidence);
  }

  #sending(direction: 'up' | 'down'): SendingEvidence | null {
    const elapsedUs = this.#of(`${direction}SendingUs`);
    if (elapsedUs === 0) return null;
    return {
      elapsedUs,
      dataUs: this.#of(`${direction}DataUs`),
      windowUs: this.#of(`${direction}WindowUs`),
      bufferUs: this.#of(`${direction}BufferUs`),
      congestionUs: this.#of(`${direction}CongestionUs`),
    };
  }

  #tcp(now: Tally): TcpEvidence {
    return { retransmits: this.#of('tcpRetransmits'), segmentBytes: now.mean('pathMtuBytes') };
  }

  #peer(direction: 'up' | 'down'): PeerEvidence | null {
    const elapsedUs = this.#of(`${direction}PeerUs`);
    if (elapsedUs === 0) return null;
    const isTold = this.#of(`${direction}PeerDropReports`) > 0;
    return {
      elapsedUs,
      busyUs: this.#of(`${direction}PeerBusyUs`),
      queueDrops: isTold ? this.#of(`${direction}PeerDrops`) : null,
    };
  }

  /** A sender's rate of an interval is that of what it has sent, though it may not send again what was lost. */
  #arriving(rateBps: number | null, direction: 'up' | 'down'): number | null {
    const packets = this.#of(`${direction}Packets`);
    const residual = this.#of(`${direction}Residual`);
    return rateBps === null || residual === 0 ? rateBps : (rateBps * packets) / (packets + residual);
  }

  /** The mean over the time in which data was sent. */
  #rttUs(direction: 'up' | 'down'): number | null {
    const sum = this.#of(`${direction}RttSum`);
    return sum === 0 ? null : sum / (this.#of(`${direction}SendingUs`) / 1000);
  }

  #of(counter: CounterName): number {
    return this.#grown[COUNTER[counter]]!;
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
