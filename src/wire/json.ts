const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/g;
const FRACTION_OR_EXPONENT = /[.eE]/;

/** The value of a JSON text; undefined when it isn't JSON, or holds a number that isn't written as an
 *  integer (`1.0`, `1e3`), which the original refuses and JSON.parse would hide. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    // true and false match as well; no packet and no message has a place for them.
    return FRACTION_OR_EXPONENT.test(text.replace(STRING, '')) ? undefined : value;
  } catch {
    return undefined;
  }
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
