/** A section's table: the busiest peers, a line for those left out, and the total. */
import type { PeerSnapshot } from '../stats/snapshot.js';
import { formatTimes } from './format.js';
import type { Paint } from './palette.js';
import { type PeerColumn, type PeerRow, peerColumns } from './peer-columns.js';
import { busiestPeers, MAX_PEERS_SHOWN } from './rank.js';
import { COLUMN_GAP, renderTable } from './table.js';
import { totalFigures } from './total.js';

const INDENT = '  ';

export interface PeerTable {
  readonly lines: readonly string[];
  /** Headers of the columns that found no room. */
  readonly hidden: readonly string[];
}

/** `columns` is the width to fit in, null for as wide as it gets. */
export function renderPeerTable(
  peers: readonly PeerSnapshot[],
  settings: { readonly bits: boolean; readonly columns: number | null },
  paint: Paint,
): PeerTable {
  const rows = sectionRows(peers);
  const all = peerColumns(rows, settings.bits);
  const fitting = fitColumns(all, rows, settings.columns);
  const lines = paintTable(fitting, rows, paint);
  const shownPeers = rows.filter((row) => row.kind === 'peer').length;
  if (shownPeers < peers.length) lines.splice(1 + shownPeers, 0, restLine(peers, rows));
  return {
    lines,
    hidden: all.filter((column) => !fitting.includes(column)).map((column) => column.header),
  };
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
): PeerColumn[] {
  const kept = [...all];
  if (width === null) return kept;
  while (kept.length > 1 && tableWidth(kept, rows) > width) {
    const lowest = Math.min(...kept.map((column) => column.importance));
    kept.splice(
      kept.findIndex((column) => column.importance === lowest),
      1,
    );
  }
  return kept;
}

function tableWidth(columns: readonly PeerColumn[], rows: readonly PeerRow[]): number {
  const widths = columns.map((column) =>
    Math.max(column.header.length, ...rows.map((row) => column.cell(row).length)),
  );
  const cells = widths.reduce((sum, width) => sum + width, 0);
  return INDENT.length + cells + COLUMN_GAP.length * (columns.length - 1);
}

function paintTable(columns: readonly PeerColumn[], rows: readonly PeerRow[], paint: Paint): string[] {
  const headers = columns.map((column) => ({ ...column, header: paint('faint', column.header) }));
  const cells = rows.map((row) =>
    columns.map((column) => paint(column.tone?.(row) ?? 'plain', column.cell(row))),
  );
  return renderTable(headers, cells).map((line) => INDENT + line);
}
