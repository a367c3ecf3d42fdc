/** All that is known of a row, in a block of lines of the same height for every row. */
import type { PeerSnapshot } from '../../stats/snapshot.js';
import { LINE_TEXT_CHARS, printable, TABLE_NAME_CHARS } from '../ascii.js';
import { formatBytes, formatCount, formatLatency, formatRate, formatUptime } from '../format.js';
import type { Tone } from '../palette.js';
import { peerHost, peerPort, peerProtocol, peerTitle } from '../peer-name.js';
import { cell, cutLine, EMPTY_LINE, type Line, type Span, span, spread } from './line.js';
import type { RateCourse } from './rates.js';
import { type Marks, outline, sparkline } from './spark.js';
import { stateSpan } from './state-text.js';

export interface BlockContext {
  readonly width: number;
  readonly bits: boolean;
  readonly marks: Marks;
}

interface Field {
  readonly label: string;
  /** Usual figures fit in it, so that the fields stay in place. */
  readonly chars: number;
  text(peer: PeerSnapshot, bits: boolean): string;
  tone?(peer: PeerSnapshot): Tone;
}

/** In the order of the original, and then what it does not show. */
const FIELDS: readonly Field[] = [
  { label: 'uptime', chars: 8, text: ({ uptimeMs }) => formatUptime(uptimeMs) },
  { label: '#sent', chars: 9, text: ({ packetsSent }) => formatCount(packetsSent) },
  { label: '#recv', chars: 9, text: ({ packetsReceived }) => formatCount(packetsReceived) },
  { label: 'latnc', chars: 7, text: ({ latency }) => formatLatency(latency.lastNs) },
  { label: 'bndwdth', chars: 11, text: ({ receivedRateBps }, bits) => formatRate(receivedRateBps, bits) },
  { label: 'p-size', chars: 7, text: ({ packetSizeBytes }) => formatBytes(packetSizeBytes) },
  { label: '#delayd', chars: 6, text: ({ delayed }) => formatCount(delayed) },
  {
    label: '#lost',
    chars: 7,
    text: ({ lost }) => formatCount(lost),
    tone: ({ lost }) => (lost !== null && lost > 0 ? 'bad' : 'plain'),
  },
  {
    label: 'retries',
    chars: 5,
    text: ({ retries }) => formatCount(retries),
    tone: ({ retries }) => (retries > 0 ? 'warning' : 'plain'),
  },
  { label: 'p50', chars: 7, text: ({ latency }) => formatLatency(latency.p50Ns) },
  { label: 'p99', chars: 7, text: ({ latency }) => formatLatency(latency.p99Ns) },
  { label: 'loaded p99', chars: 7, text: ({ latencyLoaded }) => formatLatency(latencyLoaded.p99Ns) },
  { label: 'rtt', chars: 7, text: ({ srttNs }) => formatLatency(srttNs) },
  { label: 'cwnd', chars: 7, text: ({ cwndBytes }) => formatBytes(cwndBytes) },
];

const INDENT = '    ';
const FIELD_GAP = '   ';
/** From here on the three charts of a block stand side by side. */
const WIDE_COLUMNS = 108;
const CHART_LABEL_CHARS = 8;
const RATE_CHARS = 12;
/** More would be wider than a small histogram's twelve marks are worth. */
const OUTLINE_MARKS = 12;

/** Lines of a block, the empty one below it included. */
export function blockHeight(width: number): number {
  return 1 + fieldRows(width).length + (width >= WIDE_COLUMNS ? 1 : 3) + 1;
}

export function blockLines(
  peer: PeerSnapshot,
  course: RateCourse,
  isSelected: boolean,
  context: BlockContext,
): Line[] {
  const { width, bits } = context;
  const fields = fieldRows(width).map((row) => fieldLine(row, peer, bits));
  return [titleLine(peer, isSelected, width), ...fields, ...chartLines(peer, course, context), EMPTY_LINE];
}

