/** All that is known of a row, in a block of lines of the same height for every row. */
import type { Limit, PeerSnapshot } from '../../stats/snapshot.js';
import { LINE_TEXT_CHARS, printable, TABLE_NAME_CHARS } from '../print/ascii.js';
import { formatBytes, formatCount, formatLatency, formatRate, formatUptime } from '../print/format.js';
import type { Tone } from '../print/palette.js';
import { CAUSE_TEXTS } from '../words/limit-texts.js';
import { peerHost, peerPort, peerProtocol, peerTitle } from '../words/peer-name.js';
import { cell, cutLine, EMPTY_LINE, type Line, type Span, span, spread } from './line.js';
import type { RateCourse } from './rates.js';
import { type Marks, outline, sparkline } from './spark.js';
import { stateSpan } from './state-text.js';

export interface BlockContext {
  readonly width: number;
  readonly bits: boolean;
  readonly marks: Marks;
  /** Without what only some systems tell: for screens that have no room for it. */
  readonly isBrief?: boolean;
}

interface Field {
  readonly label: string;
  text(peer: PeerSnapshot, bits: boolean): string;
  tone?(peer: PeerSnapshot): Tone;
}

/** In the order of the original, and then what it does not show. */
const BRIEF_FIELDS: readonly Field[] = [
  { label: 'uptime', text: ({ uptimeMs }) => formatUptime(uptimeMs) },
  { label: '#sent', text: ({ packetsSent }) => formatCount(packetsSent) },
  { label: '#recv', text: ({ packetsReceived }) => formatCount(packetsReceived) },
  { label: 'latnc', text: ({ latency }) => formatLatency(latency.lastNs) },
  { label: 'bndwdth', text: ({ receivedRateBps }, bits) => formatRate(receivedRateBps, bits) },
  { label: 'p-size', text: ({ packetSizeBytes }) => formatBytes(packetSizeBytes) },
  { label: '#delayd', text: ({ delayed }) => formatCount(delayed) },
  { label: '#lost', text: ({ lost }) => formatCount(lost), tone: ({ lost }) => toneOf(lost, 'bad') },
  {
    label: 'retries',
    text: ({ retries }) => formatCount(retries),
    tone: ({ retries }) => toneOf(retries, 'warning'),
  },
  { label: 'p50', text: ({ latency }) => formatLatency(latency.p50Ns) },
  { label: 'p99', text: ({ latency }) => formatLatency(latency.p99Ns) },
  { label: 'p99load', text: ({ latencyLoaded }) => formatLatency(latencyLoaded.p99Ns) },
  // Over TCP the kernel's, over UDP our own engine's where it has them.
  { label: 'rtt', text: ({ srttNs, kernel: { tcp } }) => orNa(srttNs ?? nanos(tcp?.rttUs), formatLatency) },
  { label: 'rttvar', text: ({ kernel: { tcp } }) => orNa(nanos(tcp?.rttVarUs), formatLatency) },
  { label: 'cwnd', text: ({ cwndBytes, kernel: { tcp } }) => orNa(cwndBytes ?? tcp?.cwndBytes, formatBytes) },
];

/** What a brief block leaves out. */
const MORE_FIELDS: readonly Field[] = [
  { label: '#resent', text: ({ resent, kernel: { tcp } }) => orNa(resent ?? tcp?.retransmits, formatCount) },
  {
    label: 'pacing',
    text: ({ kernel: { tcp } }, bits) => orNa(tcp?.pacingRateBps, (bps) => formatRate(bps, bits)),
  },
  {
    label: 'delivry',
    text: ({ kernel: { tcp } }, bits) => orNa(tcp?.deliveryRateBps, (bps) => formatRate(bps, bits)),
  },
  { label: 'pathmtu', text: ({ kernel }) => orNa(kernel.pathMtuBytes, formatCount) },
  {
    label: '#rxdrop',
    text: ({ kernel }) => orNa(kernel.queueDrops, formatCount),
    tone: ({ kernel }) => toneOf(kernel.queueDrops, 'bad'),
  },
];

