/** What a report says of a sweep, the same for the page and for text. */
import { type Fields, numberOf, textOf } from '../analysis/fields.js';
import type { SweepCurve, SweepReport, SweepWord } from '../analysis/sweeps.js';
import { printable } from '../report/print/ascii.js';
import { formatCount, formatLatency, formatRate, formatSpan, NOT_MEASURED } from '../report/print/format.js';
import { figure } from './cells.js';
import { clock, type Table } from './tables.js';

const NAME_CHARS = 80;
const TEXT_CHARS = 400;

export function sweepTitle({ target, startMs }: SweepReport): string {
  return `Sweep of ${printable(target, NAME_CHARS)}, ${clock(startMs)}`;
}

/** Sentences. */
export function sweepFacts(sweep: SweepReport): string[] {
  const { version, peerName, rounds, seed, isComplete, startMs, endMs, badLines } = sweep;
  const end =
    isComplete === null
      ? 'the log has no end: the sweep was cut off, or goes on'
      : isComplete
        ? 'measured to its end'
        : 'ended early';
  const lasted = formatSpan(endMs - startMs);
  const bad = badLines === 0 ? [] : [`${badLines} lines could not be read and are left out.`];
  return [
    `conntest ${printable(version, NAME_CHARS)}, ${lasted}, ${formatCount(rounds)} rounds in the order of seed ${seed ?? NOT_MEASURED}; ${end}.`,
    `The peer is ${printable(peerName, NAME_CHARS)}.`,
    ...bad,
  ];
}

/** `udp up: best is …`. */
export function sweepWords({ verdicts }: SweepReport): string[] {
  return verdicts.map((word) => `${subjectOf(word)}: ${printable(word.text, TEXT_CHARS)}.`);
}

export function sweepTables({ curves }: SweepReport, bits: boolean): Table[] {
  return curves.map((curve) => curveTable(curve, bits));
}

function curveTable({ way, direction, points }: SweepCurve, bits: boolean): Table {
  const names = ['data', 'datagram', 'IP packet', 'fragments', 'goodput', '95 % low', 'high', 'packets/s'];
  const more = ['lost', 'never came', 're-sent', 'idle p50', 'p99', 'load p50', 'p99', 'CPU'];
  return {
    title: printable(`${way} ${direction}`, NAME_CHARS),
    reading:
      'Sizes in bytes; goodput is the mean of all rounds with its 95 % confidence interval; latencies are half of a round trip.',
    columns: [...names, ...more].map(figure),
    rows: points.map(({ fields }) => rowOf(fields, bits)),
  };
}

function rowOf(fields: Fields, bits: boolean): string[] {
  const count = (name: string): string => formatCount(numberOf(fields[name]));
  const rate = (name: string): string => formatRate(numberOf(fields[name]), bits);
  const latency = (name: string): string => formatLatency(numberOf(fields[name]));
  const goodput = numberOf(fields.goodput_bps);
  return [
    ...['packet_size_bytes', 'datagram_bytes', 'ip_packet_bytes', 'fragments'].map(count),
    goodput === null ? printable(textOf(fields.code) ?? NOT_MEASURED, NAME_CHARS) : rate('goodput_bps'),
    ...['goodput_low_bps', 'goodput_high_bps'].map(rate),
    count('packets_per_s'),
    share(numberOf(fields.loss_rate)),
    ...['packets_residual', 'packets_resent'].map(count),
    ...['idle_p50_ns', 'idle_p99_ns', 'loaded_p50_ns', 'loaded_p99_ns'].map(latency),
    share(numberOf(fields.cpu_share)),
  ];
}

function subjectOf({ way, direction }: SweepWord): string {
  return printable(`${way ?? 'path'} ${direction}`, NAME_CHARS);
}

function share(value: number | null): string {
  return value === null ? NOT_MEASURED : `${Number((value * 100).toPrecision(3))} %`;
}
