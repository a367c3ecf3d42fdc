/** What the summary tells of the system's own figures of a peer's sockets. */
import type { KernelSummary, LatencySummary, Limit, PeerSnapshot, TcpSummary } from '../../stats/snapshot.js';
import { LINE_TEXT_CHARS, printable } from '../print/ascii.js';
import { formatBytes, formatCount, formatLatency, formatRate, formatTimes } from '../print/format.js';
import { CAUSE_TEXTS } from '../words/limit-texts.js';
import { field } from './field.js';

const NOT_TOLD = 'n/a';

/** Nothing for a peer that was never measured; `n/a` is what the system does not tell.
 *  @param protocol null: a total, of which peers have what they have */
export function kernelLines(
  { tcp, pathMtuBytes, queueDrops }: KernelSummary,
  protocol: PeerSnapshot['protocol'] | null,
  latency: LatencySummary,
  bits: boolean,
) {
  if (latency.count === 0) return [];
  const parts = [
    ...(tcp === null ? [] : tcpTexts(tcp, bits)),
    ...(pathMtuBytes === null && protocol === null ? [] : [`path MTU ${orNotTold(pathMtuBytes)}`]),
    ...(protocol === 'udp' || queueDrops !== null ? [dropsText(queueDrops)] : []),
  ];
  const isSilent = tcp === null && pathMtuBytes === null && queueDrops === null;
  return [field('system', isSilent ? NOT_TOLD : parts.join(', '))];
}

function orNotTold(figure: number | null): string {
  return figure === null ? NOT_TOLD : formatCount(figure);
}

function dropsText(queueDrops: number | null): string {
  const drops = queueDrops === null ? `datagrams ${NOT_TOLD}` : formatTimes(queueDrops, 'datagram');
  return `${drops} dropped in the receive queue`;
}

export function limitLines(label: string, limit: Limit | null): string[] {
  if (limit === null) return [];
  return [field(label, `${CAUSE_TEXTS[limit.cause]}: ${printable(limit.evidence, LINE_TEXT_CHARS)}`)];
}

function tcpTexts(tcp: TcpSummary, bits: boolean): string[] {
  return [
    ...(tcp.rttUs === null ? [] : [`round trip ${micros(tcp.rttUs)}, +-${micros(tcp.rttVarUs)}`]),
    ...(tcp.minRttUs === null ? [] : [`least ${micros(tcp.minRttUs)}`]),
    `${formatTimes(tcp.retransmits, 'segment')} sent again`,
    ...(tcp.cwndBytes === null ? [] : [`congestion window ${formatBytes(tcp.cwndBytes)}`]),
    ...(tcp.pacingRateBps === null ? [] : [`pacing ${formatRate(tcp.pacingRateBps, bits)}`]),
    ...(tcp.deliveryRateBps === null ? [] : [`delivery ${formatRate(tcp.deliveryRateBps, bits)}`]),
  ];
}

function micros(us: number | null): string {
  return formatLatency(us === null ? null : us * 1000);
}
