/** Fields of a line that somebody else may have written: what is not of the expected type is not there. */

export type Fields = Readonly<Record<string, unknown>>;

const NONE: Fields = Object.freeze({});

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : NONE;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** What Date can hold on either side of 1970 (ECMA-262, Time Values and Time Range). */
const MAX_TIME_MS = 8.64e15;

/** Milliseconds since 1970; null: no time that can be written. */
export function timeOf(value: unknown): number | null {
  const tMs = numberOf(value);
  return tMs !== null && Math.abs(tMs) <= MAX_TIME_MS ? tMs : null;
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
