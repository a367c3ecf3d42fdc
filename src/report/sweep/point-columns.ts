/** The columns of a sweep's tables: each shows one figure of a size. */
import type { SizePoint } from '../../sweep/curve.js';
import type { Interval } from '../../sweep/interval.js';
import type { Way } from '../../sweep/types.js';
import { printable } from '../print/ascii.js';
import { formatCount, formatLatency, formatRate, NOT_MEASURED } from '../print/format.js';
import { renderTable } from '../print/table.js';
import { percent } from './sizes-text.js';

export interface PointColumn {
  readonly header: string;
  /** Where there is no room for all, those with the largest go first; those with 0 stay. */
  readonly dispensable: number;
  /** Of datagrams only: over TCP there is no such figure. */
  readonly isUdp: boolean;
  cell(point: SizePoint): string;
}

/** As wide as the rates beside it. */
const CODE_CHARS = 12;

type Cell = PointColumn['cell'];

const always = (header: string, cell: Cell): PointColumn => ({ header, dispensable: 0, isUdp: false, cell });
const maybe = (header: string, dispensable: number, cell: Cell): PointColumn => ({
  header,
  dispensable,
  isUdp: false,
  cell,
});
const udp = (header: string, dispensable: number, cell: Cell): PointColumn => ({
  header,
  dispensable,
  isUdp: true,
  cell,
});

export const SIZE_COLUMNS: readonly PointColumn[] = [
  always('data', ({ sizeBytes }) => formatCount(sizeBytes)),
  udp('udp', 9, ({ datagramBytes }) => formatCount(datagramBytes)),
  udp('ip', 3, ({ packetBytes }) => formatCount(packetBytes)),
  udp('frag', 0, ({ fragments }) => formatCount(fragments)),
];

/** All figures of a size, measured in one way. */
export function figureColumns(bits: boolean): PointColumn[] {
  return [
    ...rateColumns('goodput', 1, bits),
    maybe('pkt/s', 7, ({ packetsPerS }) => formatCount(packetsPerS)),
    udp('lost', 2, ({ lostShare }) => shareCell(lostShare)),
    udp('never', 5, ({ residual }) => formatCount(residual)),
    maybe('idle', 6, ({ idle }) => formatLatency(idle?.p50Ns ?? null)),
    maybe('p99', 6, ({ idle }) => formatLatency(idle?.p99Ns ?? null)),
    maybe('load', 4, ({ loaded }) => formatLatency(loaded?.p50Ns ?? null)),
    maybe('p99', 4, ({ loaded }) => formatLatency(loaded?.p99Ns ?? null)),
    maybe('cpu', 8, ({ cpuShare }) => shareCell(cpuShare)),
  ];
}

/** Of one way beside others: its goodput, and what that cost. */
export function wayColumns(way: Way, bits: boolean): PointColumn[] {
  switch (way) {
    case 'udp-unreliable':
      return [...rateColumns('unreliable', 8, bits), udp('lost', 2, ({ lostShare }) => shareCell(lostShare))];
    case 'udp':
      return [
        ...rateColumns('reliable', 8, bits),
        udp('repaired', 1, ({ recovered }) => formatCount(recovered)),
        udp('re-sent', 7, ({ resent }) => formatCount(resent)),
      ];
    case 'tcp':
      return rateColumns('tcp', 8, bits);
  }
}

/** Lines, the head first, and the headers of what found no room in `maxColumns`. Each row has a column's own point. */
export function renderPoints(
  columns: readonly PointColumn[],
  rows: readonly ((column: PointColumn) => SizePoint | undefined)[],
  maxColumns: number,
): { readonly lines: readonly string[]; readonly omitted: readonly string[] } {
  let shown = columns;
  for (;;) {
    const lines = renderTable(
      shown.map(({ header }) => ({ header, align: 'right' })),
      rows.map((pointOf) => shown.map((column) => cellOf(column, pointOf(column)))),
    );
    const least = Math.max(...shown.map(({ dispensable }) => dispensable));
    if (least === 0 || Math.max(...lines.map((line) => line.length)) <= maxColumns) {
      const omitted = columns.filter((column) => !shown.includes(column)).map(({ header }) => header);
      return { lines, omitted };
    }
    shown = shown.filter(({ dispensable }) => dispensable < least);
  }
}

function cellOf(column: PointColumn, point: SizePoint | undefined): string {
  return point === undefined ? NOT_MEASURED : column.cell(point);
}

/** The mean, and half of its interval as a share of it. */
function rateColumns(header: string, dispensable: number, bits: boolean): PointColumn[] {
  return [
    always(header, (point) => goodputCell(point, bits)),
    maybe('95 %', dispensable, ({ goodput }) => spreadCell(goodput)),
  ];
}

/** What kept it from being measured stands where its goodput would. */
function goodputCell({ goodput, failure }: SizePoint, bits: boolean): string {
  if (goodput !== null) return formatRate(goodput.mean, bits);
  return failure === null ? NOT_MEASURED : printable(failure.code, CODE_CHARS);
}

/** `+-1.2 %`. */
function spreadCell(goodput: Interval | null): string {
  if (goodput?.high == null || goodput.mean === 0) return NOT_MEASURED;
  return `+-${percent((goodput.high - goodput.mean) / goodput.mean)}`;
}

function shareCell(share: number | null): string {
  return share === null ? NOT_MEASURED : percent(share);
}
