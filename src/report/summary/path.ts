/** What the summary tells of the path of packets: losses, order, delays. Lines that have nothing to say are
 *  left out. */
import type { DirectionSummary, LatencySummary } from '../../stats/snapshot.js';
import { formatBytes, formatCount, formatLatency, formatRate, formatTimes } from '../print/format.js';
import type { PeerFigures } from '../rows/total.js';
import { field } from './field.js';

const LATENCY_CHARS = 15;

/** `owd` is of the direction that this side receives; null for the other one. */
export function pathLines(
  label: 'up' | 'down',
  direction: DirectionSummary,
  owd: LatencySummary | null,
  bits: boolean,
): string[] {
  return [...lossLines(`${label} loss`, direction, bits), ...delayLines(`${label} delay`, direction, owd)];
}

/** Round trips of packets and what the sender makes of them; UDP in version 2 only. */
export function roundTripLines({ rtt, rttLoaded, cwndBytes, srttNs, delayed }: PeerFigures): string[] {
  const gauges = [
    ...(cwndBytes === null ? [] : [`congestion window ${formatBytes(cwndBytes)}`]),
    ...(srttNs === null ? [] : [`smoothed round trip ${formatLatency(srttNs)}`]),
    ...(delayed ? [`${formatTimes(delayed, 'packet')} delayed`] : []),
  ];
  return [
    ...timeLines('round trip', rtt),
    ...timeLines('  under load', rttLoaded),
    ...(gauges.length === 0 ? [] : [field('at the end', gauges.join(', '))]),
  ];
}

function timeLines(label: string, times: LatencySummary): string[] {
  if (times.count === 0) return [];
  const figures = [
    ['min', times.minNs],
    ['p50', times.p50Ns],
    ['p99', times.p99Ns],
    ['max', times.maxNs],
  ] as const;
  const known = figures.filter(([, valueNs]) => valueNs !== null);
  const texts = known.map(([name, valueNs]) => `${name} ${formatLatency(valueNs)}`.padEnd(LATENCY_CHARS));
  return [field(label, texts.join(''))];
}

function lossLines(label: string, direction: DirectionSummary, bits: boolean): string[] {
  const { lost, lossRate } = direction;
  const share = lossRate === null ? '' : ` (${(lossRate * 100).toFixed(3)}%)`;
  const parts = [
    ...(lost === null ? [] : [`${formatCount(lost)} lost${share}`]),
    ...someOf(direction.recovered, 'recovered'),
    ...someOf(direction.residual, 'never came'),
    ...someOf(direction.reordered, 'reordered'),
    ...someOf(direction.duplicates, 'came again'),
    ...someOf(direction.resent, 're-sent'),
    ...someOf(direction.spurious, 'of these for nothing'),
    ...rawRate(direction, bits),
  ];
  return parts.length === 0 ? [] : [field(label, parts.join(', '))];
}

/** Where what was sent again shows in the rate. */
function rawRate({ rawRateBps, meanRateBps }: DirectionSummary, bits: boolean): string[] {
  const raw = formatRate(rawRateBps, bits);
  return rawRateBps === null || raw === formatRate(meanRateBps, bits) ? [] : [`raw ${raw}`];
}

/** What did not happen needs no words. */
function someOf(count: number | null, words: string): string[] {
  return count === null || count === 0 ? [] : [`${formatCount(count)} ${words}`];
}

function delayLines(label: string, { jitterNs }: DirectionSummary, owd: LatencySummary | null): string[] {
  const parts = [
    ...(jitterNs === null ? [] : [`jitter ${formatLatency(jitterNs)}`]),
    ...(owd === null || owd.p50Ns === null
      ? []
      : [`one-way p50 ${formatLatency(owd.p50Ns)}, p99 ${formatLatency(owd.p99Ns)} above its least`]),
  ];
  return parts.length === 0 ? [] : [field(label, parts.join(', '))];
}
