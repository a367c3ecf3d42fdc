/** A run of the benchmarks: what bench/results/latest.json holds, and the page made of it. */
import { ITEM_NAMES, ITEMS, type ItemName } from './items.js';
import type { Machine } from './machine.js';
import type { Bar, ItemOutcome, ItemStamp, Result, Unit } from './result.js';
import { spreadOf } from './statistics.js';

export const SCHEMA = 'conntest-bench/2';

export interface BenchReport {
  readonly schema: typeof SCHEMA;
  readonly machine: Machine;
  readonly items: Readonly<Partial<Record<ItemName, ItemOutcome>>>;
}

const INTRO = `# Benchmarks

Written by \`npm run bench -- --write\`, or item by item (\`npm run bench -- tcp udp --write\`); don't edit. The bar is what the project wants to keep, held against the
median; a bar that is missed stays on this page as missed.
`;

/** The whole page, in Markdown. */
export function renderPage(report: BenchReport): string {
  const parts = [INTRO, renderMachine(report), ...ITEM_NAMES.map((name) => renderItem(report, name))];
  return parts.filter((part) => part !== '').join('\n');
}

/** The tables alone, for the terminal. */
export function renderTables(report: BenchReport): string {
  return ITEM_NAMES.map((name) => renderItem(report, name))
    .filter((part) => part !== '')
    .join('\n');
}

function renderMachine({ machine }: BenchReport): string {
  const { system, cpu, cores, memoryBytes, node, iperf3, conntest } = machine;
  return table([
    ['conntest', conntest],
    ['node', node],
    ['iperf3', iperf3],
    ['system', system],
    ['machine', `${cpu}, ${cores} cores, ${(memoryBytes / 1e9).toFixed(1)} GB`],
  ]);
}

function renderItem({ items }: BenchReport, name: ItemName): string {
  const outcome = items[name];
  if (outcome === undefined) return '';
  const { title, method } = ITEMS[name];
  const body =
    outcome.kind === 'failed' ? `Not measured: ${outcome.reason}\n` : renderResults(outcome.results);
  return `## ${title}\n\n${method}\n\n${body}\n${taken(outcome)}\n`;
}

function taken({ date, commit }: ItemStamp): string {
  const of = commit === null ? '' : `, commit ${commit}`;
  return `Taken ${date.slice(0, 16).replace('T', ' ')} UTC${of}.`;
}

function renderResults(results: readonly Result[]): string {
  const head = ['', 'runs', 'min', 'median', 'max', 'bar', 'kept'];
  const hasPairs = results.some(({ pairs }) => pairs !== null);
  return table([
    hasPairs ? [...head, 'conntest', 'iperf3'] : head,
    ...results.map((result) => (hasPairs ? [...cells(result), ...rateCells(result)] : cells(result))),
  ]);
}

function cells({ what, unit, samples, spread, bar, holds }: Result): string[] {
  const [min, median, max] = [spread.min, spread.median, spread.max].map((value) => format(value, unit));
  const verdict = holds === null ? '' : holds ? 'yes' : '**missed**';
  return [what, `${samples.length}`, min!, median!, max!, formatBar(bar, unit), verdict];
}

/** Medians of the rates themselves; their ratio need not be the median of the ratios. */
function rateCells({ pairs }: Result): string[] {
  if (pairs === null) return ['', ''];
  const ours = spreadOf(pairs.map(({ oursBps }) => oursBps)).median;
  const theirs = spreadOf(pairs.map(({ theirsBps }) => theirsBps)).median;
  return [ours, theirs].map((rateBps) => `${Math.round(rateBps / 8e6)} MB/s`);
}

function formatBar(bar: Bar | null, unit: Unit): string {
  if (bar === null) return '';
  const words = bar.kind === 'at-least' ? 'at least' : 'below';
  return `${words} ${unit === 'x' ? bar.value : format(bar.value, unit)}`;
}

function format(value: number, unit: Unit): string {
  switch (unit) {
    case 'x':
      return value.toFixed(2);
    case 'us':
      return `${value < 100 ? value.toFixed(1) : Math.round(value)} us`;
    case 'seconds':
      return `${value.toFixed(2)} s`;
    case 'percent':
      return `${value.toFixed(2)} %`;
    case 'ms':
      return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
    case 'bytes':
      return `${Math.round(value / 1e6)} MB`;
    case 'packets':
      return `${value}`;
  }
}

/** Padded, so that it reads as well on a terminal as on a page. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |\n`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|\n`;
  return line(rows[0]!) + rule + rows.slice(1).map(line).join('');
}
