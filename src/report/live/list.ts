/** A line a row, for when there are more rows than blocks fit. */
import type { PeerSnapshot } from '../../stats/snapshot.js';
import { printable, TABLE_NAME_CHARS } from '../print/ascii.js';
import { formatCount, formatLatency, formatRate, formatUptime } from '../print/format.js';
import { peerHost, peerPort, peerProtocol, peerTitle } from '../words/peer-name.js';
import { cell, cutLine, type Line, type Span, span } from './line.js';
import { stateSpan } from './state-text.js';

interface Column {
  readonly header: string;
  readonly chars: number;
  readonly align: 'left' | 'right';
  /** 1 stays longest in a narrow terminal. */
  readonly importance: number;
  cell(peer: PeerSnapshot, bits: boolean): Span;
}

const MARKER_CHARS = 3;
const GAP_CHARS = 2;
/** With these, name, state and both rates fit in 60 columns. */
const NAME_CHARS = 16;
const RATE_CHARS = 9;
/** `6.42 Gbit/s` instead of `1.20 GB/s`. */
const MORE_BIT_RATE_CHARS = 2;
/** The least, `retrying in 9 s`; whatever room is left is for the cause of a failure. */
const STATE_CHARS = 15;

const COLUMNS: readonly Column[] = [
  text('name', NAME_CHARS, 1, (peer) => span(printable(peerTitle(peer), TABLE_NAME_CHARS), 'emphasis')),
  text('ip', 15, 7, (peer) => span(peerHost(peer))),
  figure('port', 5, 8, (peer) => peerPort(peer)),
  text('prot', 6, 12, (peer) => span(peerProtocol(peer))),
  text('state', STATE_CHARS, 2, stateSpan),
  figure('uptime', 8, 9, ({ uptimeMs }) => formatUptime(uptimeMs)),
  figure('latnc', 7, 5, ({ latency }) => formatLatency(latency.lastNs)),
  figure('p99', 7, 6, ({ latency }) => formatLatency(latency.p99Ns)),
  figure('up', RATE_CHARS, 3, ({ up }, bits) => formatRate(up.rateBps, bits)),
  figure('down', RATE_CHARS, 4, ({ down }, bits) => formatRate(down.rateBps, bits)),
  figure('#lost', 7, 10, ({ lost }) => formatCount(lost)),
  figure('retries', 7, 11, ({ retries }) => formatCount(retries)),
];

/** The columns that fit, the least important left out first. */
export function listColumns(width: number, bits: boolean): readonly Column[] {
  let kept = bits ? COLUMNS.map(widenRate) : COLUMNS;
  for (let importance = COLUMNS.length; importance > 1 && widthOf(kept) > width; importance--) {
    kept = kept.filter((column) => column.importance < importance);
  }
  const spare = Math.max(0, width - widthOf(kept));
  return kept.map((column) =>
    column.header === 'state' ? { ...column, chars: column.chars + spare } : column,
  );
}

export function headerLine(columns: readonly Column[], width: number): Line {
  const cells = columns.map(({ header, chars, align }) => cell(header, chars, align));
  return cutLine([span(' '.repeat(MARKER_CHARS) + cells.join(' '.repeat(GAP_CHARS)), 'faint')], width);
}

export function rowLine(
  peer: PeerSnapshot,
  columns: readonly Column[],
  { width, bits }: { readonly width: number; readonly bits: boolean },
): Line {
  const cells = columns.flatMap((column) => {
    const { tone, text: words } = column.cell(peer, bits);
    return [span(cell(words, column.chars, column.align), tone), span(' '.repeat(GAP_CHARS))];
  });
  return cutLine([span(' '.repeat(MARKER_CHARS)), ...cells], width);
}

function widenRate(column: Column): Column {
  const isRate = column.header === 'up' || column.header === 'down';
  return isRate ? { ...column, chars: column.chars + MORE_BIT_RATE_CHARS } : column;
}

function widthOf(columns: readonly Column[]): number {
  return columns.reduce((sum, { chars }) => sum + chars + GAP_CHARS, MARKER_CHARS);
}

function text(header: string, chars: number, importance: number, spanOf: Column['cell']): Column {
  return { header, chars, align: 'left', importance, cell: spanOf };
}

function figure(
  header: string,
  chars: number,
  importance: number,
  textOf: (peer: PeerSnapshot, bits: boolean) => string,
): Column {
  return { header, chars, align: 'right', importance, cell: (peer, bits) => span(textOf(peer, bits)) };
}
