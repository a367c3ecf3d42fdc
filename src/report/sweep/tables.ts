/** The tables of a sweep in text: one for each way and direction, and of several ways one in which they stand side by
 *  side. None is wider than 120 columns. */
import type { Curve, SizePoint } from '../../sweep/curve.js';
import type { SweepDirection, Way } from '../../sweep/types.js';
import { formatCount, NOT_MEASURED } from '../format.js';
import type { Paint } from '../palette.js';
import { renderTable, type TableColumn } from '../table.js';
import {
  FIGURE_COLUMNS,
  figureCells,
  goodputCell,
  SIZE_COLUMNS,
  STREAM_SIZE_COLUMNS,
  sizeCells,
  spreadCell,
} from './point-cells.js';
import { percent } from './sizes-text.js';
import { WAY_NAMES } from './words.js';

export interface TableSettings {
  readonly bits: boolean;
  readonly paint: Paint;
}

/** Lines. */
export function curveTable(curve: Curve, { bits, paint }: TableSettings): string[] {
  const isStream = curve.way === 'tcp';
  const sizes = isStream ? STREAM_SIZE_COLUMNS : SIZE_COLUMNS;
  const rows = curve.points.map((point) => [
    ...sizeCells(point).slice(0, sizes.length),
    ...figureCells(point, bits),
  ]);
  const lines = indented(renderTable([...sizes, ...FIGURE_COLUMNS], rows));
  return [
    paint('strong', `${WAY_NAMES[curve.way]} ${directionText(curve.direction)}`),
    ...withMark(lines, curve, paint),
  ];
}

const WAY_COLUMNS: Readonly<Record<Way, readonly string[]>> = {
  'udp-unreliable': ['unreliable', '95 %', 'never'],
  udp: ['reliable', '95 %', 'repaired', 're-sent'],
  tcp: ['tcp', '95 %'],
};

/** The ways of one direction side by side, with what the engine repaired. Lines. */
export function versusTable(
  direction: SweepDirection,
  curves: readonly Curve[],
  settings: TableSettings,
): string[] {
  const { paint } = settings;
  const lead = curves.find(({ way }) => way !== 'tcp') ?? curves[0]!;
  const columns = [
    ...SIZE_COLUMNS.map(({ header }) => header),
    ...curves.flatMap(({ way }) => WAY_COLUMNS[way]),
  ];
  const rows = lead.points.map((point) => [
    ...sizeCells(point),
    ...curves.flatMap(({ way, points }) =>
      wayCells(
        way,
        points.find(({ sizeBytes }) => sizeBytes === point.sizeBytes),
        settings,
      ),
    ),
  ]);
  const all: TableColumn[] = columns.map((header) => ({ header, align: 'right' }));
  return [
    paint('strong', `side by side ${directionText(direction)}`),
    ...withMark(indented(renderTable(all, rows)), lead, paint),
  ];
}

function wayCells(way: Way, point: SizePoint | undefined, { bits }: TableSettings): string[] {
  if (point === undefined) return WAY_COLUMNS[way].map(() => NOT_MEASURED);
  const rate = [goodputCell(point, bits), spreadCell(point.goodput)];
  if (way === 'tcp') return rate;
  if (way === 'udp') return [...rate, formatCount(point.recovered), formatCount(point.resent)];
  return [...rate, point.lostShare === null ? NOT_MEASURED : percent(point.lostShare)];
}

function directionText(direction: SweepDirection): string {
  return direction === 'up' ? 'up (to the peer)' : 'down (from the peer)';
}

/** A line where fragmentation begins, between the rows. The first line is the head. */
function withMark(lines: readonly string[], { points, edgeBytes }: Curve, paint: Paint): string[] {
  const behind = edgeBytes === null ? -1 : points.findIndex(({ sizeBytes }) => sizeBytes > edgeBytes);
  if (behind <= 0 || edgeBytes === null) return [...lines];
  const text = `  -- above ${formatCount(edgeBytes)} bytes of data fragmentation begins `;
  const width = Math.max(...lines.map((line) => line.length));
  return lines.toSpliced(behind + 1, 0, paint('faint', text.padEnd(width, '-')));
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
