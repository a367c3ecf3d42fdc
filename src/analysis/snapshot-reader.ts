/** The text of a snapshot -> its figures. A report of a day has millions of rows, so they are read by their pattern;
 *  a snapshot with a row that is written in another way is parsed, with the same result. */
import { type Fields, fieldsOf, listOf } from './fields.js';
import { RowPattern } from './row-pattern.js';
import {
  figuresOf,
  ROW_PATHS,
  SIDE_NAMES,
  type SideFigures,
  SideSum,
  type SnapshotFigures,
} from './snapshot-figures.js';

export interface Snapshot {
  readonly figures: SnapshotFigures;
  /** The line without its rows. */
  readonly envelope: Fields;
}

const COMMA = 0x2c;
const LIST_END = 0x5d;
const CLIENTS = '"clients":[';
const SERVERS = '],"servers":[';
/** What must be in the line once: names within a text have backslashes before their quotes. */
const NAMES = ['"clients":', '"servers":'];

export class SnapshotReader {
  readonly #pattern = new RowPattern(ROW_PATHS);
  readonly #values: unknown[] = [];

  /** @returns null: the text is no JSON object */
  read(text: string): Snapshot | null {
    return this.readByPattern(text) ?? this.#parse(text);
  }

  /** null: it has to be parsed. */
  readByPattern(text: string): Snapshot | null {
    const clientsAt = text.indexOf(CLIENTS) + CLIENTS.length;
    if (clientsAt < CLIENTS.length) return null;
    const clients = this.#readRows(text, clientsAt, 'clients');
    if (clients === null || !text.startsWith(SERVERS, clients.end)) return null;
    const servers = this.#readRows(text, clients.end + SERVERS.length, 'servers');
    if (servers === null) return null;
    const rest = text.slice(servers.end);
    if (NAMES.some((name) => rest.includes(name))) return null;
    const envelope = parsed(text.slice(0, clientsAt) + SERVERS + rest);
    if (envelope === null || !SIDE_NAMES.every((name) => Array.isArray(envelope[name]))) return null;
    return { figures: { clients: clients.figures, servers: servers.figures }, envelope };
  }

  #readRows(
    text: string,
    start: number,
    name: (typeof SIDE_NAMES)[number],
  ): { readonly end: number; readonly figures: SideFigures | null } | null {
    const sum = new SideSum(name);
    let at = start;
    while (text.charCodeAt(at) !== LIST_END) {
      const end = this.#pattern.read(text, at, this.#values);
      if (end === -1) return null;
      sum.add(this.#values);
      at = end;
      if (text.charCodeAt(at) === COMMA) at++;
      else if (text.charCodeAt(at) !== LIST_END) return null;
    }
    // A comma with nothing behind it is no JSON.
    return text.charCodeAt(at - 1) === COMMA ? null : { end: at, figures: sum.figures() };
  }

  #parse(text: string): Snapshot | null {
    const line = parsed(text);
    if (line === null) return null;
    for (const name of SIDE_NAMES) for (const row of listOf(line[name])) this.#pattern.learn(row);
    return { figures: figuresOf(line), envelope: line };
  }
}

export function parsed(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? fieldsOf(value) : null;
  } catch {
    return null;
  }
}
