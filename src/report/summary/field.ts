/** A line of a block of the summary: a label, and what it is about. */

/** Four latencies, or two rates and what was moved, stand behind the label: 77 and 80 columns at the most. */
const INDENT = '    ';
const LABEL_CHARS = 13;

/** In one line, however long: narrow.ts breaks it. */
export function field(label: string, text: string): string {
  return `${INDENT}${label.padEnd(LABEL_CHARS)}${text}`.trimEnd();
}
