/** What the summary tells of the system's own figures of a peer's sockets. */
import type { KernelSummary, LatencySummary, Limit, TcpSummary } from '../stats/snapshot.js';
import { formatBytes, formatCount, formatLatency, formatRate, formatTimes } from './format.js';
import { CAUSE_TEXTS } from './limit-texts.js';
import { fieldLines } from './summary-field.js';

/** Nothing for a peer that was never measured; `n/a` where the system tells nothing. */
export function kernelLines(
  { tcp, pathMtuBytes, queueDrops }: KernelSummary,
  latency: LatencySummary,
  bits: boolean,
) {
  if (latency.count === 0) return [];
  const parts = [
    ...(tcp === null ? [] : tcpTexts(tcp, bits)),
    ...(pathMtuBytes === null ? [] : [`path MTU ${formatCount(pathMtuBytes)}`]),
    ...(queueDrops === null ? [] : [`${formatTimes(queueDrops, 'datagram')} dropped in the receive queue`]),
  ];
  return fieldLines('system', parts.length === 0 ? 'n/a' : parts.join(', '));
}

export function limitLines(label: string, limit: Limit | null): string[] {
  return limit === null ? [] : fieldLines(label, `limited by ${CAUSE_TEXTS[limit.cause]}: ${limit.evidence}`);
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
