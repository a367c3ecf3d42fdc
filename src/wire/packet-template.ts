import { countDigits, digitLimit, writeDigits } from './decimal.js';
import { BEFORE_INDEX, encodeNormalTail } from './header.js';
import { MAX_ID_LENGTH } from './limits.js';
import { encodeUtf8, NO_BYTES } from './text.js';

/** What a StreamWriter writes the heads of a run with. Indices and lengths are safe integers >= 0. */
export interface FrameTemplate {
  /** How many bytes of so much data are written with the head. */
  dataInHead(dataBytes: number): number;
  /** Exact size of lengths, header, and the data in the head. */
  headBytes(index: number, dataBytes: number): number;
  /** How many indices from `index` on have heads of the same size. */
  sameSizeCount(index: number, dataBytes: number): number;
  /** Writes a head at `off`, where there must be room for headBytes; returns that size. */
  write(out: Uint8Array, off: number, index: number, dataBytes: number): number;
  /** Brings up to date, with indices from `index` up, `n` heads of this template that are in place from `off`
   *  on, one every `strideBytes`. They must be of the same size and data length as those due now. */
  renumber(
    out: Uint8Array,
    off: number,
    strideBytes: number,
    n: number,
    index: number,
    dataBytes: number,
  ): void;
}

/** Writes the heads of one connection's Normal packets. Heads that differ in their index only, which is
 *  nearly all of a bulk run, are a copy and a few digits. */
export class PacketTemplate implements FrameTemplate {
  readonly connectionId: string;
  readonly #tail: Uint8Array;
  /** The prepared head: for indices of #minIndex up to, not including, #limitIndex, and data of #dataBytes. */
  #head: Uint8Array = NO_BYTES;
  #minIndex = 0;
  #limitIndex = 0;
  #dataBytes = -1;
  #nDigits = 0;
  #digitsOff = 0;

  /** @throws RangeError for an id above MAX_ID_LENGTH. */
  constructor(connectionId: string) {
    if (connectionId.length > MAX_ID_LENGTH) {
      throw new RangeError(
        `a connection id has at most ${MAX_ID_LENGTH} characters, not ${connectionId.length}`,
      );
    }
    this.connectionId = connectionId;
    this.#tail = encodeNormalTail(connectionId);
  }

  dataInHead(_dataBytes: number): number {
    return 0;
  }

  headBytes(index: number, dataBytes: number): number {
    this.#prepare(index, dataBytes);
    return this.#head.length;
  }

  sameSizeCount(index: number, dataBytes: number): number {
    this.#prepare(index, dataBytes);
    return this.#limitIndex - index;
  }

  write(out: Uint8Array, off: number, index: number, dataBytes: number): number {
    this.#prepare(index, dataBytes);
    out.set(this.#head, off);
    writeDigits(out, off + this.#digitsOff, this.#nDigits, index);
    return this.#head.length;
  }

  renumber(
    out: Uint8Array,
    off: number,
    strideBytes: number,
    n: number,
    index: number,
    dataBytes: number,
  ): void {
    this.#prepare(index, dataBytes);
    let at = off + this.#digitsOff;
    for (let i = 0; i < n; i++, at += strideBytes) writeDigits(out, at, this.#nDigits, index + i);
  }

  #prepare(index: number, dataBytes: number): void {
    if (dataBytes === this.#dataBytes && index >= this.#minIndex && index < this.#limitIndex) return;
    const nDigits = countDigits(index);
    const headerBytes = BEFORE_INDEX.length + nDigits + this.#tail.length;
    const lengths = encodeUtf8(`${headerBytes}\n${dataBytes}\n`);
    const head = new Uint8Array(lengths.length + headerBytes);
    head.set(lengths);
    head.set(BEFORE_INDEX, lengths.length);
    head.set(this.#tail, head.length - this.#tail.length);
    this.#head = head;
    this.#minIndex = nDigits === 1 ? 0 : digitLimit(nDigits - 1);
    this.#limitIndex = digitLimit(nDigits);
    this.#dataBytes = dataBytes;
    this.#nDigits = nDigits;
    this.#digitsOff = lengths.length + BEFORE_INDEX.length;
  }
}
