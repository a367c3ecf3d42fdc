/** docs/json.md as data: what it lists of each line and each object within the lines. */
import { readFile } from 'node:fs/promises';

const DOCUMENT = new URL('../../../docs/json.md', import.meta.url);

export interface Section {
  /** Type by field, in the order of the page: `integer`, `text or null`, `list of peer` … */
  readonly fields: ReadonlyMap<string, string>;
  /** The line that the page shows; null where it shows none. */
  readonly example: unknown;
}

export async function readSections(): Promise<Map<string, Section>> {
  const text = await readFile(DOCUMENT, 'utf8');
  const parts = text.split(/^## /m).slice(1);
  return new Map(parts.map((part) => [part.slice(0, part.indexOf('\n')), readSection(part)]));
}

function readSection(part: string): Section {
  const rows = part.matchAll(/^\| `(\w+)` \| ([^|]+) \|/gm);
  const example = /```json\n(.*)\n```/.exec(part)?.[1];
  return {
    fields: new Map([...rows].map(([, field = '', type = '']) => [field, type])),
    example: example === undefined ? null : JSON.parse(example),
  };
}
