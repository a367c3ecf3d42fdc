/** A section's table: the busiest peers, a line for those left out, and the total. */
import type { PeerSnapshot } from '../../stats/snapshot.js';
import { formatTimes } from '../print/format.js';
import type { Paint } from '../print/palette.js';
import { COLUMN_GAP, renderTable } from '../print/table.js';
import {
  chosenColumns,
  HEADERS_BY_IMPORTANCE,
  type PeerColumn,
  type PeerRow,
  peerColumns,
} from './peer-columns.js';
import { busiestPeers, MAX_PEERS_SHOWN } from './rank.js';
import { totalFigures } from './total.js';

const INDENT = '  ';

interface PeerTable {
  readonly lines: readonly string[];
  /** Headers of the columns that found no room. */
  readonly hidden: readonly string[];
}

/** `columns` is the width to fit in, null for as wide as it gets; `chosen` the headers to show whatever their
 *  width, null for those that are of use. */
export function renderPeerTable(
  peers: readonly PeerSnapshot[],
  settings: {
    readonly bits: boolean;
    readonly chosen: readonly string[] | null;
    readonly columns: number | null;
  },
  paint: Paint,
): PeerTable {
  const rows = sectionRows(peers);
  const { bits, chosen } = settings;
  const all = chosen === null ? peerColumns(rows, bits) : chosenColumns(chosen, bits);
  const fitting = chosen === null ? fitColumns(all, rows, settings.columns) : all;
  const lines = paintTable(fitting, rows, paint);
  const shownPeers = rows.filter((row) => row.kind === 'peer').length;
  if (shownPeers < peers.length) lines.splice(1 + shownPeers, 0, restLine(peers, rows));
  // The cause is no loss: the event lines say it in full.
  const missed = all.filter((column) => !fitting.includes(column) && column.header !== 'cause');
  return { lines, hidden: missed.map((column) => column.header) };
}

function sectionRows(peers: readonly PeerSnapshot[]): PeerRow[] {
  const rows: PeerRow[] = busiestPeers(peers, MAX_PEERS_SHOWN).map((peer) => ({
    kind: 'peer',
    peer,
    figures: peer,
  }));
  if (peers.length > 1) rows.push({ kind: 'total', peers, figures: totalFigures(peers) });
  return rows;
}

function restLine(peers: readonly PeerSnapshot[], rows: readonly PeerRow[]): string {
  const shown = new Set(rows.map((row) => (row.kind === 'peer' ? row.peer : null)));
  const rest = peers.filter((peer) => !shown.has(peer));
  const down = rest.filter((peer) => peer.state !== 'connected').length;
  const trouble = down === 0 ? '' : ` (${down} not connected)`;
  return `${INDENT}... and ${formatTimes(rest.length, 'more peer', 'more peers')}${trouble}`;
}

/** The columns that fit, the least important left out first. */
function fitColumns(
  all: readonly PeerColumn[],
  rows: readonly PeerRow[],
  width: number | null,
): readonly PeerColumn[] {
  if (width === null) return all;
  let kept = all;
  for (const last of HEADERS_BY_IMPORTANCE.toReversed()) {
    if (kept.length === 1 || tableWidth(kept, rows) <= width) return kept;
    kept = kept.filter((column) => column.header !== last);
  }
  return kept;
}

function tableWidth(columns: readonly PeerColumn[], rows: readonly PeerRow[]): number {
  const widths = columns.map((column) =>
    Math.max(column.minChars, column.header.length, ...rows.map((row) => column.cell(row).length)),
  );
  const cells = widths.reduce((sum, width) => sum + width, 0);
  return INDENT.length + cells + COLUMN_GAP.length * (columns.length - 1);
}

function paintTable(columns: readonly PeerColumn[], rows: readonly PeerRow[], paint: Paint): string[] {
  const headers = columns.map((column) => ({
    align: column.align,
    header: paint('faint', wideHeader(column)),
  }));
  const cells = rows.map((row) =>
    columns.map((column) => paint(column.tone?.(row) ?? 'plain', column.cell(row))),
  );
  return renderTable(headers, cells).map((line) => INDENT + line);
}

function wideHeader({ header, align, minChars }: PeerColumn): string {
  return align === 'left' ? header.padEnd(minChars) : header.padStart(minChars);
}
