/** One peer's block of the summary, and the block of a section's total. */
import type { Role } from '../../control/events.js';
import type { DirectionSummary, LatencySummary, PeerSnapshot } from '../../stats/snapshot.js';
import { printable } from '../print/ascii.js';
import {
  formatBytes,
  formatCount,
  formatLatency,
  formatRate,
  formatSpan,
  formatTimes,
  formatUptime,
} from '../print/format.js';
import type { Paint, Tone } from '../print/palette.js';
import type { TargetHistory } from '../rows/history.js';
import { type PeerFigures, totalFigures } from '../rows/total.js';
import { formatAddress, peerProtocol, peerTitle } from '../words/peer-name.js';
import { field } from './field.js';
import { kernelLines, limitLines } from './kernel.js';
import { pathLines, roundTripLines } from './path.js';

/** Leaves room for an IPv6 address with its zone and the state on one line of 80. */
const TITLE_CHARS = 25;
const ADDRESS_CHARS = 28;

/** See summary-field.ts for what they add up to. */
const LATENCY_CHARS = 15;
const RATE_CHARS = 18;

export function peerBlock(
  peer: PeerSnapshot,
  history: Readonly<TargetHistory> | null,
  bits: boolean,
  paint: Paint,
): string[] {
  return [
    titleLine(peer, history, paint),
    field('connections', upText(peer.role, peer)),
    ...outageLines(peer, history),
    ...figureLines(peer, peer, bits),
  ];
}

export function totalBlock(peers: readonly PeerSnapshot[], bits: boolean, paint: Paint): string[] {
  const figures = totalFigures(peers);
  return [
    `  ${paint('strong', `total of ${formatTimes(peers.length, 'peer')}`)}`,
    field('connections', upText(peers[0]?.role ?? 'client', figures)),
    ...figureLines(figures, null, bits),
  ];
}

function titleLine(peer: PeerSnapshot, history: Readonly<TargetHistory> | null, paint: Paint): string {
  const title = paint('emphasis', printable(peerTitle(peer), TITLE_CHARS));
  const { text, tone } = stateText(peer, history);
  return `  ${[title, addressText(peer), peerProtocol(peer), paint(tone, text)].filter(Boolean).join('  ')}`;
}

function addressText({ ip, port }: PeerSnapshot): string {
  if (ip === null) return '';
  return printable(port === null ? ip : formatAddress({ ip, port }), ADDRESS_CHARS);
}

function stateText(
  peer: PeerSnapshot,
  history: Readonly<TargetHistory> | null,
): { readonly text: string; readonly tone: Tone } {
  if (peer.uptimeMs !== null) return { text: `up ${formatUptime(peer.uptimeMs)}`, tone: 'good' };
  const never = peer.role === 'client' && history !== null && history.connections === 0;
  if (never) return { text: 'never connected', tone: 'bad' };
  return { text: peer.state, tone: peer.state === 'retrying' ? 'bad' : 'plain' };
}

/** Only a client wants a number of connections and tries again. */
function upText(role: Role, { connectionsUp, connectionsWanted, retries }: PeerFigures): string {
  if (role === 'listener') return `${formatCount(connectionsUp)} up at the end`;
  const up = `${formatCount(connectionsUp)} of ${formatCount(connectionsWanted)} up at the end`;
  return `${up}, ${formatTimes(retries, 'retry', 'retries')}`;
}

/** A listener's history is that of all its peers together: it says nothing about this one. */
function outageLines({ role }: PeerSnapshot, history: Readonly<TargetHistory> | null): string[] {
  if (role === 'listener' || history === null || history.outages === 0) return [];
  const all = `${formatCount(history.outages)}: ${formatSpan(history.outageMs)}`;
  const longest = ` in all, the longest ${formatSpan(history.longestOutageMs)}`;
  return [field('outages', history.outages === 1 ? all : `${all}${longest}`)];
}

/** @param peer null for a total, which is of no one path */
function figureLines(figures: PeerFigures, peer: PeerSnapshot | null, bits: boolean): string[] {
  const { latency, latencyLoaded, owd, kernel, up, down } = figures;
  return [
    ...(latency.count === 0 && latencyLoaded.count === 0 ? [field('latency', 'not measured')] : []),
    ...latencyLines('latency', latency),
    ...latencyLines('  under load', latencyLoaded),
    ...directionLines('up', up, bits),
    ...limitLines('  limit', up.limit),
    ...pathLines('up', up, peer?.role === 'listener' ? owd : null, bits),
    ...directionLines('down', down, bits),
    ...limitLines('  limit', down.limit),
    ...pathLines('down', down, peer?.role === 'client' ? owd : null, bits),
    ...roundTripLines(figures),
    ...kernelLines(kernel, peer?.protocol ?? null, latency, bits),
    field(
      'packets',
      `${formatCount(figures.packetsSent)} sent, ${formatCount(figures.packetsReceived)} received`,
    ),
  ];
}

function latencyLines(label: string, latency: LatencySummary): string[] {
  if (latency.count === 0) return [];
  const figures = [
    ...latencyFigure('min', latency.minNs),
    ...latencyFigure('mean', latency.meanNs),
    ...latencyFigure('p50', latency.p50Ns),
    ...latencyFigure('p90', latency.p90Ns),
    ...latencyFigure('p99', latency.p99Ns),
    ...latencyFigure('p99.9', latency.p999Ns),
    ...latencyFigure('max', latency.maxNs),
    `count ${formatCount(latency.count)}`,
  ];
  return [field(label, figures.map((text) => text.padEnd(LATENCY_CHARS)).join(''))];
}

/** Nothing where there is no figure: a total has no percentiles. */
function latencyFigure(label: string, latencyNs: number | null): string[] {
  return latencyNs === null ? [] : [`${label} ${formatLatency(latencyNs)}`];
}

function directionLines(label: string, direction: DirectionSummary, bits: boolean): string[] {
  if (direction.phases === 0 && direction.rateBps === null) return [];
  const mean = `mean ${formatRate(direction.meanRateBps, bits)}`.padEnd(RATE_CHARS);
  const last = `last ${formatRate(direction.rateBps, bits)}`.padEnd(RATE_CHARS);
  const moved = `${formatBytes(direction.bytes)} in ${formatTimes(direction.phases, 'phase')}`;
  return [field(label, `${mean}${last}${moved}`)];
}
