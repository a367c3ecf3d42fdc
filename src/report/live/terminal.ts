/** The terminal as a screen with keys. Whatever ends the process, the shell gets its terminal back as it was. */
import { writeSync } from 'node:fs';
import type { ReadStream, WriteStream } from 'node:tty';
import type { Size } from './screen.js';

/** Another screen, no cursor, no line breaks of the terminal's own. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const LEAVE = '\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l';

const STDOUT_FD = 1;

/** A terminal that does not say is one of these. */
const USUAL_SIZE: Size = { columns: 80, rows: 24 };

/** Signals that end the process without 'exit' and that nobody else handles. */
const DEADLY = ['SIGHUP', 'SIGQUIT', 'SIGABRT'] as const;

export interface TerminalHandler {
  handleInput(text: string): void;
  /** The screen is empty, and perhaps of another size. */
  handleCleared(): void;
}

export interface TerminalScreen {
  readonly size: Size;
  open(handler: TerminalHandler): void;
  write(text: string): void;
  /** Ctrl-Z: back to the shell, until it says to go on. */
  suspend(): void;
  close(): void;
}

export class Terminal implements TerminalScreen {
  readonly #stdin: ReadStream;
  readonly #stdout: WriteStream;
  #handler: TerminalHandler | null = null;
  #isOpen = false;

  constructor(stdin: ReadStream, stdout: WriteStream) {
    this.#stdin = stdin;
    this.#stdout = stdout;
  }

  get size(): Size {
    const { columns, rows } = this.#stdout;
    return { columns: columns || USUAL_SIZE.columns, rows: rows || USUAL_SIZE.rows };
  }

  open(handler: TerminalHandler): void {
    this.#handler = handler;
    process.on('exit', this.#restore);
    for (const signal of DEADLY) process.once(signal, this.#handleDeadly);
    process.on('SIGCONT', this.#handleContinued);
    this.#stdout.on('resize', this.#handleCleared);
    if (this.#stdin.isTTY) this.#listen();
    this.#enter();
  }

  write(text: string): void {
    if (this.#isOpen && text !== '') this.#stdout.write(text);
  }

  suspend(): void {
    this.#restore();
    process.kill(process.pid, 'SIGTSTP');
  }

  close(): void {
    this.#restore();
    this.#handler = null;
    process.off('exit', this.#restore);
    for (const signal of DEADLY) process.off(signal, this.#handleDeadly);
    process.off('SIGCONT', this.#handleContinued);
    this.#stdout.off('resize', this.#handleCleared);
    this.#stdin.off('data', this.#handleInput);
    if (this.#stdin.isTTY) this.#stdin.pause();
  }

  /** Where stdin is something else (`yes | conntest`) there are no keys: the screen is worth having without them. */
  #listen(): void {
    this.#stdin.setEncoding('utf8');
    this.#stdin.on('data', this.#handleInput);
  }

  #enter(): void {
    this.#isOpen = true;
    if (this.#stdin.isTTY) this.#stdin.setRawMode(true);
    this.#stdout.write(ENTER);
  }

  /** At once, past all buffers: the process may be about to end. */
  readonly #restore = (): void => {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      if (this.#stdin.isTTY) this.#stdin.setRawMode(false);
      writeSync(STDOUT_FD, LEAVE);
    } catch {
      // The terminal itself is gone: there is nothing to restore.
    }
  };

  readonly #handleDeadly = (signal: NodeJS.Signals): void => {
    this.#restore();
    process.kill(process.pid, signal);
  };

  readonly #handleContinued = (): void => {
    if (this.#isOpen) this.#restore();
    this.#enter();
    this.#handleCleared();
  };

  readonly #handleCleared = (): void => this.#handler?.handleCleared();

  readonly #handleInput = (text: string | Buffer): void => this.#handler?.handleInput(String(text));
}
