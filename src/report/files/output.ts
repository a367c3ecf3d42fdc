/** The Output on a stream (stdout or a file): bounded in memory, quiet after the reader has gone. */
import type { Writable } from 'node:stream';
import type { Output } from '../reporter.js';

/** A reader this far behind sees no snapshots until it has caught up: a pipe's 64 KiB again, so that a
 *  pager that is scrolled, or a burst of events, does not count as lagging. */
const LAG_BYTES = 64 * 1024;
/** Above this, events are dropped too. At 200 bytes each it holds the failures of 10,000 connections
 *  for four rounds of retries; a reader that needs longer is not coming back. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;
/** How long the end of a run waits for a reader to take the rest. */
const FLUSH_LIMIT_MS = 2000;

/** What ended the output. A reader that went away (`| head`) is a normal end; the other kind is an
 *  error of this side, such as a full disk. */
export type OutputEnd =
  | { readonly kind: 'reader-gone' }
  | { readonly kind: 'failed'; readonly error: Error & { readonly code?: string } };

/** process.stdout is one, and so is any other stream: without `isTTY` it is no terminal. */
export type OutputStream = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  hasColors?(): boolean;
};

interface OutputOptions {
  readonly stream: OutputStream;
  readonly color: 'auto' | 'always' | 'never';
  /** Called once, when writing has become pointless; writes after it are ignored. */
  readonly onClosed: (end: OutputEnd) => void;
}

export interface StreamOutput extends Output {
  /** Resolves when all is written, or the output is closed, or the reader took none for 2 s. */
  flush(): Promise<void>;
}

export function createOutput(options: OutputOptions): StreamOutput {
  return new BoundedOutput(options);
}

class BoundedOutput implements StreamOutput {
  readonly color: boolean;
  readonly #stream: OutputStream;
  readonly #onClosed: (end: OutputEnd) => void;
  #closed = false;
  #corked = false;
  #droppedWrites = 0;

  constructor({ stream, color, onClosed }: OutputOptions) {
    this.#stream = stream;
    this.#onClosed = onClosed;
    this.color = wantsColor(color, stream);
    stream.on('error', (error: Error & { readonly code?: string }) => this.#handleError(error));
    stream.on('close', () => this.#close({ kind: 'reader-gone' }));
  }

  get columns(): number | null {
    return this.#stream.isTTY === true ? (this.#stream.columns ?? null) : null;
  }

  get lagging(): boolean {
    return this.#stream.writableLength > LAG_BYTES;
  }

  get droppedWrites(): number {
    return this.#droppedWrites;
  }

  write(text: string): void {
    if (this.#closed) return;
    if (this.#stream.writableLength > MAX_BUFFERED_BYTES) {
      this.#droppedWrites += 1;
      return;
    }
    this.#cork();
    this.#stream.write(text);
  }

  flush(): Promise<void> {
    this.#uncork();
    if (this.#closed || this.#stream.writableLength === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const limit = setTimeout(resolve, FLUSH_LIMIT_MS);
      // The callback of an empty write comes after those of all earlier ones, also when they fail.
      this.#stream.write('', () => {
        clearTimeout(limit);
        resolve();
      });
    });
  }

  /** What is written in one turn of the loop goes out as one: a thousand connections that open together
   *  are three thousand lines. */
  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#stream.cork();
    setImmediate(() => this.#uncork());
  }

  #uncork(): void {
    if (!this.#corked) return;
    this.#corked = false;
    this.#stream.uncork();
  }

  #handleError(error: Error & { readonly code?: string }): void {
    const readerGone = error.code === 'EPIPE' || error.code === 'ECONNRESET' || error.code === 'EOF';
    this.#close(readerGone ? { kind: 'reader-gone' } : { kind: 'failed', error });
  }

  #close(end: OutputEnd): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClosed(end);
  }
}

/** Node's hasColors knows about NO_COLOR, FORCE_COLOR and terminals without colours. */
export function wantsColor(mode: OutputOptions['color'], stream: OutputStream): boolean {
  if (mode !== 'auto') return mode === 'always';
  return stream.isTTY === true && stream.hasColors?.() === true;
}
