import { PLACES } from '../stats/layout.js';
import type { DirectionSummary } from '../stats/snapshot.js';
import type { Tally } from './tally.js';

/** Whose figures a row shows, as far as it decides what its side can know. */
export interface Side {
  readonly role: 'client' | 'listener';
  readonly protocol: 'tcp' | 'udp';
  readonly version: 1 | 2 | null;
}

type Losses = Pick<
  DirectionSummary,
  'lost' | 'recovered' | 'residual' | 'resent' | 'spurious' | 'reordered' | 'duplicates' | 'lossRate'
>;

/** @param connections how many there were at once: a mean over their phases is one connection's */
export function directionSummary(
  tally: Tally,
  direction: 'up' | 'down',
  connections: number,
  side: Side,
): Omit<DirectionSummary, 'limit'> {
  const at = PLACES[direction];
  const elapsedUs = tally.sumAt(at.ElapsedUs);
  const meanRateBps = (bytes: number) =>
    elapsedUs === 0 ? null : Math.round((bytes * 8e6 * connections) / elapsedUs);
  const bytes = tally.sumAt(at.Bytes);
  const sentBytes = tally.sumAt(at.SentBytes);
  return {
    bytes,
    packets: tally.sumAt(at.Packets),
    phases: tally.sumAt(at.Phases),
    elapsedUs,
    rateBps: tally.gaugeAt(at.RateBps),
    meanRateBps: meanRateBps(bytes),
    rawRateBps: sentBytes === 0 ? null : meanRateBps(sentBytes),
    ...losses(tally, direction, side),
    jitterNs: tally.meanAt(at.JitterNs),
  };
}

/** In version 2 the receiver reports and the sender says what it sent again; in version 1 a side knows of what it
 *  receives what was missing, and of what it sends what it sent again. */
function losses(tally: Tally, direction: 'up' | 'down', { role, protocol, version }: Side): Losses {
  const at = PLACES[direction];
  const sends = (role === 'client') === (direction === 'up');
  const isKnown = protocol === 'udp' && version !== null;
  const isReported = isKnown && version === 2;
  const isReceived = isKnown && (version === 2 || !sends);
  const lost = isReceived ? tally.sumAt(at.Lost) : null;
  return {
    lost,
    recovered: isReported ? tally.sumAt(at.Recovered) : null,
    residual: isReported ? tally.sumAt(at.Residual) : null,
    resent: isReported || (isKnown && sends) ? tally.sumAt(at.Resent) : null,
    spurious: isReported ? tally.sumAt(at.Spurious) : null,
    reordered: isReceived ? tally.sumAt(at.Reordered) : null,
    duplicates: isReceived ? tally.sumAt(at.Duplicates) : null,
    lossRate: lossRate(lost, tally.sumAt(at.Packets)),
  };
}

function lossRate(lost: number | null, packets: number): number | null {
  return lost === null || lost + packets === 0 ? null : lost / (lost + packets);
}
