/** Reads --sizes of a sweep: `auto`, `1200..1600:8`, `512,1400,16kb`, or several of these joined by commas. */
import type { SizeChoice } from '../../sweep/types.js';
import { type Given, quote, usageError } from './given.js';
import { formatSize, parseSize } from './size.js';

/** What the results of so many take is little, but at the default rounds they take half an hour. */
const MAX_SIZES = 500;
const AUTO = 'auto';
const EXAMPLES = 'write e.g. auto, 1200..1600:8 or 512,1400,16kb';

export interface SizeBound {
  readonly maxBytes: number;
  /** Added to the error about a size above it. */
  readonly hint: string;
}

/** In ascending order, without repeats. Throws ERR_CONNTEST_USAGE. */
export function parseSizes(given: Given | undefined, bound: SizeBound): SizeChoice {
  const text = given?.text.trim().toLowerCase() ?? AUTO;
  if (given === undefined || text === AUTO) return { kind: AUTO };
  const parts = text.split(',').map((part) => part.trim());
  if (parts.includes(AUTO)) {
    throw usageError(given, 'auto chooses all sizes by itself; leave the others out, or auto');
  }
  const ranges = parts.map((part) => readRange(given, part, bound));
  const count = ranges.reduce((sum, range) => sum + countOf(range), 0);
  if (count > MAX_SIZES) throw tooMany(given, ranges, count);
  return { kind: 'list', sizesBytes: [...new Set(ranges.flatMap(listOf))].sort((a, b) => a - b) };
}

interface SizeRange {
  readonly fromBytes: number;
  readonly toBytes: number;
  readonly stepBytes: number;
}

function readRange(given: Given, part: string, bound: SizeBound): SizeRange {
  const [, first = '', last = first, step = '1'] = /^(.*?)(?:\.\.(.*?)(?::(.*))?)?$/.exec(part) ?? [];
  if (first === '' || last === '') throw usageError(given, `${quote(part)} is no size or range; ${EXAMPLES}`);
  const read = (text: string): number =>
    parseSize({ text, label: `${given.label} ${quote(given.text)}:` }, { minBytes: 1, ...bound });
  const [fromBytes, toBytes, stepBytes] = [read(first), read(last), read(step)];
  if (fromBytes <= toBytes) return { fromBytes, toBytes, stepBytes };
  throw usageError(given, `the range ${part} runs backwards; write ${last}..${first}`);
}

function countOf({ fromBytes, toBytes, stepBytes }: SizeRange): number {
  return Math.floor((toBytes - fromBytes) / stepBytes) + 1;
}

function listOf(range: SizeRange): number[] {
  return Array.from({ length: countOf(range) }, (_, at) => range.fromBytes + at * range.stepBytes);
}

/** A single range is told the step that would do. */
function tooMany(given: Given, [first, ...more]: readonly SizeRange[], count: number): Error {
  const problem = `${count} sizes; the most is ${MAX_SIZES}`;
  if (first === undefined || more.length > 0) return usageError(given, problem);
  const { fromBytes, toBytes } = first;
  const stepBytes = Math.ceil((toBytes - fromBytes) / (MAX_SIZES - 1));
  const right = `${formatSize(fromBytes)}..${formatSize(toBytes)}:${stepBytes}`;
  return usageError(given, `${problem}; a larger step does, as in ${right}`);
}
