/** What a condition can be about, by the names that people know. */
import { partOf, type Row, readNumber, sumOfKnown } from './row.js';

/** `time` in ns, `rate` in bits per second, `share` from 0 to 1. */
export type Unit = 'time' | 'rate' | 'share' | 'count';

/** What happened to our connections in the course of a run. */
export interface CourseFigures {
  /** Connections that were lost, neither by hand nor at the end. */
  readonly outages: number;
  /** The longest time that one was away, whether it came back or not; null: none ever was connected. */
  readonly longestOutageNs: number | null;
  /** Tries that never became a connection. */
  readonly failures: number;
}

interface MetricBase {
  readonly name: string;
  readonly unit: Unit;
  readonly help: string;
}

export type Metric =
  /** Of each peer; what is null was not measured. */
  | (MetricBase & { readonly of: 'peer'; read(row: Row): readonly (number | null)[] })
  /** Of the run as a whole. */
  | (MetricBase & { readonly of: 'run'; read(course: CourseFigures): number | null });

const TIMES = [
  { name: 'min', field: 'min_ns' },
  { name: 'mean', field: 'mean_ns' },
  { name: 'p50', field: 'p50_ns' },
  { name: 'p90', field: 'p90_ns' },
  { name: 'p99', field: 'p99_ns' },
  { name: 'p99.9', field: 'p999_ns' },
  { name: 'max', field: 'max_ns' },
] as const;

const DIRECTIONS = ['up', 'down'] as const;

/** The suffix is that of the live UI's column. */
export const METRICS: readonly Metric[] = [
  ...TIMES.map(({ name, field }) => times(name, 'latency', field, 'latency while no data moves')),
  ...TIMES.map(({ name, field }) => times(`${name}load`, 'latency_loaded', field, 'latency under load')),
  ...DIRECTIONS.map(
    (name): Metric => ({
      name,
      unit: 'rate',
      help: `mean rate ${name}`,
      of: 'peer',
      read: (row) => [rateOf(partOf(row, name))],
    }),
  ),
  directions('loss', 'share', 'loss_rate', 'share of packets lost on the way'),
  directions('jitter', 'time', 'jitter_ns', 'of the newest phase'),
  sums('lost', 'packets_lost', 'packets lost on the way, every copy counted'),
  sums('residual', 'packets_residual', 'packets that never came in any copy'),
  sums('resent', 'packets_resent', 'copies sent again'),
  sums('reordered', 'packets_reordered', 'packets that came after a later one'),
  {
    name: 'retries',
    unit: 'count',
    help: 'tries after a failure or a loss',
    of: 'peer',
    read: (row) => [readNumber(row, 'retries')],
  },
  {
    name: 'outages',
    unit: 'count',
    help: 'connections of ours that were lost',
    of: 'run',
    read: ({ outages }) => outages,
  },
  {
    name: 'outage',
    unit: 'time',
    help: 'the longest of them, over or not',
    of: 'run',
    read: ({ longestOutageNs }) => longestOutageNs,
  },
  {
    name: 'failures',
    unit: 'count',
    help: 'tries that never became a connection',
    of: 'run',
    read: ({ failures }) => failures,
  },
];

function times(name: string, kind: 'latency' | 'latency_loaded', field: string, help: string): Metric {
  return { name, unit: 'time', help, of: 'peer', read: (row) => [readNumber(partOf(row, kind), field)] };
}

/** Before a phase is over, the newest rate of the running one: a path may be too slow to end any. */
function rateOf(direction: Row): number | null {
  return readNumber(direction, 'mean_rate_bps') ?? readNumber(direction, 'rate_bps');
}

/** Each direction by itself. */
function directions(name: string, unit: Unit, field: string, help: string): Metric {
  const read = (row: Row) => DIRECTIONS.map((direction) => readNumber(partOf(row, direction), field));
  return { name, unit, help, of: 'peer', read };
}

/** Both directions together. */
function sums(name: string, field: string, help: string): Metric {
  const read = (row: Row) => [
    sumOfKnown(DIRECTIONS.map((direction) => readNumber(partOf(row, direction), field))),
  ];
  return { name, unit: 'count', help, of: 'peer', read };
}
