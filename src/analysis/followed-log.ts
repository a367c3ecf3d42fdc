/** A log that grows while it is read, over its rotations: only what is new is read. */
import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { closedParts } from '../report/files/log-parts.js';
import { readLines } from './line-reader.js';
import { type LogItem, LogItems } from './log-items.js';

/** Read in one turn of the loop, so that a signal is heard within a fraction of a second. */
const TURN_BYTES = 32 << 20;

export class FollowedLog {
  readonly #path: string;
  readonly #handle: (item: LogItem) => void;
  readonly #reader = new LogItems();
  /** The part that is read; kept open, so that it is known when it has got another name, or none. */
  #file: number;
  /** Where its first line begins that was not read. */
  #at = 0;

  /** Throws what the system says of the file. */
  constructor(path: string, handle: (item: LogItem) => void) {
    this.#path = path;
    this.#handle = handle;
    this.#file = openSync(path, 'r');
  }

  /** Reads what has come since it was last called. Throws what the system says of the files. */
  async poll(): Promise<void> {
    for (;;) {
      const next = this.#nextPart();
      // A part that has a follower is complete.
      await this.#readRest();
      if (next === null) return;
      this.#openNext(next);
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  /** Stays at the part that was read when the other has got another name meanwhile: it is found again. */
  #openNext(next: Part): void {
    const file = openSync(next.path, 'r');
    const isSame = fstatSync(file).ino === next.ino;
    closeSync(isSame ? this.#file : file);
    if (!isSame) return;
    this.#file = file;
    this.#at = 0;
  }

  async #readRest(): Promise<void> {
    let end = this.#at;
    do {
      this.#at = end;
      const to = this.#at + TURN_BYTES;
      end = readLines(this.#file, { from: this.#at, to }, (bytes, start, lineEnd) => {
        this.#reader.handleLine(bytes, start, lineEnd);
      });
      for (const item of this.#reader.take()) this.#handle(item);
      await nextTurn();
    } while (end > this.#at);
  }

  /** Of those behind the part that is read, the oldest; null: there is none yet. */
  #nextPart(): Part | null {
    const paths = [...closedParts(this.#path).map(({ path }) => path), this.#path];
    const parts = paths.flatMap((path) => {
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats === undefined ? [] : [{ path, ino: stats.ino }];
    });
    const { ino } = fstatSync(this.#file);
    // Old parts are deleted before newer ones: where ours is gone, all others are newer.
    return parts[parts.findIndex((part) => part.ino === ino) + 1] ?? null;
  }
}

/** Parts of a log are files of one folder, so a number tells them apart. */
interface Part {
  readonly path: string;
  readonly ino: number;
}
