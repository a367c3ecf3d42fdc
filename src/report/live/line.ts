/** A line of the screen: pieces of text with a meaning each. Every character is one column wide. */
import type { Tone } from '../print/palette.js';

export interface Span {
  readonly tone: Tone;
  readonly text: string;
}

export type Line = readonly Span[];

export const EMPTY_LINE: Line = [];

export function span(text: string, tone: Tone = 'plain'): Span {
  return { tone, text };
}

export function lengthOf(line: Line): number {
  return line.reduce((length, { text }) => length + text.length, 0);
}

/** At most `width` columns of it. */
export function cutLine(line: Line, width: number): Line {
  let left = width;
  const kept: Span[] = [];
  for (const { tone, text } of line) {
    if (left <= 0) break;
    const shown = text.slice(0, left);
    kept.push({ tone, text: shown });
    left -= shown.length;
  }
  return kept;
}

/** Left and right at the edges, where there is room for both; else the left one alone. */
export function spread(left: Line, right: Line, width: number): Line {
  const gap = width - lengthOf(left) - lengthOf(right);
  if (gap < 1) return cutLine(left, width);
  return [...left, span(' '.repeat(gap)), ...right];
}

/** `text` in the middle of the line, between what stands at its edges; these give way to it. */
export function centre(left: Line, middle: Line, right: Line, width: number): Line {
  const start = Math.max(0, Math.floor((width - lengthOf(middle)) / 2));
  const end = start + lengthOf(middle);
  const head = lengthOf(left) < start ? left : EMPTY_LINE;
  const tail = lengthOf(right) < width - end ? right : EMPTY_LINE;
  const lead = span(' '.repeat(start - lengthOf(head)));
  const gap = span(' '.repeat(Math.max(0, width - end - lengthOf(tail))));
  return cutLine([...head, lead, ...middle, gap, ...tail], width);
}

/** `text` at exactly `width` columns. */
export function cell(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const shown = text.slice(0, width);
  return align === 'left' ? shown.padEnd(width) : shown.padStart(width);
}
