import type { Prng } from '../support/prng.js';

const SPACES = ['', '', '', ' ', '\n', '\t', '\r', '  \n'];

/** A JSON text of `value` with the fields of objects in random order and white space wherever it may be. */
export function looseJson(value: unknown, prng: Prng): string {
  const space = () => prng.pick(SPACES);
  if (Array.isArray(value)) {
    const items = value.map((item) => space() + looseJson(item, prng) + space());
    return `[${items.length === 0 ? space() : items.join(',')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const fields = shuffle(Object.entries(value), prng).map(
      ([name, field]) =>
        `${space()}${JSON.stringify(name)}${space()}:${space()}${looseJson(field, prng)}${space()}`,
    );
    return `{${fields.length === 0 ? space() : fields.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** The same items in random order. */
export function shuffle<T>(items: readonly T[], prng: Prng): T[] {
  const rest = [...items];
  const shuffled: T[] = [];
  while (rest.length > 0) shuffled.push(...rest.splice(prng.below(rest.length), 1));
  return shuffled;
}
