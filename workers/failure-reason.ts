import type { Cause, FailureReason } from '../src/control/events.js';
import type { IoFailure } from '../src/io/failure.js';
import { failure } from '../src/probe/verdict.js';

/** Where an errno's own sentence would mislead: several ICMP errors share one. */
const TEXTS: { readonly [Reason in FailureReason]?: string } = {
  prohibited: 'prohibited: a firewall or a router on the way forbids it',
  'port-unreachable': 'rejected as port unreachable: a firewall on the way forbids it',
};

/** A failure in the words that a probe has for it. */
export function failureCause(
  phase: Cause['phase'],
  protocol: 'tcp' | 'udp',
  { code, text, icmp }: IoFailure,
): Pick<Cause, 'phase' | 'code' | 'text' | 'reason' | 'icmp'> {
  const reason = reasonOf(phase, protocol, { code, text, ...(icmp && { icmp }) });
  const ownText = reason !== null && icmp !== undefined ? TEXTS[reason] : undefined;
  return { phase, code, text: ownText ?? text, ...(reason && { reason }), ...(icmp && { icmp }) };
}

/** null: a probe has no word for it. */
function reasonOf(phase: string, protocol: 'tcp' | 'udp', { code, icmp }: IoFailure): FailureReason | null {
  if (phase === 'resolve') return code === 'TIMEOUT' ? null : 'unresolved';
  // What was connected is reset, not refused.
  if (phase !== 'connect' && ['TIMEOUT', 'ECONNRESET'].includes(code)) return null;
  const { cause } = failure(protocol, code === 'TIMEOUT' ? 'ETIMEDOUT' : code, icmp ?? null);
  return REASONS.find((reason) => reason === cause) ?? null;
}

const REASONS = [
  'refused',
  'port-unreachable',
  'host-unreachable',
  'net-unreachable',
  'protocol-unreachable',
  'prohibited',
  'timed-out',
  'not-permitted',
] as const satisfies readonly FailureReason[];
