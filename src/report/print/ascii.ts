/** Text from strangers (a peer's Hello, a resolver's words) made safe for a terminal and a log: what
 *  leaves here is printable ASCII, so that no escape sequence survives and every character is one
 *  column wide. */

/** A name in a table: longer ones would push the figures off the screen. */
export const TABLE_NAME_CHARS = 20;
/** A cause or a notice within a line. */
export const LINE_TEXT_CHARS = 300;
/** A string in JSON and in the log: generous for every honest name, and a bound for the others. */
const RECORD_TEXT_CHARS = 1000;

const ELLIPSIS = '...';

/** One line of printable ASCII, at most `maxChars` long; anything else becomes `?`, one a character. */
export function printable(text: string, maxChars: number): string {
  // Cut first: the work is bounded by what can be shown, not by what was sent.
  const short = text.length > maxChars ? text.slice(0, maxChars - ELLIPSIS.length) + ELLIPSIS : text;
  return short.replace(/[^ -~]/gu, '?').trim();
}

/** A JSON text in ASCII: JSON.stringify leaves DEL and the C1 controls (one of them is CSI) as they are. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[^ -~]/g, escapeUnit);
}

/** Text for a JSON or log field, cut to a bound. */
export function recordText(text: string): string {
  return text.length > RECORD_TEXT_CHARS
    ? text.slice(0, RECORD_TEXT_CHARS - ELLIPSIS.length) + ELLIPSIS
    : text;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
