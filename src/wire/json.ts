import { JsonReader } from './json-reader.js';

/** The value of a JSON text; undefined when it isn't JSON, or holds a number that isn't written as an
 *  integer (`1.0`, `1e3`), which the original refuses. Of fields of the same name the last one counts. */
export function parseJson(text: string): unknown {
  return new JsonReader(text).read();
}

/** Whether `value` is an object with these fields and no others, in any order. */
export function hasExactly<K extends string>(
  value: unknown,
  fields: readonly K[],
): value is Record<K, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.keys(value).length === fields.length && fields.every((field) => Object.hasOwn(value, field));
}

/** A safe integer, or null. */
export function toInteger(value: unknown): number | null {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return null;
  return value === 0 ? 0 : value; // -0 is 0
}
