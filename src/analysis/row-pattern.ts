/** Rows of snapshots, read without parsing them: most of a log is rows, and a report needs a few figures of each. A
 *  regular expression, made after the rows seen so far, takes exactly the rows that are written like them, field by
 *  field, and hands out the texts of the fields that are wanted. Whatever it does not take is parsed by JSON.parse. */

import { type Fields, fieldsOf } from './fields.js';

/** What the values of a field have been, besides null. */
interface Shape {
  readonly kinds: Set<Kind>;
  /** Of the newest object. */
  fields: ReadonlyMap<string, Shape> | null;
  /** An object in which nothing was measured: its text is compared faster than it is read. */
  blank: Fields | null;
}

/** Rows change their shape when something is measured for the first time; what goes on changing is no log of ours. */
const MAX_SHAPES = 64;
const MAX_DEPTH = 4;

const INTEGER = String.raw`-?(?:[1-9]\d*|0)`;
/** As JSON.parse takes them. Of a text only printable ASCII: what lies beyond it is escaped in a log. */
const KIND_PATTERNS = {
  integer: INTEGER,
  decimal: String.raw`${INTEGER}(?:\.\d+)?(?:[eE][-+]?\d+)?`,
  text: String.raw`"[ !#-[\]-~]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-~]*)*"`,
  boolean: 'true|false',
} as const;
type Kind = keyof typeof KIND_PATTERNS;

const QUOTE = 0x22;
const MINUS = 0x2d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;

export class RowPattern {
  /** Of fields: `name`, or `object.name`. */
  readonly #wanted: readonly string[];
  readonly #row = newShape();
  #shapes = 0;
  #expression: RegExp | null = null;
  /** Of each wanted path, its group in the expression; 0: the rows have no such field. */
  #groups: number[] = [];

  constructor(wanted: readonly string[]) {
    this.#wanted = wanted;
  }

  /** @param values gets those of the wanted paths, in their order
   *  @returns where the row ends that begins at `at`; -1: it is none that is known */
  read(text: string, at: number, values: unknown[]): number {
    const expression = this.#expression;
    if (expression === null) return -1;
    expression.lastIndex = at;
    const found = expression.exec(text);
    if (found === null) return -1;
    for (let i = 0; i < this.#groups.length; i++) {
      const group = this.#groups[i]!;
      values[i] = group === 0 ? undefined : valueIn(found[group]);
    }
    return expression.lastIndex;
  }

  /** Takes rows like this one from now on. */
  learn(row: unknown): void {
    if (this.#shapes === MAX_SHAPES || !widen(this.#row, row, 0) || this.#row.fields === null) return;
    this.#shapes++;
    const groups: string[] = [];
    const source = fieldsPattern(this.#row.fields, '', { wanted: this.#wanted, groups });
    this.#groups = this.#wanted.map((path) => groups.indexOf(path) + 1);
    this.#expression = new RegExp(source, 'y');
  }
}

/** @returns whether the shape has changed */
function widen(shape: Shape, value: unknown, depth: number): boolean {
  const kind = kindOf(value);
  const { size } = shape.kinds;
  if (kind !== null) return shape.kinds.add(kind).size > size;
  // A list is never read here: the next row with one is parsed, too.
  if (value === null || Array.isArray(value) || depth === MAX_DEPTH) return false;
  return widenObject(shape, fieldsOf(value), depth);
}

/** null: none of those that have a pattern. */
function kindOf(value: unknown): Kind | null {
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'decimal';
  if (typeof value === 'string') return 'text';
  return typeof value === 'boolean' ? 'boolean' : null;
}

function widenObject(shape: Shape, object: Fields, depth: number): boolean {
  const known = shape.fields;
  const names = Object.keys(object);
  const isKnown = known !== null && sameNames([...known.keys()], names);
  const fields = isKnown ? known : new Map(names.map((name) => [name, known?.get(name) ?? newShape()]));
  shape.fields = fields;
  let hasChanged = !isKnown;
  for (const [name, field] of fields) if (widen(field, object[name], depth + 1)) hasChanged = true;
  if (shape.blank !== null || !Object.values(object).every(isBlank)) return hasChanged;
  shape.blank = object;
  return true;
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}

function isBlank(value: unknown): boolean {
  return value === null || value === 0;
}

interface Groups {
  readonly wanted: readonly string[];
  /** Paths of the groups so far, in the order of their parentheses. */
  readonly groups: string[];
}

function fieldsPattern(fields: ReadonlyMap<string, Shape>, prefix: string, groups: Groups): string {
  const all = [...fields].map(
    ([name, shape]) =>
      `${literal(JSON.stringify(name))}:${valuePattern(shape, pathOf(prefix, name), groups)}`,
  );
  return String.raw`\{${all.join(',')}\}`;
}

function valuePattern(shape: Shape, path: string, groups: Groups): string {
  const isWanted = groups.wanted.includes(path);
  if (isWanted) groups.groups.push(path);
  // In the order of how often they are: the first that fits is taken.
  const kinds = [
    ...blankPatterns(shape, path, groups.wanted),
    ...[...shape.kinds].map((kind) => KIND_PATTERNS[kind]),
    ...(shape.fields === null ? [] : [fieldsPattern(shape.fields, `${path}.`, groups)]),
    'null',
  ];
  return `(${isWanted ? '' : '?:'}${kinds.join('|')})`;
}

/** Wanted fields are in no group then, as if they were null: so they must not be 0. */
function blankPatterns({ blank }: Shape, path: string, wanted: readonly string[]): string[] {
  if (blank === null) return [];
  const isRead = Object.entries(blank).some(
    ([name, value]) => value === 0 && wanted.includes(pathOf(`${path}.`, name)),
  );
  return isRead ? [] : [literal(JSON.stringify(blank))];
}

/** A stranger's name with a dot is not the path of a field within an object. */
function pathOf(prefix: string, name: string): string {
  return prefix + name.replaceAll('.', '..');
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** What JSON.parse makes of the text; undefined: the field is in an object that is null or blank. */
function valueIn(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  if (text === 'null') return null;
  const first = text.charCodeAt(0);
  if (first === QUOTE && !text.includes('\\')) return text.slice(1, -1);
  return first === MINUS || (first >= DIGIT_0 && first <= DIGIT_9) ? Number(text) : JSON.parse(text);
}

function newShape(): Shape {
  return { kinds: new Set(), fields: null, blank: null };
}
