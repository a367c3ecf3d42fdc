/** The columns of the peer tables: the original's, and what it does not show. */
import type { PeerSnapshot } from '../stats/snapshot.js';
import { LINE_TEXT_CHARS, printable, TABLE_NAME_CHARS } from './ascii.js';
import { formatBytes, formatCount, formatLatency, formatRate, formatUptime } from './format.js';
import type { Tone } from './palette.js';
import { peerHost, peerPort, peerTitle } from './peer-name.js';
import type { TableColumn } from './table.js';
import type { PeerFigures } from './total.js';

/** A row is a peer, or the total of a section. */
export type PeerRow =
  | { readonly kind: 'peer'; readonly peer: PeerSnapshot; readonly figures: PeerFigures }
  | { readonly kind: 'total'; readonly peers: readonly PeerSnapshot[]; readonly figures: PeerFigures };

export interface PeerColumn extends TableColumn {
  /** Where a terminal is too narrow, the columns with the lowest number go first. */
  readonly importance: number;
  cell(row: PeerRow): string;
  tone?(row: PeerRow): Tone;
}

/** The last cause fits behind the figures only when it is short; the event line has all of it. */
const CAUSE_CHARS = 48;

/** The columns that `rows` have something for, in the order of the screen. */
export function peerColumns(rows: readonly PeerRow[], bits: boolean): PeerColumn[] {
  const columns = [...identityColumns(), ...progressColumns(), ...figureColumns(bits), ...troubleColumns()];
  const several = rows.some(({ figures }) => figures.connectionsWanted > 1 || figures.connectionsUp > 1);
  const troubled = rows.some((row) => row.kind === 'peer' && row.peer.stateText !== null);
  return columns.filter(({ header }) => (header !== 'conns' || several) && (header !== 'cause' || troubled));
}

function identityColumns(): PeerColumn[] {
  return [
    {
      header: 'name',
      align: 'left',
      importance: 20,
      cell: (row) => (row.kind === 'total' ? 'total' : printable(peerTitle(row.peer), TABLE_NAME_CHARS)),
      tone: (row) => (row.kind === 'total' ? 'strong' : 'emphasis'),
    },
    left('ip', 12, (peer) => printable(peerHost(peer), LINE_TEXT_CHARS)),
    right('port', 11, (peer) => peerPort(peer)),
    left('prot', 2, (peer) => peer.protocol),
    { header: 'state', align: 'left', importance: 19, cell: stateCell, tone: stateTone },
  ];
}

function progressColumns(): PeerColumn[] {
  return [
    figure('conns', 14, connectionsCell),
    right('uptime', 13, (peer) => formatUptime(peer.uptimeMs)),
    figure('#sent', 8, ({ packetsSent }) => formatCount(packetsSent)),
    figure('#recv', 7, ({ packetsReceived }) => formatCount(packetsReceived)),
  ];
}

function figureColumns(bits: boolean): PeerColumn[] {
  return [
    figure('latnc', 18, ({ latency }) => formatLatency(latency.lastNs)),
    figure('p50', 10, ({ latency }) => formatLatency(latency.p50Ns)),
    figure('p99', 15, ({ latency }) => formatLatency(latency.p99Ns)),
    figure('max', 9, ({ latency }) => formatLatency(latency.maxNs)),
    figure('bndwdth', 5, ({ receivedRateBps }) => formatRate(receivedRateBps, bits)),
    figure('up', 17, ({ up }) => formatRate(up.rateBps, bits)),
    figure('down', 16, ({ down }) => formatRate(down.rateBps, bits)),
    right('p-size', 3, (peer) => formatBytes(peer.packetSizeBytes)),
  ];
}

function troubleColumns(): PeerColumn[] {
  return [
    figure('#delayd', 1, ({ delayed }) => formatCount(delayed)),
    figure('#lost', 4, ({ lost }) => formatCount(lost), lostTone),
    figure('retries', 6, ({ retries }) => formatCount(retries), retriesTone),
    {
      ...left('cause', 0, (peer) => (peer.stateText === null ? '' : printable(peer.stateText, CAUSE_CHARS))),
      tone: () => 'bad',
    },
  ];
}

function left(header: string, importance: number, text: (peer: PeerSnapshot) => string): PeerColumn {
  return { header, align: 'left', importance, cell: (row) => (row.kind === 'total' ? '' : text(row.peer)) };
}

/** Of one peer only: a total has none, and leaves the cell empty. */
function right(header: string, importance: number, text: (peer: PeerSnapshot) => string): PeerColumn {
  return { ...left(header, importance, text), align: 'right' };
}

function figure(
  header: string,
  importance: number,
  text: (figures: PeerFigures) => string,
  tone: (figures: PeerFigures) => Tone = () => 'plain',
): PeerColumn {
  return {
    header,
    align: 'right',
    importance,
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

function lostTone({ lost }: PeerFigures): Tone {
  return lost !== null && lost > 0 ? 'bad' : 'plain';
}

function retriesTone({ retries }: PeerFigures): Tone {
  return retries > 0 ? 'warning' : 'plain';
}
