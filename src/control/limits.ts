import { COUNTER, COUNTERS, type CounterName } from '../stats/layout.js';
import { type LimitEvidence, limitedBy, type TcpEvidence } from '../stats/limited-by.js';
import type { DirectionSummary, Limit } from '../stats/snapshot.js';
import type { Side } from './direction.js';
import type { Tally } from './tally.js';

/** What a verdict is about: what has happened since the last one, or all of the run. */
export type Span = 'interval' | 'run';

/** A row's counters as its last verdicts saw them. */
export class LimitWindow {
  readonly #before = new Float64Array(COUNTERS.length);
  readonly #grown = new Float64Array(COUNTERS.length);

  /** Starts the next span at `now`. */
  advance(now: Tally, span: Span): void {
    for (const [index, counter] of COUNTERS.entries()) {
      const sum = now.sum(counter);
      this.#grown[index] = span === 'run' ? sum : Math.max(0, sum - this.#before[index]!);
      this.#before[index] = sum;
    }
  }

  limit(now: Tally, direction: 'up' | 'down', rates: Rates, side: Side): Limit | null {
    const sends = (side.role === 'client') === (direction === 'up');
    const isTcp = side.protocol === 'tcp';
    const runningUs = this.#of(`${direction}RunningUs`);
    const evidence: LimitEvidence = {
      sends,
      runningUs,
      shardBusyUs: this.#of(`${direction}ShardBusyUs`),
      ...rates,
      queueDrops: this.#of('queueDrops'),
      lost: isTcp ? 0 : this.#of(`${direction}Lost`),
      ...(isTcp ? this.#tcpRoundTrips(now, direction, runningUs) : udpRoundTrips(now)),
      tcp: isTcp && now.sum('tcpReads') > 0 ? this.#tcp(now, direction) : null,
    };
    return limitedBy(evidence);
  }

  #tcp(now: Tally, direction: 'up' | 'down'): TcpEvidence {
    return {
      busyUs: this.#of(`${direction}TcpBusyUs`),
      windowUs: this.#of(`${direction}TcpWindowUs`),
      bufferUs: this.#of(`${direction}TcpBufferUs`),
      retransmits: this.#of('tcpRetransmits'),
      segmentBytes: now.mean('pathMtuBytes'),
    };
  }

  #tcpRoundTrips(now: Tally, direction: 'up' | 'down', runningUs: number): RoundTrips {
    const sum = this.#of(`${direction}TcpRttSum`);
    return { rttUs: sum === 0 ? null : sum / (runningUs / 1000), minRttUs: now.mean('tcpMinRttUs') };
  }

  #of(counter: CounterName): number {
    return this.#grown[COUNTER[counter]]!;
  }
}

/** Of all connections of a row; `setRateBps` is 0 where none is set, or this side isn't told. */
export type Rates = Pick<LimitEvidence, 'rateBps' | 'setRateBps' | 'connections'>;

type RoundTrips = Pick<LimitEvidence, 'rttUs' | 'minRttUs'>;

function udpRoundTrips(now: Tally): RoundTrips {
  const srttNs = now.mean('srttNs');
  const least = [now.samples('rtt').minNs, now.samples('rttLoaded').minNs].filter((minNs) => minNs !== null);
  return {
    rttUs: srttNs === null ? null : srttNs / 1000,
    minRttUs: least.length === 0 ? null : Math.min(...least) / 1000,
  };
}

/** The rate that a verdict is about. */
export function rateOf({ rateBps, meanRateBps }: Omit<DirectionSummary, 'limit'>, span: Span): number | null {
  return span === 'run' ? meanRateBps : rateBps;
}
