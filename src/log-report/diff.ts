/** A comparison of two runs as text. */
import type { Comparison, Figure } from '../analysis/compare.js';
import type { RunReport } from '../analysis/runs.js';
import type { SideName } from '../analysis/snapshot-figures.js';
import { formatLatency, formatRate, NOT_MEASURED } from '../report/print/format.js';
import type { Column } from './cells.js';
import { runTitle, SIDE_TITLES } from './summary.js';
import type { Table } from './tables.js';
import { tableText } from './text.js';

const LABELS: Readonly<Record<Figure, string>> = {
  up: 'rate up',
  down: 'rate down',
  idle: 'latency, idle',
  loaded: 'latency, under load',
  lost: 'packets lost',
};

const COLUMNS: readonly Column[] = [
  { title: 'figure', kind: 'word' },
  ...['p50 A', 'p50 B', 'change', 'p99 A', 'p99 B', 'change', 'B worse', 'p-value'].map(
    (title) => ({ title, kind: 'number' }) as const,
  ),
  { title: 'verdict', kind: 'word' },
];

const READING = `Latency is half of a round trip; rates are those of all connections together.
B worse: how likely a sample of B is worse than one of A; 50 % is no difference.
The verdict is that of a Mann-Whitney test, with 5 % for a false alarm in all
figures of a side together, where B worse is at least 56 % or at most 44 %.`;

export function textOfDiff(
  runs: readonly [RunReport, RunReport],
  all: readonly Comparison[],
  bits: boolean,
): string {
  const sides = [...new Set(all.map(({ side }) => side))];
  const lines = [
    `A  ${runTitle(runs[0])}`,
    `B  ${runTitle(runs[1])}`,
    ...sides.flatMap((side) => tableText(sideTable(side, all, bits))),
    '',
    READING,
  ];
  return `${lines.join('\n')}\n`;
}

function sideTable(side: SideName, all: readonly Comparison[], bits: boolean): Table {
  const rows = all
    .filter((one) => one.side === side)
    .map((one) => [
      LABELS[one.figure],
      ...pair(one.p50, one.figure, bits),
      ...pair(one.p99, one.figure, bits),
      one.worseShare === null ? NOT_MEASURED : `${Math.round(one.worseShare * 100)} %`,
      one.test === null ? NOT_MEASURED : pText(one.test.pValue),
      one.verdict === 'unknown' ? 'too few samples' : one.verdict,
    ]);
  return { title: SIDE_TITLES[side], reading: '', columns: COLUMNS, rows };
}

function pair([a, b]: Comparison['p50'], figure: Figure, bits: boolean): string[] {
  const change = a === null || b === null || a === 0 ? NOT_MEASURED : signed((100 * (b - a)) / a);
  return [format(a, figure, bits), format(b, figure, bits), change];
}

function format(value: number | null, figure: Figure, bits: boolean): string {
  if (figure === 'up' || figure === 'down') return formatRate(value, bits);
  if (figure !== 'lost') return formatLatency(value);
  return value === null ? NOT_MEASURED : `${Number(value.toPrecision(3))} /s`;
}

function signed(percent: number): string {
  return `${percent >= 0 ? '+' : ''}${percent.toFixed(1)} %`;
}

function pText(pValue: number): string {
  return pValue < 0.0001 ? '<0.0001' : pValue.toFixed(4);
}
