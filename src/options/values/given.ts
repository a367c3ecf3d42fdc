/** A value as the user gave it, with the place it came from: every error about it names both. */
import { ConntestError } from '../../errors.js';
import { didYouMean } from './nearest.js';

export interface Given {
  readonly text: string;
  /** What the user would call the place: `--timeout`, `CONNTEST_TIMEOUT`, `--connect 'tcp://...': phase`. */
  readonly label: string;
}

/** What an error repeats of a value: enough to recognise it, and the sentence stays within two lines. */
const MAX_QUOTED_CHARS = 100;

/** `'value'`, shortened, with control characters made visible so that they cannot steer the terminal. */
export function quote(text: string): string {
  const visible = text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`,
  );
  return visible.length <= MAX_QUOTED_CHARS ? `'${visible}'` : `'${visible.slice(0, MAX_QUOTED_CHARS)}...'`;
}

/** `problem` says what was wrong and what would be right. */
export function usageError(given: Given, problem: string): ConntestError {
  return new ConntestError('ERR_CONNTEST_USAGE', `${given.label} ${quote(given.text)}: ${problem}`);
}

/** Reads one word of a fixed set, whatever its case. Throws ERR_CONNTEST_USAGE with the nearest word. */
export function parseChoice<T extends string>(given: Given, choices: readonly T[]): T {
  const word = given.text.toLowerCase();
  const choice = choices.find((known) => known === word);
  if (choice !== undefined) return choice;
  throw usageError(given, `not one of ${choices.join(', ')}${didYouMean(word, choices)}`);
}

/** Reads a whole number of `min`..`max`. Throws ERR_CONNTEST_USAGE. */
export function parseCount(given: Given, min: number, max: number): number {
  const count = Number(given.text);
  if (/^\d+$/.test(given.text) && count >= min && count <= max) return count;
  const what = /^-?\d+$/.test(given.text) ? 'out of range' : 'not a whole number';
  throw usageError(given, `${what}; write ${min} to ${max}`);
}
