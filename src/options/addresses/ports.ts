/** Lists and ranges of ports: `80`, `1-1024`, `22,80,8000-8100`. */
import { type Given, quote, usageError } from '../values/given.js';

const MAX_PORT = 65_535;
const EXAMPLES = 'write e.g. 80, 1-1024 or 22,80,8000-8100';

/** Both ends belong to it. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** In ascending order, without overlaps. `text` is the list alone. Throws ERR_CONNTEST_USAGE. */
export function parsePorts(given: Given, text: string): PortRange[] {
  const ranges = text.split(',').map((part) => readRange(given, part));
  const merged: PortRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last === undefined || range.from > last.to + 1) merged.push(range);
    else merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
  }
  return merged;
}

export function countPorts(ranges: readonly PortRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}

export function listPorts(ranges: readonly PortRange[]): number[] {
  return ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
}

function readRange(given: Given, part: string): PortRange {
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part.trim()) ?? [];
  if (first === undefined) throw usageError(given, `${quote(part)} is no port or range; ${EXAMPLES}`);
  const [from, to] = [Number(first), Number(last)];
  if (from < 1 || to > MAX_PORT) {
    throw usageError(given, `${quote(part)} is out of range; ports go from 1 to ${MAX_PORT}`);
  }
  if (from > to) throw usageError(given, `the range ${part} runs backwards; write ${to}-${from}`);
  return { from, to };
}
