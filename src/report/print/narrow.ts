/** Lines laid out for 80 columns, in a terminal that has fewer; fields keep to 80 themselves. */

/** Narrower terminals break lines themselves. */
const MIN_COLUMNS = 40;
/** Behind the indent and the label of a field (summary-field.ts). */
const FIELD = /^ {4}[ \S]{13}/;
const FIELD_CHARS = 17;
/** However wide the terminal is, and without one: a field may be a sentence of any length. */
const MAX_FIELD_LINE_CHARS = 80;
/** Of colours: they take no room, and hold no blanks. */
const ESCAPE = '\u001b';
const SEQUENCES = new RegExp(`${ESCAPE}\\[[\\d;]*m`, 'g');
const WORDS = / *[^ ]+/g;
/** What stands further apart belongs less together. */
const GAP = /^ {2}/;

/** How long lines may be.
 *  @param columns null: no terminal; 0: one that does not say */
export function lineChars(columns: number | null): number {
  return columns ? Math.max(MIN_COLUMNS, columns) : Number.POSITIVE_INFINITY;
}

/** Longer lines are broken between figures, or else between words, and go on below where they began. */
export function narrowed(lines: readonly string[], columns: number | null): string[] {
  const width = lineChars(columns);
  const fieldWidth = Math.min(MAX_FIELD_LINE_CHARS, width);
  return lines.flatMap((line) => broken(line, FIELD.test(line) ? fieldWidth : width));
}

function broken(line: string, width: number): string[] {
  if (charsOf(line) <= width) return [line];
  if (/^==/.test(line)) return [line.replace(/=+$/, (rule) => rule.slice(0, width - charsOf(line)))];
  const indent = FIELD.test(line) ? FIELD_CHARS : charsOf(/^ */.exec(line)![0]);
  const at = breakAt(line.match(WORDS) ?? [], width, indent);
  if (at === 0) return [line];
  return [line.slice(0, at).trimEnd(), ...broken(' '.repeat(indent) + line.slice(at).trimStart(), width)];
}

/** @returns 0: there is no place for a break */
function breakAt(words: readonly string[], width: number, indent: number): number {
  let at = 0;
  let chars = 0;
  let between = 0;
  let gap = 0;
  for (const word of words) {
    if (chars > indent) {
      between = at;
      if (GAP.test(word)) gap = at;
    }
    chars += charsOf(word);
    at += word.length;
    if (chars > width) break;
  }
  return gap || between;
}

function charsOf(text: string): number {
  return text.replace(SEQUENCES, '').length;
}
