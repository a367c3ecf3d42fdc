/** A line of a block of the summary: a label, and what it is about. */
import { wrapText } from './wrap.js';

/** Four latencies, or two rates and what was moved, stand behind the label: 77 and 80 columns at the most. */
const INDENT = '    ';
const LABEL_CHARS = 13;
const TEXT_CHARS = 80 - INDENT.length - LABEL_CHARS;

export function field(label: string, text: string): string {
  return `${INDENT}${label.padEnd(LABEL_CHARS)}${text}`.trimEnd();
}

/** A sentence of any length, below itself where one line doesn't hold it. */
export function fieldLines(label: string, text: string): string[] {
  return wrapText(text, TEXT_CHARS).map((line, index) => field(index === 0 ? label : '', line));
}
