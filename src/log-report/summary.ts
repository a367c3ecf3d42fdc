/** What a report says first of a run, and of each of its sides. */

import { fieldsOf, numberOf } from '../analysis/fields.js';
import type { RunReport } from '../analysis/runs.js';
import type { SideReport } from '../analysis/side.js';
import type { SideName } from '../analysis/snapshot-figures.js';
import { printable } from '../report/print/ascii.js';
import { formatCount, formatLatency, formatRate, formatSpan } from '../report/print/format.js';
import { clock } from './tables.js';

export const SIDE_TITLES: Readonly<Record<SideName, string>> = { clients: 'As client', servers: 'As server' };

const NAME_CHARS = 80;
const FACT_CHARS = 300;

export interface Tile {
  readonly title: string;
  readonly value: string;
  readonly isBad: boolean;
}

export function runTitle({ name, startMs }: RunReport): string {
  return `${printable(name, NAME_CHARS)}, ${clock(startMs)}`;
}

const REASONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    time: 'ended when its time was over',
    interrupt: 'ended by an interrupt',
    error: 'ended by an error',
  }),
);

/** Sentences. */
export function runFacts(run: RunReport): string[] {
  const reason =
    run.reason === null ? 'the log has no end: it was cut off, or the run goes on' : REASONS.get(run.reason);
  const lasted = formatSpan(run.endMs - run.startMs);
  const begins =
    run.omittedMs === null
      ? []
      : [`The figures leave out the first ${formatSpan(run.omittedMs)}; failures and outages do not.`];
  const omitted =
    run.troublesOmitted === 0 ? [] : [`${run.troublesOmitted} further failures or outages are not listed.`];
  return [
    `conntest ${printable(run.version, NAME_CHARS)}, ${lasted}; ${reason ?? 'ended'}.`,
    ...targets('Listened on', run.listens),
    ...targets('Connected to', run.connects),
    ...begins,
    ...omitted,
  ];
}

function targets(what: string, list: readonly string[]): string[] {
  if (list.length === 0) return [];
  return [`${what} ${printable(list.join(', '), FACT_CHARS)}`];
}

export function tilesOf(run: RunReport, side: SideReport, bits: boolean): Tile[] {
  const failures = run.failures.reduce((sum, { count }) => sum + count, 0);
  const plain = (title: string, value: string): Tile => ({ title, value, isBad: false });
  const lost = sumOf(side, (row) => numberOf(row.packets_lost));
  return [
    plain(
      'Mean rate up',
      formatRate(
        sumOf(side, (row) => numberOf(fieldsOf(row.up).mean_rate_bps)),
        bits,
      ),
    ),
    plain(
      'Mean rate down',
      formatRate(
        sumOf(side, (row) => numberOf(fieldsOf(row.down).mean_rate_bps)),
        bits,
      ),
    ),
    plain('Latency p50, idle', formatLatency(side.idle?.p50Ns ?? null)),
    plain('Latency p99, idle', formatLatency(side.idle?.p99Ns ?? null)),
    plain('Latency p99, under load', formatLatency(side.loaded?.p99Ns ?? null)),
    ...(lost === null ? [] : [{ title: 'Packets lost', value: formatCount(lost), isBad: lost > 0 }]),
    { title: 'Outages', value: formatCount(run.outages.length), isBad: run.outages.length > 0 },
    { title: 'Failures and losses', value: formatCount(failures), isBad: failures > 0 },
  ];
}

/** null: no row has the figure. */
function sumOf(side: SideReport, pick: (row: SideReport['rows'][number]) => number | null): number | null {
  const known = side.rows.map(pick).filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
