/** The tables of a sweep in text: one for each way and direction, and of several ways one in which they stand side by
 *  side. */
import type { Curve } from '../../sweep/curve.js';
import type { SweepDirection } from '../../sweep/types.js';
import { formatCount } from '../print/format.js';
import type { Paint } from '../print/palette.js';
import { figureColumns, renderPoints, SIZE_COLUMNS, wayColumns } from './point-columns.js';
import { WAY_NAMES } from './words.js';

export interface TableSettings {
  readonly bits: boolean;
  readonly paint: Paint;
  /** The widest that a line may be. */
  readonly columns: number;
}

export interface SweepTable {
  readonly lines: readonly string[];
  /** Headers of columns that found no room. */
  readonly omitted: readonly string[];
}

const INDENT = '  ';

export function curveTable(curve: Curve, settings: TableSettings): SweepTable {
  const { way, direction, points } = curve;
  const columns = [...SIZE_COLUMNS, ...figureColumns(settings.bits)].filter(
    ({ isUdp }) => way !== 'tcp' || !isUdp,
  );
  const rows = points.map((point) => () => point);
  const table = renderPoints(columns, rows, settings.columns - INDENT.length);
  return framed(`${WAY_NAMES[way]} ${directionText(direction)}`, table, curve, settings.paint);
}

/** The ways of one direction, with what the engine repaired. */
export function versusTable(
  direction: SweepDirection,
  curves: readonly Curve[],
  settings: TableSettings,
): SweepTable {
  const lead = curves.find(({ way }) => way !== 'tcp') ?? curves[0]!;
  const groups = curves.map((curve) => ({ curve, columns: wayColumns(curve.way, settings.bits) }));
  const columns = [...SIZE_COLUMNS, ...groups.flatMap((group) => group.columns)];
  const rows = lead.points.map((point) => (column: (typeof columns)[number]) => {
    const group = groups.find((one) => one.columns.includes(column));
    if (group === undefined) return point;
    return group.curve.points.find(({ sizeBytes }) => sizeBytes === point.sizeBytes);
  });
  const table = renderPoints(columns, rows, settings.columns - INDENT.length);
  return framed(`side by side ${directionText(direction)}`, table, lead, settings.paint);
}

function directionText(direction: SweepDirection): string {
  return direction === 'up' ? 'up (to the peer)' : 'down (from the peer)';
}

function framed(title: string, { lines, omitted }: SweepTable, curve: Curve, paint: Paint): SweepTable {
  const indented = lines.map((line) => INDENT + line);
  return { lines: [paint('strong', title), ...withMark(indented, curve, paint)], omitted };
}

/** A line between the rows where datagrams outgrow the path MTU: from there on they are fragmented, or vanish where
 *  our system believes in a larger one. The first line is the head. */
function withMark(lines: readonly string[], { points, edgeBytes }: Curve, paint: Paint): readonly string[] {
  const behind = edgeBytes === null ? -1 : points.findIndex(({ sizeBytes }) => sizeBytes > edgeBytes);
  if (behind <= 0 || edgeBytes === null) return lines;
  const width = Math.max(...lines.map((line) => line.length));
  const text = `${INDENT}-- above ${formatCount(edgeBytes)} bytes a datagram takes more than one packet `;
  return lines.toSpliced(behind + 1, 0, paint('faint', text.padEnd(width, '-').slice(0, width)));
}
