/** The figures of one size as cells of a table. */

import type { PointLatency, SizePoint } from '../../sweep/curve.js';
import type { Interval } from '../../sweep/interval.js';
import { printable } from '../ascii.js';
import { formatCount, formatLatency, formatRate, NOT_MEASURED } from '../format.js';
import type { TableColumn } from '../table.js';
import { percent } from './sizes-text.js';

/** As wide as the rates beside it. */
const CODE_CHARS = 12;

const right = (header: string): TableColumn => ({ header, align: 'right' });

export const SIZE_COLUMNS: readonly TableColumn[] = ['data', 'udp', 'ip', 'frag'].map(right);
/** Over TCP there is no datagram. */
export const STREAM_SIZE_COLUMNS: readonly TableColumn[] = [right('data')];
export const FIGURE_COLUMNS: readonly TableColumn[] = [
  'goodput',
  '95 %',
  'pkt/s',
  'lost',
  'never',
  'idle',
  'p99',
  'load',
  'p99',
  'cpu',
].map(right);

export function sizeCells({ sizeBytes, datagramBytes, packetBytes, fragments }: SizePoint): string[] {
  return [sizeBytes, datagramBytes, packetBytes, fragments].map(formatCount);
}

export function figureCells(point: SizePoint, bits: boolean): string[] {
  const { goodput, packetsPerS, lostShare, residual, idle, loaded, cpuShare } = point;
  return [
    goodputCell(point, bits),
    spreadCell(goodput),
    formatCount(packetsPerS),
    lostShare === null ? NOT_MEASURED : percent(lostShare),
    formatCount(residual),
    ...latencyCells(idle),
    ...latencyCells(loaded),
    cpuShare === null ? NOT_MEASURED : percent(cpuShare),
  ];
}

/** What kept it from being measured stands where its goodput would. */
export function goodputCell({ goodput, failure }: SizePoint, bits: boolean): string {
  if (goodput !== null) return formatRate(goodput.mean, bits);
  return failure === null ? NOT_MEASURED : printable(failure.code, CODE_CHARS);
}

/** Half of the interval, as a share of the mean: `+-1.2 %`. */
export function spreadCell(goodput: Interval | null): string {
  if (goodput?.high == null || goodput.mean === 0) return NOT_MEASURED;
  return `+-${percent((goodput.high - goodput.mean) / goodput.mean)}`;
}

function latencyCells(latency: PointLatency | null): string[] {
  return [formatLatency(latency?.p50Ns ?? null), formatLatency(latency?.p99Ns ?? null)];
}
