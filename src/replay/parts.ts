/** The closed parts of a log (docs/log.md): `run.jsonl` was preceded by run.1.jsonl, run.2.jsonl … */
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';

/** A start has its --connect arguments. */
const MAX_START_BYTES = 1 << 20;

/** Those of the same run, in the order of time, the log itself at the end. A file that was there before the run has a
 *  number too, but another start. Throws what the system says of a file. */
export function partsOf(path: string): string[] {
  const start = firstLine(path);
  const ending = extname(path);
  const stem = `${basename(path, ending)}.`;
  const closed = readdirSync(dirname(path))
    .filter((name) => name.startsWith(stem) && name.endsWith(ending))
    .map((name) => ({ name, text: name.slice(stem.length, name.length - ending.length) }))
    .filter(({ text }) => /^[1-9]\d{0,8}$/.test(text))
    .sort((a, b) => Number(a.text) - Number(b.text))
    .map(({ name }) => join(dirname(path), name));
  return [...closed.filter((part) => start !== '' && firstLine(part) === start), path];
}

/** Empty without a whole one. */
function firstLine(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(MAX_START_BYTES);
    const length = readSync(file, bytes, 0, bytes.length, 0);
    const end = bytes.subarray(0, length).indexOf('\n');
    return end === -1 ? '' : bytes.toString('latin1', 0, end);
  } finally {
    closeSync(file);
  }
}
