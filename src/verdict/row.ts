/** A peer as docs/json.md has it: so a run and a log are judged alike. */
export type Row = Readonly<Record<string, unknown>>;

const NO_PART: Row = Object.freeze({});

export function partOf(row: Row, name: string): Row {
  const value = row[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Row) : NO_PART;
}

export function readNumber(row: Row, name: string): number | null {
  const value = row[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function sumOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

/** Its name; without a Hello what the user wrote. */
export function titleOf(row: Row): string {
  const { peer_name: name, target } = row;
  if (typeof name === 'string' && name.trim() !== '') return name;
  return typeof target === 'string' ? target : '';
}
