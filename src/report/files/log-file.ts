/** A file that outputs write: each text whole, in parts of a bounded size, on the disk when a part ends. */
import { closeSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { closedParts, partPath } from './log-parts.js';

export interface LogFileOptions {
  readonly path: string;
  /** A part that would grow above this is closed first; null: there is one part. */
  readonly partBytes: number | null;
  /** Closed parts that are kept; null: all. */
  readonly keepParts: number | null;
}

/** `run.jsonl` is the part that is written; closed ones are run.1.jsonl, run.2.jsonl … in the order of time. A
 *  file that is there already becomes the next closed part, so nothing is overwritten. The first text written is
 *  repeated at the start of every part, so that each can be read alone. What was written before the process is
 *  killed is in the file; on the disk it is when the part ends. Throws what the system says when the file can't be
 *  made: at the start, not in the middle of a run. */
export function openLogFile(options: LogFileOptions): Writable {
  const { path } = options;
  const found = statSync(path, { throwIfNoEntry: false });
  const isRegular = found === undefined || found.isFile();
  if (isRegular && found !== undefined && found.size > 0) moveAside(path);
  closeSync(openSync(path, 'a'));
  return new LogFile(options, isRegular);
}

class LogFile extends Writable {
  readonly #options: LogFileOptions;
  /** False for a device or a pipe, which has no parts. */
  readonly #isRegular: boolean;
  #handle: FileHandle | null = null;
  #head: Buffer | null = null;
  #partBytes = 0;

  constructor(options: LogFileOptions, isRegular: boolean) {
    super();
    this.#options = options;
    this.#isRegular = isRegular;
  }

  override _construct(done: (error?: Error | null) => void): void {
    this.#open().then(() => done(), done);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#append([chunk]).then(() => done(), done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#append(chunks.map(({ chunk }) => chunk)).then(() => done(), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#closePart().then(() => done(), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (this.#handle === null) done(error);
    else
      this.#handle.close().then(
        () => done(error),
        () => done(error),
      );
  }

  async #open(): Promise<void> {
    this.#handle = await open(this.#options.path, 'a');
    this.#partBytes = 0;
  }

  async #append(texts: readonly Buffer[]): Promise<void> {
    let waiting: Buffer[] = [];
    let waitingBytes = 0;
    for (const text of texts) {
      const head = this.#head;
      this.#head ??= text;
      if (head !== null && this.#isFull(head.length, this.#partBytes + waitingBytes, text.length)) {
        await this.#writeAll(waiting);
        await this.#nextPart();
        waiting = [head];
        waitingBytes = head.length;
      }
      waiting.push(text);
      waitingBytes += text.length;
    }
    await this.#writeAll(waiting);
  }

  /** A part has at least one text more than its head, however large that is. */
  #isFull(headBytes: number, heldBytes: number, moreBytes: number): boolean {
    const { partBytes } = this.#options;
    return (
      this.#isRegular && partBytes !== null && heldBytes > headBytes && heldBytes + moreBytes > partBytes
    );
  }

  async #writeAll(texts: readonly Buffer[]): Promise<void> {
    const text = Buffer.concat(texts);
    if (text.length === 0) return;
    await this.#handle!.appendFile(text);
    this.#partBytes += text.length;
  }

  async #nextPart(): Promise<void> {
    await this.#closePart();
    moveAside(this.#options.path);
    this.#dropOldParts();
    await this.#open();
  }

  async #closePart(): Promise<void> {
    const handle = this.#handle!;
    if (this.#isRegular) await handle.sync();
    this.#handle = null;
    await handle.close();
  }

  #dropOldParts(): void {
    const { path, keepParts } = this.#options;
    if (keepParts === null) return;
    for (const part of closedParts(path).slice(0, -keepParts)) rmSync(part.path, { force: true });
  }
}

function moveAside(path: string): void {
  const last = closedParts(path).at(-1)?.number ?? 0;
  renameSync(path, partPath(path, last + 1));
}
