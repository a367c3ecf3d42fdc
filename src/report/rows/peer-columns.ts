/** The columns of the peer tables: the original's, and what it does not show. */
import type { PeerSnapshot } from '../../stats/snapshot.js';
import { LINE_TEXT_CHARS, printable, TABLE_NAME_CHARS } from '../print/ascii.js';
import { formatBytes, formatCount, formatLatency, formatRate, formatUptime } from '../print/format.js';
import type { Tone } from '../print/palette.js';
import type { TableColumn } from '../print/table.js';
import { peerHost, peerPort, peerProtocol, peerTitle } from '../words/peer-name.js';
import type { PeerFigures } from './total.js';

/** What a reader misses most comes first: where a terminal is too narrow, the last ones go. */
export const HEADERS_BY_IMPORTANCE = [
  'name',
  'state',
  'latnc',
  'up',
  'down',
  'p99',
  'conns',
  'uptime',
  'ip',
  'port',
  'p50',
  'max',
  '#sent',
  '#recv',
  'retries',
  'bndwdth',
  '#lost',
  '#resent',
  'p-size',
  'prot',
  '#reord',
  '#delayd',
  'limit',
  'cause',
] as const;

type PeerHeader = (typeof HEADERS_BY_IMPORTANCE)[number];

/** A row is a peer, or the total of a section. */
export type PeerRow =
  | { readonly kind: 'peer'; readonly peer: PeerSnapshot; readonly figures: PeerFigures }
  | { readonly kind: 'total'; readonly peers: readonly PeerSnapshot[]; readonly figures: PeerFigures };

export interface PeerColumn extends TableColumn {
  readonly header: PeerHeader;
  /** Usual figures fit in it, so that the columns stay in place from one table to the next. */
  readonly minChars: number;
  cell(row: PeerRow): string;
  tone?(row: PeerRow): Tone;
}

/** The last cause fits behind the figures only when it is short; the event line has all of it. */
const CAUSE_CHARS = 48;

/** Widths of usual cells: `192.168.100.200`, `connected`, `1,234,567`, `23.4 us`, `1.20 GB/s`,
 *  `6.42 Gbit/s`; SHORT for clocks, packet sizes and counts that stay small. */
const NAME_CHARS = 12;
const IP_CHARS = 15;
const PORT_CHARS = 5;
const PROTOCOL_CHARS = 6;
const STATE_CHARS = 9;
const COUNT_CHARS = 9;
const LATENCY_CHARS = 7;
const RATE_CHARS = 9;
const BIT_RATE_CHARS = 11;
const SHORT_CHARS = 7;
/** `up window`: causes seldom change within a run. */
const LIMIT_CHARS = 9;

/** The columns that `rows` have something for, in the order of the screen. */
export function peerColumns(rows: readonly PeerRow[], bits: boolean): PeerColumn[] {
  const columns = allColumns(bits);
  const several = rows.some(({ figures }) => figures.connectionsWanted > 1 || figures.connectionsUp > 1);
  const troubled = rows.some((row) => row.kind === 'peer' && row.peer.stateText !== null);
  const hidden = new Set<PeerHeader>();
  if (!several) hidden.add('conns');
  if (!troubled) hidden.add('cause');
  // The original has no such columns: they come with the first peer that has something for them.
  if (rows.every(({ figures }) => figures.resent === null)) hidden.add('#resent');
  if (rows.every(({ figures }) => figures.reordered === null)) hidden.add('#reord');
  if (rows.every(({ figures }) => limitCell(figures) === '')) hidden.add('limit');
  return columns.filter(({ header }) => !hidden.has(header));
}

/** The columns with these headers, in this order. */
export function chosenColumns(headers: readonly string[], bits: boolean): PeerColumn[] {
  const columns = allColumns(bits);
  return headers.flatMap((header) => columns.find((column) => column.header === header) ?? []);
}

function allColumns(bits: boolean): PeerColumn[] {
  return [...identityColumns(), ...progressColumns(), ...figureColumns(bits), ...troubleColumns()];
}

function identityColumns(): PeerColumn[] {
  return [
    {
      header: 'name',
      align: 'left',
      minChars: NAME_CHARS,
      cell: (row) => (row.kind === 'total' ? 'total' : printable(peerTitle(row.peer), TABLE_NAME_CHARS)),
      tone: (row) => (row.kind === 'total' ? 'strong' : 'emphasis'),
    },
    left('ip', IP_CHARS, (peer) => printable(peerHost(peer), LINE_TEXT_CHARS)),
    right('port', PORT_CHARS, (peer) => peerPort(peer)),
    left('prot', PROTOCOL_CHARS, peerProtocol),
    { header: 'state', align: 'left', minChars: STATE_CHARS, cell: stateCell, tone: stateTone },
  ];
}

