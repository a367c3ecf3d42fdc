/** Columns and cells that several tables of a report have. */
import { type Fields, textOf } from '../analysis/fields.js';
import { printable } from '../report/print/ascii.js';
import { NOT_MEASURED } from '../report/print/format.js';

export interface Column {
  readonly title: string;
  readonly kind: 'word' | 'number' | 'name' | 'long' | 'time';
}

export const TEXT_CHARS = 80;

export const word = (title: string): Column => ({ title, kind: 'word' });
export const figure = (title: string): Column => ({ title, kind: 'number' });
/** Of names of peers, which may choose a long one. */
export const named = (title: string): Column => ({ title, kind: 'name' });
/** Where there is no room for it on one line, the date stands above the time. */
export const moment = (title: string): Column => ({ title, kind: 'time' });
/** Of texts that may be broken. */
export const long = (title: string): Column => ({ title, kind: 'long' });

/** Of a row of a snapshot: for the columns `peer` and `target`. */
export function identity(row: Fields): string[] {
  return [text(row.peer_name), text(row.target)];
}

export function text(value: unknown): string {
  return printable(textOf(value) ?? NOT_MEASURED, TEXT_CHARS);
}
