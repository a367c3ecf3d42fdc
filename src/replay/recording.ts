/** A log in JSON Lines as a recording: what is in memory is a piece of the file, however long it is. */
import { textOf } from '../analysis/fields.js';
import { LogBytes } from './bytes.js';
import { LineCursor, type LogLine } from './cursor.js';
import { decodeEvent } from './decode-event.js';
import { decodeSnapshot } from './decode-snapshot.js';
import { lastTime, offsetOf } from './search.js';
import { Shapes } from './shapes.js';
import type { Item, Recording } from './types.js';

/** The longest course of a rate on the screen. */
const CONTEXT_SNAPSHOTS = 60;
/** Of a thousand peers sixty snapshots would be seconds of reading: then it is fewer. */
const MAX_CONTEXT_BYTES = 16 << 20;
/** Where the first two snapshots are looked for. */
const HEAD_BYTES = 16 << 20;
/** That of a log with less than two snapshots: the usual one. */
const USUAL_INTERVAL_MS = 1000;

interface Facts {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly intervalMs: number;
}

/** null: there is no line of a run in it. Throws what the system says of a file.
 *  @param paths the parts of one log, in the order of time */
export async function openRecording(paths: readonly string[]): Promise<LogRecording | null> {
  const bytes = await LogBytes.open(paths);
  const facts = await readFacts(bytes);
  if (facts !== null) return new LogRecording(bytes, facts);
  await bytes.close();
  return null;
}

export class LogRecording implements Recording {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly contextMs: number;
  readonly #bytes: LogBytes;
  readonly #cursor: LineCursor;
  /** Read, and not due yet. */
  #held: LogLine | null = null;
  #shapes = new Shapes();
  /** Lines that could not be read. */
  badLines = 0;

  constructor(bytes: LogBytes, { name, startMs, endMs, intervalMs }: Facts) {
    this.#bytes = bytes;
    this.#cursor = new LineCursor(bytes);
    this.name = name;
    this.startMs = startMs;
    this.endMs = endMs;
    this.contextMs = CONTEXT_SNAPSHOTS * intervalMs;
  }

  async seek(tMs: number): Promise<void> {
    const { sizeBytes } = this.#bytes;
    const from = tMs - this.contextMs;
    const start = from <= this.startMs ? 0 : await offsetOf(this.#cursor, from, sizeBytes);
    const end = await offsetOf(this.#cursor, tMs, sizeBytes);
    await this.#cursor.seek(Math.max(start, end - MAX_CONTEXT_BYTES));
    this.#held = null;
    this.#shapes = new Shapes();
  }

  async read(tMs: number, handle: (item: Item) => void | Promise<void>): Promise<void> {
    for (;;) {
      const line = this.#held ?? (await this.#cursor.next());
      this.#held = line;
      if (line === null || line.tMs > tMs) return;
      const item = this.#itemOf(line);
      this.#held = null;
      if (item !== null) await handle(item);
    }
  }

  close(): Promise<void> {
    return this.#bytes.close();
  }

  #itemOf(line: LogLine): Item | null {
    // Every part begins with the start of the run.
    if (line.type === 'start' && line.offset > 0) return null;
    if (line.type !== null && UNSEEN.has(line.type)) return null;
    const fields = line.type === null ? null : line.parse();
    if (fields === null) {
      this.badLines++;
      return null;
    }
    if (line.type === 'snapshot' || line.type === 'summary') {
      const snapshot = decodeSnapshot(fields, (rowId, row) => this.#shapes.add(rowId, row));
      return { kind: line.type, snapshot };
    }
    const event = decodeEvent(fields);
    return event === null ? null : { kind: 'event', event };
  }
}

/** Most lines of a log; the snapshots have their sums. */
const UNSEEN: ReadonlySet<string> = new Set(['phase', 'report', 'packets']);

async function readFacts(bytes: LogBytes): Promise<Facts | null> {
  const cursor = new LineCursor(bytes);
  const endMs = await lastTime(cursor, bytes.sizeBytes);
  await cursor.seek(0);
  let name = '';
  let startMs = Number.POSITIVE_INFINITY;
  const snapshotsMs: number[] = [];
  for (
    let line = await cursor.next();
    line !== null && line.offset < HEAD_BYTES;
    line = await cursor.next()
  ) {
    if (line.type === null) continue;
    if (line.type === 'start') name ||= textOf(line.parse()?.name) ?? '';
    startMs = Math.min(startMs, line.tMs);
    if (line.type === 'snapshot') snapshotsMs.push(line.tMs);
    if (snapshotsMs.length === 2) break;
  }
  if (!Number.isFinite(startMs)) return null;
  const [first, second] = snapshotsMs;
  const intervalMs = first === undefined || second === undefined ? USUAL_INTERVAL_MS : second - first;
  return { name, startMs, endMs: Math.max(startMs, endMs ?? startMs), intervalMs: Math.max(1, intervalMs) };
}
