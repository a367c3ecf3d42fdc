/** Lines of a log from any place in it on. Holds a piece of the file, never all of it. */
import { type Fields, fieldsOf } from '../analysis/fields.js';

/** What a log is read from. */
export interface ByteSource {
  /** @returns how many bytes were read; 0 at the end, and else perhaps fewer than there is room for */
  read(offset: number, into: Uint8Array): Promise<number>;
}

export interface LogLine {
  readonly offset: number;
  /** Where the next one begins. */
  readonly next: number;
  /** null: this is no line of a run. */
  readonly type: string | null;
  /** Epoch. */
  readonly tMs: number;
  /** To be asked before the next line is. null: it is cut off, or damaged. */
  parse(): Fields | null;
}

const PIECE_BYTES = 1 << 20;
/** As in analysis/line-reader.ts. */
const MAX_LINE_BYTES = 64 << 20;
const NEWLINE = 0x0a;
/** How every line begins; the first one has its schema between. */
const HEAD = /^\{"type":"([a-z-]{1,20})",(?:"schema":"[^"]{0,40}",)?"t_ms":(\d{1,16})[,}]/;
const HEAD_CHARS = 120;

export class LineCursor {
  readonly #bytes: ByteSource;
  #piece = Buffer.alloc(PIECE_BYTES);
  /** Where the piece begins in the log, how much of it is filled, and where in it the next line begins. */
  #pieceStart = 0;
  #filled = 0;
  #at = 0;

  constructor(bytes: ByteSource) {
    this.#bytes = bytes;
  }

  /** Goes to the first line that begins at `offset` or behind it. */
  async seek(offset: number): Promise<void> {
    // One earlier: when a line ends right there, the next one begins at `offset`.
    const from = Math.max(0, offset - 1);
    const held = from - this.#pieceStart;
    if (held >= 0 && held < this.#filled) this.#at = held;
    else this.#forget(from);
    if (offset > 0) await this.next();
  }

  /** The next whole line; null: there is none. */
  async next(): Promise<LogLine | null> {
    const end = await this.#findEnd();
    if (end === -1) return null;
    const bytes = this.#piece.subarray(this.#at, end);
    const offset = this.#pieceStart + this.#at;
    this.#at = end + 1;
    const head = HEAD.exec(bytes.toString('latin1', 0, HEAD_CHARS));
    return {
      offset,
      next: offset + bytes.length + 1,
      type: head?.[1] ?? null,
      tMs: Number(head?.[2] ?? Number.NaN),
      parse: () => parse(bytes),
    };
  }

  /** @returns where in the piece the line ends that begins at #at; -1: nowhere */
  async #findEnd(): Promise<number> {
    let searched = this.#at;
    for (;;) {
      const end = this.#piece.subarray(0, this.#filled).indexOf(NEWLINE, searched);
      if (end !== -1) return end;
      const held = this.#filled - this.#at;
      this.#makeRoom();
      searched = this.#at + held;
      const read = await this.#bytes.read(
        this.#pieceStart + this.#filled,
        this.#piece.subarray(this.#filled),
      );
      if (read === 0) return -1;
      this.#filled += read;
    }
  }

  /** Moves the line that was begun to the front; makes the piece larger where it fills all of it. */
  #makeRoom(): void {
    if (this.#filled < this.#piece.length) return;
    if (this.#at === 0) {
      if (this.#piece.length >= MAX_LINE_BYTES)
        throw new RangeError('a line of more than 64 MiB: this is no log of conntest');
      this.#piece = Buffer.concat([this.#piece, Buffer.alloc(this.#piece.length)]);
      return;
    }
    // A line that was handed over may still be read: so into a piece of its own.
    const piece = Buffer.alloc(this.#piece.length);
    this.#piece.copy(piece, 0, this.#at, this.#filled);
    this.#piece = piece;
    this.#pieceStart += this.#at;
    this.#filled -= this.#at;
    this.#at = 0;
  }

  #forget(offset: number): void {
    this.#piece = Buffer.alloc(PIECE_BYTES);
    this.#pieceStart = offset;
    this.#filled = 0;
    this.#at = 0;
  }
}

/** Logs are ASCII. */
function parse(bytes: Buffer): Fields | null {
  try {
    return fieldsOf(JSON.parse(bytes.toString('latin1')));
  } catch {
    return null;
  }
}
