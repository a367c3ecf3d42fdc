/** --columns: which columns the text tables show, in which order. */
import { type Given, usageError } from './given.js';
import { didYouMean } from './nearest.js';

/** The headers of the tables, in the order of the screen. */
export const COLUMN_NAMES = [
  'name',
  'ip',
  'port',
  'prot',
  'state',
  'conns',
  'uptime',
  '#sent',
  '#recv',
  'latnc',
  'p50',
  'p99',
  'max',
  'bndwdth',
  'up',
  'down',
  'p-size',
  '#delayd',
  '#lost',
  '#resent',
  '#reord',
  'limit',
  'retries',
  'cause',
] as const;

/** `name,state,up`: a shell takes a word that begins with # for a comment, so `sent` is `#sent` as well. null:
 *  what is of use and has room. Throws ERR_CONNTEST_USAGE. */
export function parseColumns(given: Given | undefined): readonly string[] | null {
  if (given === undefined) return null;
  const names = given.text.split(',').map((word) => columnOf(given, word.trim().toLowerCase()));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw usageError(given, `${twice} stands there twice; write it once`);
  return names;
}

function columnOf(given: Given, word: string): string {
  const name = COLUMN_NAMES.find((known) => known === word || known === `#${word}`);
  if (name !== undefined) return name;
  const problem = word === '' ? 'a name is missing' : `${word} is no column`;
  throw usageError(
    given,
    `${problem}; write any of ${COLUMN_NAMES.join(',')}${didYouMean(word, COLUMN_NAMES)}`,
  );
}
