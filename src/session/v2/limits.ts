import { isPathProbe } from '../../arq/v2/bulk.js';
import { MAX_DATAGRAM_BYTES } from '../../arq/v2/limits.js';
import type { Refuse, Start } from '../../wire/v2/message.js';
import { packetsOf } from './sending.js';

/** What a listener serves a stranger in one phase; the caller's settings may be lower. An hour, as the option
 *  `phase=` allows: a client that wants more asks again. */
export const MAX_PHASE_US = 3_600_000_000;
/** A minute at 10 Gbit/s. */
export const MAX_PHASE_BYTES = 75e9;

export interface PhaseLimits {
  /** Data bytes of one bulk packet (--max-packet-size). */
  readonly maxPacketSizeBytes: number;
  readonly maxPhaseUs: number;
  readonly maxPhaseBytes: number;
  /** Whether this end can send at a rate that it is given. */
  readonly keepsRate: boolean;
  /** Which path probes are served: only those of the client where this end can't keep its datagrams from being
   *  split; none on a stream, which has no datagrams. */
  readonly pathProbes: 'none' | 'up' | 'both';
}

/** What a request is over the limits with, or null. Up phases cost their sender more than us; but what has
 *  been announced must not be endless in either direction. */
export function refusalOf(start: Start, limits: PhaseLimits, isValidated: boolean): Refuse | null {
  const refuse = (code: Refuse['code'], limit: number): Refuse => {
    return { kind: 'refuse', phase: start.phase, code, limit };
  };
  const { bound, packetSizeBytes, direction } = start;
  const { maxPacketSizeBytes, maxPhaseUs, maxPhaseBytes, keepsRate } = limits;
  if (direction === 'down' && !isValidated) return refuse('unvalidated', 0);
  if (direction === 'down' && start.rateBps > 0 && !keepsRate) return refuse('rate', 0);
  const isProbe = limits.pathProbes !== 'none' && isPathProbe({ ...start, packets: packetsOf(start) });
  if (isProbe && direction === 'down' && limits.pathProbes === 'up') return refuse('packet_size', 0);
  const maxSizeBytes = isProbe ? MAX_DATAGRAM_BYTES : maxPacketSizeBytes;
  if (packetSizeBytes > maxSizeBytes) return refuse('packet_size', maxSizeBytes);
  if (bound.kind === 'time') return bound.us > maxPhaseUs ? refuse('phase_time', maxPhaseUs) : null;
  return packetsOf(start) * packetSizeBytes > maxPhaseBytes ? refuse('phase_bytes', maxPhaseBytes) : null;
}
