/** Sizes and shares within a sentence. */
import { formatCount } from '../print/format.js';

/** More tell nobody anything. */
const MAX_PARTS = 5;

/** `1,200`, `512 and 1,200 to 1,400`, of sizes that are in `all`: neighbours there are one range. */
export function sizesText(sizesBytes: readonly number[], all: readonly number[]): string {
  const parts = rangesOf(sizesBytes, all).map(([first, last]) =>
    first === last ? formatCount(first) : `${formatCount(first)} to ${formatCount(last)}`,
  );
  const shown = parts.slice(0, MAX_PARTS);
  if (parts.length > MAX_PARTS) shown[MAX_PARTS - 1] = `${parts.length - MAX_PARTS + 1} more`;
  return shown.length === 1 ? shown[0]! : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** `34 %`, `0.12 %`, `-3 %`: two digits. */
export function percent(share: number): string {
  return `${percentDigits(share)} %`;
}

/** The same without its sign of unit, for the first of two. */
export function percentDigits(share: number): string {
  const value = share * 100;
  return Math.abs(value) >= 10 ? value.toFixed(0) : String(Number(value.toPrecision(2)));
}

function rangesOf(sizesBytes: readonly number[], all: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  let lastAt = Number.NEGATIVE_INFINITY;
  for (const size of sizesBytes) {
    const at = all.indexOf(size);
    const open = ranges.at(-1);
    if (open !== undefined && at === lastAt + 1) open[1] = size;
    else ranges.push([size, size]);
    lastAt = at;
  }
  return ranges;
}
