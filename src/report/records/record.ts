/** Events and snapshots as plain records with published field names: what --ui json prints and --ui log
 *  flattens. Every field is written out by hand, so that a change of the model cannot change the schema
 *  unnoticed. docs/json.md describes each. */

export type RecordValue = string | number | boolean | null | readonly RecordValue[] | JsonRecord;
export interface JsonRecord {
  readonly [name: string]: RecordValue;
}

export const SCHEMA = 'conntest-run/1';

/** Half up; null stays null, and what is not finite was not measured. */
export function integer(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Math.round(value);
}
