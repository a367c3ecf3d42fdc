/** The report as text: the page's tables, for a terminal or a mail. */
import type { LogReport, RunReport } from '../analysis/runs.js';
import { runFacts, runTitle, SIDE_TITLES, tilesOf } from './summary.js';
import { sideTables, type Table, troubleTables } from './tables.js';

const RULE_COLUMNS = 80;

export function textOfReport({ runs, badLines, badHistograms }: LogReport, bits: boolean): string {
  const notice =
    badLines + badHistograms === 0
      ? []
      : [`${badLines} lines and ${badHistograms} histograms could not be read and are left out.`];
  return `${[...runs.flatMap((run) => runText(run, bits)), ...notice].join('\n')}\n`;
}

function runText(run: RunReport, bits: boolean): string[] {
  const sides = run.sides.flatMap((side) => [
    '',
    SIDE_TITLES[side.name],
    ...tilesOf(run, side, bits).map(({ title, value }) => `  ${title.padEnd(24)} ${value}`),
    ...sideTables(side, bits).flatMap(tableText),
  ]);
  return [
    `== ${runTitle(run)} `.padEnd(RULE_COLUMNS, '='),
    ...runFacts(run),
    ...sides,
    ...troubleTables(run).flatMap(tableText),
  ];
}

/** Lines, an empty one first. */
export function tableText({ title, columns, rows }: Table): string[] {
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...rows.map((row) => (row[index] ?? '').length)),
  );
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, index) =>
      columns[index]?.kind === 'number' ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!),
    );
    return `  ${padded.join('  ')}`.trimEnd();
  };
  return ['', title, line(columns.map((column) => column.title)), ...rows.map(line)];
}
