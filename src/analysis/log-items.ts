/** The lines of a log -> what a report takes in: snapshots as figures, and the few other lines that matter. */
import { type Fields, numberOf } from './fields.js';
import { SIDE_NAMES, type SideName, type SnapshotFigures } from './snapshot-figures.js';
import { parsed, SnapshotReader } from './snapshot-reader.js';

export type LogItem =
  | { readonly kind: 'event'; readonly fields: Fields }
  | SnapshotItem
  /** A line that is none of conntest's. */
  | { readonly kind: 'bad' };

export interface SnapshotItem {
  readonly kind: 'snapshot';
  readonly tMs: number;
  readonly figures: SnapshotFigures;
  /** The line; null where a later item has rows of the same sides: a report shows the last rows only. */
  text: string | null;
}

const SNAPSHOTS = new Set(['snapshot', 'summary']);
/** Phases, reports and packets are most lines of many logs, and the snapshots have their sums. */
const EVENTS = new Set(['start', 'connected', 'lost', 'failed', 'listen-failed', 'end']);

/** `{"type":"`: how every line begins. */
const HEAD = '{"type":"';
const MAX_TYPE_CHARS = 20;

export class LogItems {
  readonly #snapshots = new SnapshotReader();
  #items: LogItem[] = [];
  #latest = new Map<SideName, SnapshotItem>();

  /** Of a line from `start` to `end`, its newline. */
  handleLine(bytes: Buffer, start: number, end: number): void {
    const type = typeOf(bytes, start, end);
    // Logs are ASCII.
    if (type === null) this.#items.push({ kind: 'bad' });
    else if (SNAPSHOTS.has(type)) this.#handleSnapshot(bytes.toString('latin1', start, end));
    else if (EVENTS.has(type)) this.#handleEvent(bytes.toString('latin1', start, end));
  }

  /** Those since it was last called. */
  take(): readonly LogItem[] {
    const items = this.#items;
    this.#items = [];
    this.#latest = new Map();
    return items;
  }

  #handleSnapshot(text: string): void {
    const snapshot = this.#snapshots.read(text);
    if (snapshot === null) {
      this.#items.push({ kind: 'bad' });
      return;
    }
    const { figures, envelope } = snapshot;
    const tMs = numberOf(envelope.t_ms);
    if (tMs === null) return;
    const item: SnapshotItem = { kind: 'snapshot', tMs, figures, text };
    this.#items.push(item);
    this.#replaceLatest(item);
  }

  #replaceLatest(item: SnapshotItem): void {
    const replaced = new Set<SnapshotItem>();
    for (const name of SIDE_NAMES) {
      if (item.figures[name] === null) continue;
      const before = this.#latest.get(name);
      if (before !== undefined) replaced.add(before);
      this.#latest.set(name, item);
    }
    const latest = [...this.#latest.values()];
    for (const before of replaced) if (!latest.includes(before)) before.text = null;
  }

  #handleEvent(text: string): void {
    const fields = parsed(text);
    this.#items.push(fields === null ? { kind: 'bad' } : { kind: 'event', fields });
    // What follows may be another run's.
    if (fields?.type === 'start') this.#latest = new Map();
  }
}

/** null: a line of conntest begins with its type, and this one doesn't. */
function typeOf(bytes: Buffer, start: number, end: number): string | null {
  const head = bytes.toString('latin1', start, Math.min(end, start + HEAD.length + MAX_TYPE_CHARS + 1));
  const typeEnd = head.indexOf('"', HEAD.length);
  return typeEnd === -1 || !head.startsWith(HEAD) ? null : head.slice(HEAD.length, typeEnd);
}
