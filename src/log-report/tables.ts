/** The tables of a report, the same for the page and for text. */
import type { Distribution } from '../analysis/distribution.js';
import { type Fields, fieldsOf, numberOf } from '../analysis/fields.js';
import type { RunReport } from '../analysis/runs.js';
import type { SideReport } from '../analysis/side.js';
import { printable } from '../report/print/ascii.js';
import {
  formatBytes,
  formatCount,
  formatLatency,
  formatRate,
  formatSpan,
  NOT_MEASURED,
} from '../report/print/format.js';
import { type Column, figure, identity, long, moment, named, TEXT_CHARS, text, word } from './cells.js';
import { kernelTable } from './kernel-table.js';

export interface Table {
  readonly title: string;
  /** How to read it, in a sentence. */
  readonly reading: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

const CAUSE_CHARS = 200;

/** One side's tables, then the run's; those that are empty are left out. */
export function sideTables({ idle, loaded, rows }: SideReport, bits: boolean): Table[] {
  return [latencyTable(idle, loaded), peerTable(rows, bits), pathTable(rows), kernelTable(rows, bits)].filter(
    hasRows,
  );
}

export function troubleTables({ failures, outages }: RunReport): Table[] {
  return [failureTable(failures), outageTable(outages)].filter(hasRows);
}

function hasRows({ rows }: Table): boolean {
  return rows.length > 0;
}

function latencyTable(idle: Distribution | null, loaded: Distribution | null): Table {
  const row = (label: string, of: Distribution | null): string[][] =>
    of === null
      ? []
      : [
          [
            label,
            formatCount(of.count),
            ...[of.meanNs, of.p50Ns, of.p90Ns, of.p99Ns, of.p999Ns, of.maxNs].map(formatLatency),
          ],
        ];
  const ratio = (pick: (of: Distribution) => number) =>
    idle === null || loaded === null ? NOT_MEASURED : `x ${(pick(loaded) / pick(idle)).toPrecision(3)}`;
  const both = idle !== null && loaded !== null;
  const ratios = [
    'load / idle',
    '',
    ...[
      ratio((of) => of.meanNs),
      ratio((of) => of.p50Ns),
      ratio((of) => of.p90Ns),
      ratio((of) => of.p99Ns),
      ratio((of) => of.p999Ns),
      ratio((of) => of.maxNs),
    ],
  ];
  return {
    title: 'Latency, idle and under load',
    reading:
      'Half of a round trip while no data was moving, and of pings begun while it was; the last line is how many times slower load made it.',
    columns: [word('latency'), ...['count', 'mean', 'p50', 'p90', 'p99', 'p99.9', 'max'].map(figure)],
    rows: [...row('idle', idle), ...row('under load', loaded), ...(both ? [ratios] : [])],
  };
}

function peerTable(rows: readonly Fields[], bits: boolean): Table {
  const names = [
    'up mean',
    'down mean',
    'up data',
    'down data',
    'latency p50',
    'p99',
    'max',
    'p99 loaded',
    'retries',
  ];
  return {
    title: 'Peers',
    reading:
      'Each peer as it stood at the end: rates are the mean of all finished phases, as the receiver counted them; latencies are over the whole run.',
    columns: [named('peer'), long('target'), word('state'), ...names.map(figure)],
    rows: rows.map((row) => {
      const [up, down] = [fieldsOf(row.up), fieldsOf(row.down)];
      const [idle, loaded] = [fieldsOf(row.latency), fieldsOf(row.latency_loaded)];
      return [
        ...identity(row),
        text(row.state),
        formatRate(numberOf(up.mean_rate_bps), bits),
        formatRate(numberOf(down.mean_rate_bps), bits),
        formatBytes(numberOf(up.data_bytes)),
        formatBytes(numberOf(down.data_bytes)),
        ...[idle.p50_ns, idle.p99_ns, idle.max_ns, loaded.p99_ns].map((ns) => formatLatency(numberOf(ns))),
        formatCount(numberOf(row.retries)),
      ];
    }),
  };
}

/** What there is over UDP only. */
function pathTable(rows: readonly Fields[]): Table {
  const counted = rows.filter(
    (row) => numberOf(row.packets_lost) !== null || numberOf(row.packets_resent) !== null,
  );
  const directions = counted.flatMap((row) =>
    (['up', 'down'] as const).map((name) => ({ row, name, figures: fieldsOf(row[name]) })),
  );
  const names = [
    'packets',
    'lost',
    'share',
    'recovered',
    'never came',
    're-sent',
    'reordered',
    'came again',
    'jitter',
  ];
  return {
    title: 'Losses and order',
    reading:
      'What became of the packets of finished phases: lost ones were dropped by the path, recovered ones came in a later copy.',
    columns: [named('peer'), long('target'), word('direction'), ...names.map(figure)],
    rows: directions.map(({ row, name, figures }) => [
      ...identity(row),
      name,
      formatCount(numberOf(figures.packets)),
      formatCount(numberOf(figures.packets_lost)),
      share(numberOf(figures.loss_rate)),
      ...['recovered', 'residual', 'resent', 'reordered', 'duplicate'].map((what) =>
        formatCount(numberOf(figures[`packets_${what}`])),
      ),
      formatLatency(numberOf(figures.jitter_ns)),
    ]),
  };
}

function failureTable(failures: RunReport['failures']): Table {
  return {
    title: 'Failures',
    reading:
      'Tries that failed and connections that were lost, alike ones together; docs/figures.md says what the usual codes mean.',
    columns: [
      word('what'),
      long('target'),
      word('phase'),
      word('code'),
      figure('times'),
      figure('mean time to it'),
      moment('first'),
      moment('last'),
      long('cause'),
    ],
    rows: failures.map((group) => [
      group.type === 'lost' ? 'connection lost' : 'try failed',
      printable(group.target, TEXT_CHARS),
      printable(group.phase, TEXT_CHARS),
      printable(group.code, TEXT_CHARS),
      formatCount(group.count),
      formatSpan(group.elapsedUs / group.count / 1000),
      clock(group.firstMs),
      clock(group.lastMs),
      printable(group.text, CAUSE_CHARS),
    ]),
  };
}

function outageTable(outages: RunReport['outages']): Table {
  return {
    title: 'Outages',
    reading:
      'Times in which a connection that had worked was away, from its loss until it was connected again.',
    columns: [long('target'), moment('lost at'), moment('back at'), figure('length')],
    rows: outages.map(({ target, startMs, endMs }) => [
      printable(target, TEXT_CHARS),
      clock(startMs),
      clock(endMs),
      formatSpan(endMs - startMs),
    ]),
  };
}

function share(rate: number | null): string {
  return rate === null ? NOT_MEASURED : `${Number((rate * 100).toPrecision(3))} %`;
}

/** ISO 8601, to the second; a log that is read elsewhere has no local time. */
export function clock(tMs: number): string {
  return new Date(tMs)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
}
