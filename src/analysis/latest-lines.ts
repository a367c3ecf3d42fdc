/** The lines whose rows a report may show: the last ones that have any, as client and as server. */
import type { SnapshotItem } from './log-items.js';
import { SIDE_NAMES, type SideName } from './snapshot-figures.js';

export class LatestLines {
  #latest = new Map<SideName, SnapshotItem>();
  /** The newest item, whose text is still bytes here: a text of most lines would be made for nothing. */
  #newest: SnapshotItem | null = null;
  #line = Buffer.alloc(0);
  #lineBytes = 0;

  /** @param item of the line from `start` to `end`; its text comes later, if at all */
  handleLine(item: SnapshotItem, bytes: Buffer, start: number, end: number): void {
    const before = new Set(this.#latest.values());
    for (const name of SIDE_NAMES) if (item.figures[name] !== null) this.#latest.set(name, item);
    const after = new Set(this.#latest.values());
    if (!after.has(item)) return;
    if (this.#newest !== null && after.has(this.#newest)) this.#settle();
    for (const replaced of before) if (!after.has(replaced)) replaced.text = null;
    this.#hold(item, bytes, start, end);
  }

  /** What follows replaces none of them. */
  settleAll(): void {
    this.#settle();
    this.#latest = new Map();
  }

  #hold(item: SnapshotItem, bytes: Buffer, start: number, end: number): void {
    this.#newest = item;
    this.#lineBytes = end - start;
    if (this.#line.length < this.#lineBytes) this.#line = Buffer.allocUnsafe(2 * this.#lineBytes);
    bytes.copy(this.#line, 0, start, end);
  }

  #settle(): void {
    if (this.#newest !== null) this.#newest.text = this.#line.toString('latin1', 0, this.#lineBytes);
    this.#newest = null;
  }
}
