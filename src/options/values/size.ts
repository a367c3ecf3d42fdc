/** Sizes: `1400`, `128kb`, `5mb`, `64KiB`. As in the original, kb, mb and gb are decimal. */
import { scaleDecimal } from './decimal.js';
import { type Given, usageError } from './given.js';

interface SizeRange {
  readonly minBytes: number;
  readonly maxBytes: number;
  /** Added to the error of a value above the range: how to move the limit. */
  readonly hint?: string;
}

const UNITS = new Map<string, number>([
  ['', 1],
  ['b', 1],
  ['k', 1000],
  ['kb', 1000],
  ['m', 1000 ** 2],
  ['mb', 1000 ** 2],
  ['g', 1000 ** 3],
  ['gb', 1000 ** 3],
  ['kib', 1024],
  ['mib', 1024 ** 2],
  ['gib', 1024 ** 3],
]);

const EXAMPLES = 'write e.g. 1400, 128kb, 5mb, 64KiB';

/** More digits than any size in range has; keeps the exact arithmetic short. */
const MAX_DIGITS = 32;

/** Size in bytes, whole and within `range`. Throws ERR_CONNTEST_USAGE. */
export function parseSize(given: Given, range: SizeRange): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?([^\d.,]*)$/.exec(given.text.trim()) ?? [];
  if (number === undefined || unit === undefined || number.length > MAX_DIGITS) {
    throw usageError(given, `not a size; ${EXAMPLES}`);
  }
  const factor = UNITS.get(unit.toLowerCase());
  if (factor === undefined) throw usageError(given, `unknown unit '${unit}'; ${EXAMPLES}`);
  const sizeBytes = scaleDecimal(number, factor);
  if (sizeBytes === null) throw usageError(given, `not a whole number of bytes; ${EXAMPLES}`);
  if (sizeBytes < range.minBytes) {
    throw usageError(given, `too small; the least is ${formatSize(range.minBytes)}`);
  }
  if (sizeBytes > range.maxBytes) {
    throw usageError(given, `too large; the most is ${formatSize(range.maxBytes)}${range.hint ?? ''}`);
  }
  return Number(sizeBytes);
}

/** The shortest exact decimal spelling: 5000000 is `5mb`, 1400 is `1400`. */
export function formatSize(sizeBytes: number): string {
  for (const unit of ['gb', 'mb', 'kb']) {
    const factor = UNITS.get(unit)!;
    if (sizeBytes >= factor && sizeBytes % factor === 0) return `${sizeBytes / factor}${unit}`;
  }
  return String(sizeBytes);
}