function progressColumns(): PeerColumn[] {
  return [
    figure('conns', SHORT_CHARS, connectionsCell),
    right('uptime', SHORT_CHARS, (peer) => formatUptime(peer.uptimeMs)),
    figure('#sent', COUNT_CHARS, ({ packetsSent }) => formatCount(packetsSent)),
    figure('#recv', COUNT_CHARS, ({ packetsReceived }) => formatCount(packetsReceived)),
  ];
}

function figureColumns(bits: boolean): PeerColumn[] {
  const rateChars = bits ? BIT_RATE_CHARS : RATE_CHARS;
  return [
    figure('latnc', LATENCY_CHARS, ({ latency }) => formatLatency(latency.lastNs)),
    figure('p50', LATENCY_CHARS, ({ latency }) => formatLatency(latency.p50Ns)),
    figure('p99', LATENCY_CHARS, ({ latency }) => formatLatency(latency.p99Ns)),
    figure('max', LATENCY_CHARS, ({ latency }) => formatLatency(latency.maxNs)),
    figure('bndwdth', rateChars, ({ receivedRateBps }) => formatRate(receivedRateBps, bits)),
    figure('up', rateChars, ({ up }) => formatRate(up.rateBps, bits)),
    figure('down', rateChars, ({ down }) => formatRate(down.rateBps, bits)),
    { ...figure('limit', LIMIT_CHARS, limitCell), align: 'left' },
    right('p-size', SHORT_CHARS, (peer) => formatBytes(peer.packetSizeBytes)),
  ];
}

function troubleColumns(): PeerColumn[] {
  return [
    figure('#delayd', SHORT_CHARS, ({ delayed }) => formatCount(delayed)),
    figure('#lost', SHORT_CHARS, ({ lost }) => formatCount(lost), lostTone),
    figure('#resent', SHORT_CHARS, ({ resent }) => formatCount(resent)),
    figure('#reord', SHORT_CHARS, ({ reordered }) => formatCount(reordered)),
    figure('retries', SHORT_CHARS, ({ retries }) => formatCount(retries), retriesTone),
    {
      ...left('cause', 0, (peer) => (peer.stateText === null ? '' : printable(peer.stateText, CAUSE_CHARS))),
      tone: () => 'bad',
    },
  ];
}

function left(header: PeerHeader, minChars: number, text: (peer: PeerSnapshot) => string): PeerColumn {
  return { header, align: 'left', minChars, cell: (row) => (row.kind === 'total' ? '' : text(row.peer)) };
}

/** Of one peer only: a total has none, and leaves the cell empty. */
function right(header: PeerHeader, minChars: number, text: (peer: PeerSnapshot) => string): PeerColumn {
  return { ...left(header, minChars, text), align: 'right' };
}

function figure(
  header: PeerHeader,
  minChars: number,
  text: (figures: PeerFigures) => string,
  tone: (figures: PeerFigures) => Tone = () => 'plain',
): PeerColumn {
  return {
    header,
    align: 'right',
    minChars,
    cell: ({ figures }) => text(figures),
    tone: ({ figures }) => tone(figures),
  };
}

function stateCell(row: PeerRow): string {
  if (row.kind === 'peer') return row.peer.state;
  const connected = row.peers.filter((peer) => peer.state === 'connected').length;
  return `${connected}/${row.peers.length} up`;
}

function stateTone(row: PeerRow): Tone {
  if (row.kind === 'total') return 'plain';
  const tones = { connecting: 'warning', connected: 'good', retrying: 'bad', ended: 'faint' } as const;
  return tones[row.peer.state];
}

function connectionsCell({ connectionsUp, connectionsWanted }: PeerFigures): string {
  if (connectionsUp === connectionsWanted) return formatCount(connectionsUp);
  return `${formatCount(connectionsUp)}/${formatCount(connectionsWanted)}`;
}

/** What held back each direction since the last table; the summary has the evidence. */
function limitCell({ up, down }: PeerFigures): string {
  if (up.limit !== null && up.limit.cause === down.limit?.cause) return up.limit.cause;
  const parts = [
    ...(up.limit === null ? [] : [`up ${up.limit.cause}`]),
    ...(down.limit === null ? [] : [`down ${down.limit.cause}`]),
  ];
  return parts.join(', ');
}

function lostTone({ lost }: PeerFigures): Tone {
  return lost !== null && lost > 0 ? 'bad' : 'plain';
}

function retriesTone({ retries }: PeerFigures): Tone {
  return retries > 0 ? 'warning' : 'plain';
}
