/** A line of CSV (RFC 4180, but for its line ends). */
import { printable } from '../print/ascii.js';

const TEXT_CHARS = 300;

/** What is not there is an empty cell. */
export function csvLine(cells: readonly (string | number | null | undefined)[]): string {
  return `${cells.map(cell).join(',')}\n`;
}

/** In quotes where a comma or a quote would be read as ours. */
function cell(value: string | number | null | undefined): string {
  const text = printable(String(value ?? ''), TEXT_CHARS);
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
