/** --log, --hdr-log and what bounds their files. */

import type { LogFileFormat, LogLimits, LogTarget, UiTarget } from '../types.js';
import { type Given, parseCount, quote, usageError } from './given.js';
import { parseSize } from './size.js';

const FORMATS: ReadonlyMap<string, LogFileFormat> = new Map(
  Object.entries({ jsonl: 'json', ndjson: 'json', csv: 'csv' }),
);
/** Below it a part is hardly more than the first line, which each repeats. */
const MIN_LOG_BYTES = 10_000;
const MAX_LOG_BYTES = 1e12;
/** Parts are found by listing the folder; nobody keeps more. */
const MAX_LOG_PARTS = 100_000;

/** Throws ERR_CONNTEST_USAGE. */
export function parseLogs(given: readonly Given[], uis: readonly UiTarget[]): readonly LogTarget[] {
  given.forEach((one, index) => {
    if (given.findIndex(({ text }) => text === one.text) !== index) {
      throw usageError(one, 'another one writes that file already; write another, as in a.jsonl and a.csv');
    }
  });
  return given.map((one) => parseLog(one, uis));
}

/** The format is the ending's. Throws ERR_CONNTEST_USAGE. */
function parseLog(given: Given, uis: readonly UiTarget[]): LogTarget {
  if (uis.some(({ file }) => file === given.text)) {
    throw usageError(given, 'a --ui writes that file already; write another');
  }
  const ending = /\.([a-z]+)$/i.exec(given.text)?.[1]?.toLowerCase() ?? '';
  const format = FORMATS.get(ending);
  if (format === undefined) {
    throw usageError(given, 'the ending says the format; write a name in .jsonl or .csv');
  }
  return { file: given.text, format };
}

/** A second one would be the same bytes; that it is not written must not be found out afterwards.
 *  Throws ERR_CONNTEST_USAGE. */
export function parseHdrLog([given, second]: readonly Given[]): string | null {
  if (given === undefined) return null;
  if (second !== undefined) {
    throw usageError(second, `the histograms go to ${quote(given.text)} already; leave one of the two out`);
  }
  if (!/\.hlog$/i.test(given.text)) throw usageError(given, 'not an HdrHistogram log; write a name in .hlog');
  return given.text;
}

/** Throws ERR_CONNTEST_USAGE. */
export function parseLogLimits(size: Given | undefined, keep: Given | undefined): LogLimits {
  if (size === undefined && keep !== undefined) {
    throw usageError(keep, 'there is one part only; write --log-size as well, as in --log-size 100mb');
  }
  return {
    partBytes:
      size === undefined ? null : parseSize(size, { minBytes: MIN_LOG_BYTES, maxBytes: MAX_LOG_BYTES }),
    keepParts: keep === undefined ? null : parseCount(keep, 1, MAX_LOG_PARTS),
  };
}