function titleLine(peer: PeerSnapshot, isSelected: boolean, width: number): Line {
  const direction = peer.role === 'client' ? 'to' : 'from';
  const name = printable(peerTitle(peer), TABLE_NAME_CHARS);
  const address =
    peer.ip === null ? '' : `${printable(`${peerHost(peer)} ${peerPort(peer)}`, LINE_TEXT_CHARS)}  `;
  const monitoring = peer.isMonitored === false ? [span('latency only', 'faint')] : EMPTY_LINE;
  const left = [
    span(isSelected ? ' > ' : '   '),
    span(`${direction} `, 'faint'),
    span(name, isSelected ? 'selected' : 'emphasis'),
    span(`  ${address}${peerProtocol(peer)}  `),
    stateSpan(peer),
  ];
  return spread(left, monitoring, width - 1);
}

/** As many fields a line as find room, the same ones for every peer. */
function fieldRows(width: number): Field[][] {
  const rows: Field[][] = [];
  let left = 0;
  for (const field of FIELDS) {
    const chars = FIELD_GAP.length + field.label.length + 1 + field.chars;
    const row = rows.at(-1);
    if (row !== undefined && left >= chars) row.push(field);
    else {
      rows.push([field]);
      left = width - INDENT.length + FIELD_GAP.length;
    }
    left -= chars;
  }
  return rows;
}

function fieldLine(row: readonly Field[], peer: PeerSnapshot, bits: boolean): Line {
  return row.flatMap((field, index) => [
    span(`${index === 0 ? INDENT : FIELD_GAP}${field.label} `, 'faint'),
    span(cell(field.text(peer, bits), field.chars), field.tone?.(peer) ?? 'plain'),
  ]);
}

function chartLines(peer: PeerSnapshot, course: RateCourse, context: BlockContext): Line[] {
  const { width } = context;
  // Of one scale: a path that is slower one way is seen to be.
  const highest = Math.max(...[...course.up, ...course.down].filter((rate) => rate > 0), 0);
  const chart = (direction: 'up' | 'down', chars: number) =>
    rateChart(
      direction,
      peer[direction].rateBps,
      sparkWith(course[direction], highest, context),
      chars,
      context,
    );
  if (width < WIDE_COLUMNS) {
    const lines = [chart('up', width - 2), chart('down', width - 2), latencyChart(peer, context)];
    return lines.map((line) => cutLine([span(INDENT), ...line], width));
  }
  const chars = Math.floor((width - INDENT.length) / 3);
  return [
    cutLine(
      [span(INDENT), ...chart('up', chars), ...chart('down', chars), ...latencyChart(peer, context)],
      width,
    ),
  ];
}

function sparkWith(
  samples: readonly number[],
  highest: number,
  { marks }: BlockContext,
): (chars: number) => string {
  return (chars) => sparkline(samples, chars, highest, marks);
}

function rateChart(
  label: string,
  rateBps: number | null,
  draw: (chars: number) => string,
  chars: number,
  { bits }: BlockContext,
): Span[] {
  const room = Math.max(0, chars - CHART_LABEL_CHARS - RATE_CHARS - FIELD_GAP.length);
  return [
    span(cell(label, CHART_LABEL_CHARS), 'faint'),
    span(cell(formatRate(rateBps, bits), RATE_CHARS)),
    span(draw(room), 'emphasis'),
    span(FIELD_GAP),
  ];
}

/** The outline between the least and the greatest latency. */
function latencyChart({ latency, latencyShape }: PeerSnapshot, { marks }: BlockContext): Span[] {
  const label = span(cell('latency', CHART_LABEL_CHARS), 'faint');
  if (latency.count === 0 || latencyShape.length === 0) return [label, span('not measured yet', 'faint')];
  return [
    label,
    span(`${formatLatency(latency.minNs)} `),
    span(outline(latencyShape, OUTLINE_MARKS, marks), 'emphasis'),
    span(` ${formatLatency(latency.maxNs)}`),
  ];
}
