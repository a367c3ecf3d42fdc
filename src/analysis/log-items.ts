/** The lines of a log -> what a report takes in: snapshots as figures, and the few other lines that matter. */
import { type Fields, timeOf } from './fields.js';
import { LatestLines } from './latest-lines.js';
import type { SnapshotFigures } from './snapshot-figures.js';
import { parsed, SnapshotReader } from './snapshot-reader.js';
import { readTotals, type Totals } from './snapshot-totals.js';

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
const EVENTS = new Set(['start', 'connected', 'lost', 'failed', 'listen-failed', 'omitted', 'end']);

/** `{"type":"`: how every line begins. */
const HEAD = '{"type":"';
const MAX_TYPE_CHARS = 20;
/** Most lines of many logs, told by their bytes: the snapshots have their sums. */
const UNREAD = ['phase', 'report', 'packets', 'measured'].map((type) => Buffer.from(`${HEAD}${type}"`));

export class LogItems {
  readonly #snapshots = new SnapshotReader();
  #items: LogItem[] = [];
  readonly #lines = new LatestLines();

  /** Of a line from `start` to `end`, its newline. */
  handleLine(bytes: Buffer, start: number, end: number): void {
    for (const head of UNREAD) if (beginsWith(bytes, start, head)) return;
    const type = typeOf(bytes, start, end);
    // Logs are ASCII.
    if (type === null) this.#items.push({ kind: 'bad' });
    else if (SNAPSHOTS.has(type)) this.#handleSnapshot(bytes, start, end);
    else if (EVENTS.has(type)) this.#handleEvent(bytes.toString('latin1', start, end));
  }

  /** Those since it was last called. */
  take(): readonly LogItem[] {
    this.#lines.settleAll();
    const items = this.#items;
    this.#items = [];
    return items;
  }

  #handleSnapshot(bytes: Buffer, start: number, end: number): void {
    const totals = readTotals(bytes, start, end) ?? this.#readRows(bytes.toString('latin1', start, end));
    if (totals === null) return;
    const item: SnapshotItem = { kind: 'snapshot', ...totals, text: null };
    this.#items.push(item);
    this.#lines.handleLine(item, bytes, start, end);
  }

  #readRows(text: string): Totals | null {
    const snapshot = this.#snapshots.read(text);
    if (snapshot === null) this.#items.push({ kind: 'bad' });
    const tMs = timeOf(snapshot?.envelope.t_ms);
    return snapshot === null || tMs === null ? null : { figures: snapshot.figures, tMs };
  }

  #handleEvent(text: string): void {
    const fields = parsed(text);
    this.#items.push(fields === null ? { kind: 'bad' } : { kind: 'event', fields });
    // What follows may be another run's.
    if (fields?.type === 'start') this.#lines.settleAll();
  }
}

/** A line ends before `head` does where the newline is unlike it. */
function beginsWith(bytes: Buffer, start: number, head: Buffer): boolean {
  for (let i = head.length - 1; i >= 0; i--) if (bytes[start + i] !== head[i]) return false;
  return true;
}

/** null: a line of conntest begins with its type, and this one doesn't. */
function typeOf(bytes: Buffer, start: number, end: number): string | null {
  const head = bytes.toString('latin1', start, Math.min(end, start + HEAD.length + MAX_TYPE_CHARS + 1));
  const typeEnd = head.indexOf('"', HEAD.length);
  return typeEnd === -1 || !head.startsWith(HEAD) ? null : head.slice(HEAD.length, typeEnd);
}