const ALL_FIELDS = [...BRIEF_FIELDS, ...MORE_FIELDS];

const NOT_TOLD = 'n/a';

const LABEL_CHARS = 7;
/** `1,234,567`, `1.20 GB/s`; the other for `6.42 Gbit/s`. */
const VALUE_CHARS = 9;
const BIT_VALUE_CHARS = 11;
const INDENT = '    ';
const FIELD_GAP = '  ';
/** From here on the three charts of a block stand side by side. */
const WIDE_COLUMNS = 108;
const CHART_LABEL_CHARS = 8;
const RATE_CHARS = 12;
/** More would be wider than a small histogram's twelve marks are worth. */
const OUTLINE_MARKS = 12;

/** Lines of a block, the empty one below it included. */
export function blockHeight(context: BlockContext): number {
  return 1 + fieldRows(context).length + (context.width >= WIDE_COLUMNS ? 1 : 3) + 1 + 1;
}

export function blockLines(
  peer: PeerSnapshot,
  course: RateCourse,
  isSelected: boolean,
  context: BlockContext,
): Line[] {
  const { width, bits } = context;
  const fields = fieldRows(context).map((row) => fieldLine(row, peer, bits));
  return [
    titleLine(peer, isSelected, width),
    ...fields,
    ...chartLines(peer, course, context),
    limitLine(peer, width),
    EMPTY_LINE,
  ];
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

/** What held the rates back in the last interval, as far as the figures tell. */
function limitLine({ up, down }: PeerSnapshot, width: number): Line {
  const texts = [`up ${limitText(up.limit)}`, `down ${limitText(down.limit)}`];
  const label = span(`${INDENT}${cell('limit', CHART_LABEL_CHARS)}`, 'faint');
  return cutLine([label, span(texts.join(', '))], width);
}

function limitText(limit: Limit | null): string {
  return limit === null ? '-' : CAUSE_TEXTS[limit.cause];
}

function nanos(us: number | null | undefined): number | null {
  return us === null || us === undefined ? null : us * 1000;
}

/** What the system, or this kind of socket, does not tell. */
function orNa(figure: number | null | undefined, format: (figure: number) => string): string {
  return figure === null || figure === undefined ? NOT_TOLD : format(figure);
}

function toneOf(count: number | null, tone: Tone): Tone {
  return count !== null && count > 0 ? tone : 'plain';
}

/** As many fields a line as find room, each below another, and the same ones for every peer. */
function fieldRows({ width, bits, isBrief = false }: BlockContext): Field[][] {
  const fields = isBrief ? BRIEF_FIELDS : ALL_FIELDS;
  const fieldChars = LABEL_CHARS + 1 + valueChars(bits) + FIELD_GAP.length;
  const perRow = Math.max(1, Math.floor((width - INDENT.length + FIELD_GAP.length) / fieldChars));
  const rowCount = Math.ceil(fields.length / perRow);
  return Array.from({ length: rowCount }, (_, row) => fields.slice(row * perRow, (row + 1) * perRow));
}

function fieldLine(row: readonly Field[], peer: PeerSnapshot, bits: boolean): Line {
  return row.flatMap((field, index) => [
    span(`${index === 0 ? INDENT : FIELD_GAP}${cell(field.label, LABEL_CHARS)} `, 'faint'),
    span(cell(field.text(peer, bits), valueChars(bits), 'right'), field.tone?.(peer) ?? 'plain'),
  ]);
}

function valueChars(bits: boolean): number {
  return bits ? BIT_VALUE_CHARS : VALUE_CHARS;
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
function latencyChart(peer: PeerSnapshot, { marks }: BlockContext): Span[] {
  const { latency } = peer;
  const label = span(cell('latency', CHART_LABEL_CHARS), 'faint');
  const shape = latency.count === 0 ? [] : peer.latencyShape();
  if (shape.length === 0) return [label, span('not measured yet', 'faint')];
  return [
    label,
    span(`${formatLatency(latency.minNs)} `),
    span(outline(shape, OUTLINE_MARKS, marks), 'emphasis'),
    span(` ${formatLatency(latency.maxNs)}`),
  ];
}
