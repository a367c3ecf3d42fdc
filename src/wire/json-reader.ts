/** Arrays and objects within each other: no packet and no message of either version has half as many, and a
 *  reader that calls itself must not follow a peer any deeper. */
const MAX_DEPTH = 16;

const WORD = /true|false|null|-?(?:0|[1-9][0-9]*)(?![.eE])/y;
const WORD_VALUES = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const ESCAPES = new Map<string | undefined, string>([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
const HEX_4 = /^[0-9a-fA-F]{4}$/;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Reads one JSON text (RFC 8259) whose numbers are integers. JSON.parse is not used for two reasons: it hides
 * how a number was written, and it throws, which costs a dozen microseconds for every malformed packet of
 * whoever wants to send a flood of them.
 */
export class JsonReader {
  readonly #text: string;
  #pos = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The value; undefined, here and below, for anything else. */
  read(): unknown {
    const value = this.#readValue(0);
    this.#skipSpace();
    return this.#pos === this.#text.length ? value : undefined;
  }

  #readValue(depth: number): unknown {
    this.#skipSpace();
    const first = this.#text[this.#pos];
    if (first === '"') return this.#readString();
    if (first !== '{' && first !== '[') return this.#readWord();
    if (depth === MAX_DEPTH) return undefined;
    this.#pos++;
    return first === '{' ? this.#readObject(depth + 1) : this.#readArray(depth + 1);
  }

  #readObject(depth: number): unknown {
    // Without a prototype, a field named __proto__ is one like any other.
    const fields: Record<string, unknown> = Object.create(null);
    if (this.#accept('}')) return fields;
    do {
      this.#skipSpace();
      const name = this.#text[this.#pos] === '"' ? this.#readString() : undefined;
      if (name === undefined || !this.#accept(':')) return undefined;
      const value = this.#readValue(depth);
      if (value === undefined) return undefined;
      fields[name] = value;
    } while (this.#accept(','));
    return this.#accept('}') ? fields : undefined;
  }

  #readArray(depth: number): unknown {
    const items: unknown[] = [];
    if (this.#accept(']')) return items;
    do {
      const value = this.#readValue(depth);
      if (value === undefined) return undefined;
      items.push(value);
    } while (this.#accept(','));
    return this.#accept(']') ? items : undefined;
  }

  #readWord(): unknown {
    WORD.lastIndex = this.#pos;
    const word = WORD.exec(this.#text)?.[0];
    if (word === undefined) return undefined;
    this.#pos += word.length;
    const value = WORD_VALUES.get(word);
    return value === undefined ? Number(word) : value;
  }

  #readString(): string | undefined {
    const start = ++this.#pos;
    for (;;) {
      const code = this.#text.charCodeAt(this.#pos);
      if (code === BACKSLASH) return this.#readEscaped(this.#text.slice(start, this.#pos));
      if (code === QUOTE) return this.#text.slice(start, this.#pos++);
      if (!(code >= 0x20)) return undefined; // a control character, or NaN at the end
      this.#pos++;
    }
  }

  /** The rest of a string that has escapes, behind its first part. */
  #readEscaped(start: string): string | undefined {
    let value = start;
    for (;;) {
      const char = this.#text[this.#pos++];
      if (char === '"') return value;
      if (char === undefined || char < ' ') return undefined;
      const meant = char === '\\' ? this.#readEscape() : char;
      if (meant === undefined) return undefined;
      value += meant;
    }
  }

  #readEscape(): string | undefined {
    const char = this.#text[this.#pos++];
    if (char !== 'u') return ESCAPES.get(char);
    const digits = this.#text.slice(this.#pos, this.#pos + 4);
    this.#pos += 4;
    return HEX_4.test(digits) ? String.fromCharCode(Number.parseInt(digits, 16)) : undefined;
  }

  /** Whether `char` comes next, after any white space; then it has been read. */
  #accept(char: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#pos] !== char) return false;
    this.#pos++;
    return true;
  }

  #skipSpace(): void {
    for (;;) {
      const char = this.#text[this.#pos];
      if (char !== ' ' && char !== '\n' && char !== '\r' && char !== '\t') return;
      this.#pos++;
    }
  }
}
