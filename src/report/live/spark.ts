/** Small charts in one line of text. */
import type { ShapeBar } from '../../stats/snapshot.js';

/** Marks of rising height, the first for nothing. */
export type Marks = readonly string[];

const BLOCK_MARKS: Marks = [
  ' ',
  '\u2581',
  '\u2582',
  '\u2583',
  '\u2584',
  '\u2585',
  '\u2586',
  '\u2587',
  '\u2588',
];
/** For terminals whose locale has no such characters. */
export const ASCII_MARKS: Marks = [' ', '.', ':', '-', '=', '+', '*', '#', '@'];

/** As the C library decides which characters there are. */
export function marksFor({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): Marks {
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '') ? BLOCK_MARKS : ASCII_MARKS;
}

/** The newest `width` of `values` at the right end; NaN: not measured. `highest` is full height. */
export function sparkline(values: readonly number[], width: number, highest: number, marks: Marks): string {
  const shown = values.slice(-width).map((value) => mark(value, highest, marks));
  return shown.join('').padStart(width);
}

/** The outline of a distribution in `width` characters, narrower bars joined where there are more. */
export function outline(bars: readonly ShapeBar[], width: number, marks: Marks): string {
  const perMark = Math.max(1, Math.ceil(bars.length / width));
  const counts: number[] = [];
  for (let i = 0; i < bars.length; i += perMark) {
    counts.push(bars.slice(i, i + perMark).reduce((sum, { count }) => sum + count, 0));
  }
  return sparkline(counts, counts.length, Math.max(...counts), marks);
}

/** Whatever is there at all gets the lowest mark at least: a trickle is not nothing. */
function mark(value: number, highest: number, marks: Marks): string {
  if (!(value > 0) || highest <= 0) return marks[0] ?? ' ';
  const level = Math.ceil((value / highest) * (marks.length - 1));
  return marks[Math.min(Math.max(1, level), marks.length - 1)] ?? ' ';
}
