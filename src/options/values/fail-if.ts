/** --fail-if: what a run must not be, as `p99>20ms`, `loss>0.5%`, `up<100mbit`. */
import type { Comparison, Condition } from '../../verdict/judge.js';
import { METRICS, type Metric, type Unit } from '../../verdict/metrics.js';
import { scaleDecimal } from './decimal.js';
import { type Given, usageError } from './given.js';
import { didYouMean } from './nearest.js';

const COMPARISONS = ['<', '<=', '>', '>='] as const satisfies readonly Comparison[];
const NAMES = METRICS.map(({ name }) => name);
/** More digits than any limit that can be told from another. */
const MAX_DIGITS = 20;

interface UnitWords {
  readonly what: string;
  readonly examples: string;
  /** By how it is written, its size in millionths of the metric's unit; '' is a number without one. */
  readonly factors: ReadonlyMap<string, number>;
}

const MILLION = 1e6;

/** Of bits per second; bytes only with their capital B, since Mbps are bits. */
const RATE_FACTORS = ['', 'k', 'M', 'G', 'T'].flatMap((prefix, power): [string, number][] => {
  const bits = 1000 ** power * MILLION;
  const small = prefix.toLowerCase();
  return [
    ...[`${small}bit`, `${prefix}bit`, `${small}bit/s`, `${prefix}bit/s`].map((name): [string, number] => [
      name,
      bits,
    ]),
    [`${prefix}B/s`, 8 * bits],
  ];
});

const UNITS: Readonly<Record<Unit, UnitWords>> = {
  time: {
    what: 'a time',
    examples: '500us, 20ms or 1.5s',
    factors: new Map([
      ['ns', MILLION],
      ['us', 1000 * MILLION],
      ['ms', 1e6 * MILLION],
      ['s', 1e9 * MILLION],
      ['m', 60e9 * MILLION],
      ['h', 3600e9 * MILLION],
    ]),
  },
  rate: { what: 'a rate', examples: '500kbit, 100mbit or 12.5MB/s', factors: new Map(RATE_FACTORS) },
  share: { what: 'a share', examples: '0.5% or 2%', factors: new Map([['%', MILLION / 100]]) },
  count: { what: 'a count', examples: '0 or 100', factors: new Map([['', MILLION]]) },
};

/** Spaces around the comparison are allowed. Throws ERR_CONNTEST_USAGE. */
export function parseFailIf(given: Given): Condition {
  const [, name = '', sign = '', value = ''] = /^([^<>=!]*)([<>=!]*)(.*)$/s.exec(given.text) ?? [];
  if (sign === '') throw usageError(given, `no comparison in it; ${EXAMPLE}`);
  const metric = metricOf(given, name.trim());
  const comparison = COMPARISONS.find((known) => known === sign);
  if (comparison === undefined) throw usageError(given, `'${sign}' is not one of ${COMPARISONS.join(' ')}`);
  const limit = limitOf(given, metric, value.trim());
  return { text: `${metric.name}${comparison}${value.trim()}`, metric, comparison, limit };
}

const EXAMPLE = "write e.g. 'p99>20ms', in quotes: the shell takes < and > for its own";

function metricOf(given: Given, name: string): Metric {
  const word = name.toLowerCase();
  const metric = METRICS.find((known) => known.name === word);
  if (metric !== undefined) return metric;
  if (word === '') throw usageError(given, `no metric before the comparison; ${EXAMPLE}`);
  const hint = didYouMean(word, NAMES) || `; the metrics are ${NAMES.join(', ')}`;
  throw usageError(given, `'${name}' is no metric${hint}`);
}

function limitOf(given: Given, { name, unit }: Metric, text: string): number {
  const { what, examples, factors } = UNITS[unit];
  const right = `${name} is ${what}; write e.g. ${examples}`;
  if (text === '') throw usageError(given, `no value behind the comparison: ${right}`);
  // Zero is zero in any unit.
  if (text === '0') return 0;
  const [, number, word] = /^(\d+(?:\.\d+)?) ?(\D*)$/.exec(text) ?? [];
  if (number === undefined || word === undefined || number.length > MAX_DIGITS) {
    throw usageError(given, `'${text}' is no value: ${right}`);
  }
  const factor = factors.get(word);
  if (factor === undefined) {
    const problem = word === '' ? `'${text}' has no unit` : `unknown unit '${word}'`;
    throw usageError(given, `${problem}: ${right}`);
  }
  const millionths = scaleDecimal(number, factor);
  const isWhole = millionths !== null && (unit !== 'count' || millionths % BigInt(MILLION) === 0n);
  if (!isWhole) throw usageError(given, `'${text}' is too fine: ${right}`);
  return Number(millionths) / MILLION;
}
