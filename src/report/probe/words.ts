/** Results of a probe in words. */
import type { PortRange } from '../../options/addresses/ports.js';
import type { Section } from '../../probe/sections.js';
import type { PortState, Verdict } from '../../probe/types.js';
import { printable } from '../print/ascii.js';
import { formatLatency } from '../print/format.js';
import type { Tone } from '../print/palette.js';
import { icmpWords } from '../words/icmp-words.js';

/** A name or a greeting within a line. */
const QUOTED_CHARS = 60;
/** More ranges than this tell nobody anything. */
const MAX_RANGES = 12;

export const STATES = [
  'open',
  'closed',
  'filtered',
  'open|filtered',
  'unknown',
] as const satisfies readonly PortState[];

export const STATE_TONE: Readonly<Record<PortState, Tone>> = {
  open: 'good',
  closed: 'bad',
  filtered: 'warning',
  'open|filtered': 'warning',
  unknown: 'bad',
};

/** What told the state, as in `prohibited (EHOSTUNREACH, ICMP 3/13 from 10.0.0.1)`. */
export function causeWords(protocol: 'tcp' | 'udp', verdict: Verdict): string {
  const evidence = [verdict.errno, verdict.icmp && icmpWords(verdict.icmp)].filter((part) => part !== null);
  const words = plainCause(protocol, verdict);
  return evidence.length === 0 ? words : `${words} (${evidence.join(', ')})`;
}

/** `tcp 10.0.0.2`, `tcp db.example (10.0.0.7)`. */
export function sectionTitle({ protocol, host, address }: Section): string {
  const name = printable(host, QUOTED_CHARS);
  if (address === null || address === host) return `${protocol} ${name}`;
  return host.includes('/') ? `${protocol} ${address}` : `${protocol} ${name} (${address})`;
}

/** `22`, `1-21,23-79`. */
export function rangesText(ranges: readonly PortRange[]): string {
  const shown = ranges.slice(0, MAX_RANGES);
  const text = shown.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
  const left = ranges.length - shown.length;
  return left === 0 ? text : `${text} and ${left} more`;
}

function plainCause(protocol: 'tcp' | 'udp', verdict: Verdict): string {
  switch (verdict.cause) {
    case 'conntest':
      return conntestWords(verdict);
    case 'not-conntest':
      return `${protocol === 'tcp' ? 'accepts' : 'answers'}, but is no conntest${saidWords(verdict)}`;
    case 'reset':
      return `accepted, then reset${saidWords(verdict)}`;
    case 'accepted':
      return 'accepts';
    case 'refused':
      return 'refused';
    case 'port-unreachable':
      return 'rejected as port unreachable';
    case 'host-unreachable':
      return 'host unreachable';
    case 'net-unreachable':
      return 'network unreachable';
    case 'protocol-unreachable':
      return 'protocol unreachable';
    case 'prohibited':
      return 'prohibited';
    case 'timed-out':
      return 'timed out';
    case 'not-permitted':
      return "this machine's own firewall forbids it";
    case 'local':
      return 'this machine could not try';
    case 'unresolved':
      return 'the name has no address';
  }
}

function conntestWords({ peer }: Verdict): string {
  if (peer === null) return 'conntest';
  const latency = formatLatency(peer.latencyUs * 1000);
  return `conntest "${printable(peer.name, QUOTED_CHARS)}", protocol ${peer.version}, latency ${latency}`;
}

function saidWords({ said }: Verdict): string {
  if (said === null) return '';
  const [line = ''] = said.split(/[\r\n]/);
  return `; it says "${printable(line, QUOTED_CHARS)}"`;
}
