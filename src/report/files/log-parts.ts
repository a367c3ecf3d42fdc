/** The parts of a file that is rotated: `run.jsonl` is the one that is written, run.1.jsonl, run.2.jsonl … are the
 *  closed ones. */
import { readdirSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';

export interface ClosedPart {
  readonly number: number;
  readonly path: string;
}

export function partPath(path: string, number: number): string {
  const ending = extname(path);
  return `${path.slice(0, path.length - ending.length)}.${number}${ending}`;
}

/** In the order of time. */
export function closedParts(path: string): ClosedPart[] {
  const ending = extname(path);
  const stem = `${basename(path, ending)}.`;
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(stem) && name.endsWith(ending))
    .map((name) => ({ name, text: name.slice(stem.length, name.length - ending.length) }))
    .filter(({ text }) => /^[1-9]\d{0,8}$/.test(text))
    .map(({ name, text }) => ({ number: Number(text), path: join(dirname(path), name) }))
    .sort((a, b) => a.number - b.number);
}
