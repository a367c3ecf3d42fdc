/** Durations: `10` (seconds), `300ms`, `1.5s`, `1m30s`, `2h`. */
import { scaleDecimal } from './decimal.js';
import { type Given, usageError } from './given.js';

/** 24 days, in whole days what a Node timer can hold (2^31 - 1 ms); above it setTimeout fires at once. */
const MAX_DURATION_MS = 24 * 24 * 3_600_000;

/** Largest first, the order in which a compound like 1m30s has to be written. */
const UNITS = [
  { unit: 'h', factorMs: 3_600_000 },
  { unit: 'm', factorMs: 60_000 },
  { unit: 's', factorMs: 1000 },
  { unit: 'ms', factorMs: 1 },
] as const;

const EXAMPLES = 'write e.g. 10 (seconds), 300ms, 1.5s, 1m30s';

/** More characters than any duration in range needs; keeps the exact arithmetic short. */
const MAX_CHARS = 32;

/** Duration in ms, whole and within `minMs`..`maxMs`. Throws ERR_CONNTEST_USAGE. */
export function parseDuration(given: Given, minMs: number, maxMs = MAX_DURATION_MS): number {
  const text = given.text.trim().toLowerCase();
  if (text.length > MAX_CHARS || !/^\d/.test(text)) throw usageError(given, `not a duration; ${EXAMPLES}`);
  const durationMs = /^[\d.]+$/.test(text) ? readPart(given, text, 's') : readCompound(given, text);
  if (durationMs < minMs) throw usageError(given, `too short; the least is ${formatDuration(minMs)}`);
  if (durationMs > maxMs) throw usageError(given, `too long; the most is ${formatDuration(maxMs)}`);
  return Number(durationMs);
}

/** The exact compound spelling: 90000 is `1m30s`, 1500 is `1s500ms`. `durationMs` is a whole number. */
export function formatDuration(durationMs: number): string {
  let restMs = durationMs;
  let text = '';
  for (const { unit, factorMs } of UNITS) {
    const count = Math.floor(restMs / factorMs);
    if (count > 0) text += `${count}${unit}`;
    restMs -= count * factorMs;
  }
  return text === '' ? '0s' : text;
}

function readCompound(given: Given, text: string): bigint {
  let sumMs = 0n;
  let lastFactorMs = Number.POSITIVE_INFINITY;
  for (const [, number = '', unit = ''] of text.matchAll(/([\d.]+)([^\d.]*)/g)) {
    const factorMs = factorOf(given, number, unit);
    if (factorMs >= lastFactorMs) throw usageError(given, `units go from large to small; ${EXAMPLES}`);
    sumMs += readPart(given, number, unit);
    lastFactorMs = factorMs;
  }
  return sumMs;
}

function readPart(given: Given, number: string, unit: string): bigint {
  if (!/^\d+(\.\d+)?$/.test(number)) throw usageError(given, `'${number}' is not a number; ${EXAMPLES}`);
  const partMs = scaleDecimal(number, factorOf(given, number, unit));
  if (partMs === null) throw usageError(given, `not a whole number of milliseconds; ${EXAMPLES}`);
  return partMs;
}

function factorOf(given: Given, number: string, unit: string): number {
  if (unit === '') throw usageError(given, `'${number}' has no unit; the units are h, m, s and ms`);
  const known = UNITS.find((candidate) => candidate.unit === unit);
  if (known === undefined) throw usageError(given, `unknown unit '${unit}'; the units are h, m, s and ms`);
  return known.factorMs;
}
