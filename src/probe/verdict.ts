import type { Protocol } from '../options/types.js';
import type { Cause, Icmp, Peer, PortState, Verdict } from './types.js';

const NOTHING = { errno: null, icmp: null, peer: null, said: null } as const;

export const ACCEPTED: Verdict = { state: 'open', cause: 'accepted', ...NOTHING };
/** One object for what nearly all ports of a scan are: it crosses between threads once in a batch. */
const REFUSED: Verdict = { ...NOTHING, state: 'closed', cause: 'refused', errno: 'ECONNREFUSED' };
export const UNRESOLVED: Verdict = { state: 'unknown', cause: 'unresolved', ...NOTHING };

/** Without an answer a TCP port is filtered; a UDP port may as well have read our Hello and said nothing. */
export function silence(protocol: Protocol): Verdict {
  return { state: protocol === 'tcp' ? 'filtered' : 'open|filtered', cause: 'timed-out', ...NOTHING };
}

export function conntest(peer: Peer): Verdict {
  return { ...NOTHING, state: 'open', cause: 'conntest', peer };
}

export function notConntest(said: string | null): Verdict {
  return { ...NOTHING, state: 'open', cause: 'not-conntest', said };
}

/** A connection that was open has failed: it was accepted, whatever comes of it. */
export function afterAccept(errno: string, said: string | null): Verdict {
  return { ...NOTHING, state: 'open', cause: 'reset', errno, said };
}

/** What an errno says of a port that did not answer.
 *  @param icmp what the system knows of the packet behind it: several codes share an errno (Linux, icmp_err_convert) */
export function failure(protocol: Protocol, errno: string, icmp: Icmp | null): Verdict {
  if (protocol === 'tcp' && errno === 'ECONNREFUSED' && icmp === null) return REFUSED;
  const cause = (icmp && icmpCause(icmp)) ?? CAUSE_OF_ERRNO[errno] ?? 'local';
  const isRefusal = cause === 'refused' || (cause === 'port-unreachable' && protocol === 'udp');
  if (isRefusal) return { ...NOTHING, state: 'closed', cause: 'refused', errno, icmp };
  return { ...NOTHING, state: stateOf(cause), cause, errno, icmp };
}

function stateOf(cause: Cause): PortState {
  return cause === 'local' ? 'unknown' : 'filtered';
}

const CAUSE_OF_ERRNO: Readonly<Record<string, Cause>> = {
  ECONNREFUSED: 'refused',
  // Before the connection is open: a reset is a refusal.
  ECONNRESET: 'refused',
  ETIMEDOUT: 'timed-out',
  EHOSTUNREACH: 'host-unreachable',
  EHOSTDOWN: 'host-unreachable',
  ENONET: 'host-unreachable',
  ENETUNREACH: 'net-unreachable',
  ENETDOWN: 'net-unreachable',
  ENOPROTOOPT: 'protocol-unreachable',
  // Where there is no ICMP error behind it, Linux gives this for a route that prohibits (ip-route(8)).
  EACCES: 'prohibited',
  EPERM: 'not-permitted',
};

/** Destination unreachable of ICMP (RFC 792, codes of RFC 1812 §5.2.7.1) and ICMPv6 (RFC 4443 §3.1). */
const UNREACHABLE_V4 = 3;
const UNREACHABLE_V6 = 1;
const CAUSES_V4: readonly (Cause | undefined)[] = [
  'net-unreachable',
  'host-unreachable',
  'protocol-unreachable',
  'port-unreachable',
  undefined, // fragmentation needed
  'host-unreachable',
  'net-unreachable',
  'host-unreachable',
  'host-unreachable',
  'prohibited',
  'prohibited',
  'net-unreachable',
  'host-unreachable',
  'prohibited',
  'prohibited',
  'prohibited',
];
const CAUSES_V6: readonly (Cause | undefined)[] = [
  'net-unreachable',
  'prohibited',
  'host-unreachable',
  'host-unreachable',
  'port-unreachable',
  'prohibited',
  'prohibited',
];

function icmpCause({ type, code, from }: Icmp): Cause | undefined {
  if (from.includes(':')) return type === UNREACHABLE_V6 ? CAUSES_V6[code] : undefined;
  return type === UNREACHABLE_V4 ? CAUSES_V4[code] : undefined;
}
