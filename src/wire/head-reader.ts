import { ChunkView } from './chunk-view.js';
import {
  badHeader,
  badLength,
  dataTooLong,
  FAULT,
  type Fault,
  headerTooLong,
  messageTooLong,
  type WireError,
} from './errors.js';
import { decodeHeader, HeaderView } from './header.js';
import { HeldHead } from './held-head.js';
import { Lengths, readLengths } from './lengths.js';
import { MAX_HEAD_BYTES } from './limits.js';
import { RepeatedHead } from './repeated-head.js';

/** What reads the heads (lengths and header) of a stream's packets for a StreamFramer, one at a time, from
 *  chunks that may end anywhere. */
export interface HeadSource {
  /** Of the last head that was read. */
  readonly isBulk: boolean;
  readonly dataBytes: number;
  /** How many of these were read with the head. */
  readonly dataRead: number;
  /** What is wrong with the head; once set, there is nothing more to read. */
  readonly error: WireError | null;
  /** Whether the start of a head is here, and the rest is yet to come. */
  readonly isPartial: boolean;
  /** Reads on in `buf[off..end)`. Returns the offset behind the head; or -1 when `buf` ended first (its bytes
   *  are kept) or `error` was set.
   *  @param isCounted whether the packet was announced as bulk */
  read(buf: Uint8Array, off: number, end: number, isCounted: boolean): number;
  /** Forgets the chunk, whose owner may overwrite it now. */
  release(): void;
}

/** The heads of v1, where a packet is bulk because it was announced. */
export class HeadReader implements HeadSource {
  readonly header = new HeaderView();
  isBulk = false;
  dataBytes = 0;
  readonly dataRead = 0;
  error: WireError | null = null;

  readonly #maxDataBytes: number;
  readonly #maxMessageBytes: number;
  readonly #lengths = new Lengths();
  readonly #repeated = new RepeatedHead();
  readonly #held = new HeldHead(MAX_HEAD_BYTES);
  readonly #view = new ChunkView();

  constructor(maxDataBytes: number, maxMessageBytes: number) {
    this.#maxDataBytes = maxDataBytes;
    this.#maxMessageBytes = maxMessageBytes;
  }

  get isPartial(): boolean {
    return this.#held.length > 0;
  }

  read(buf: Uint8Array, off: number, end: number, isCounted: boolean): number {
    this.isBulk = isCounted;
    if (this.#held.length > 0) return this.#readHeld(buf, off, end, isCounted);
    if (isCounted && this.#repeated.match(this.#view.of(buf), off, end, this.header)) {
      this.dataBytes = this.#repeated.dataBytes;
      return off + this.#repeated.headBytes;
    }
    const headEnd = this.#parse(buf, off, end, isCounted);
    if (headEnd < 0 && this.error === null) this.#held.add(buf, off, end);
    return headEnd;
  }

  release(): void {
    this.#view.release();
  }

  #readHeld(buf: Uint8Array, off: number, end: number, isBulk: boolean): number {
    const held = this.#held;
    const before = held.length;
    held.add(buf, off, end);
    const headEnd = this.#parse(held.bytes, 0, held.length, isBulk);
    if (headEnd < 0) return -1;
    held.length = 0;
    return off + headEnd - before;
  }

  #parse(buf: Uint8Array, off: number, end: number, isBulk: boolean): number {
    const lengths = this.#lengths;
    const fault = readLengths(buf, off, end, lengths);
    if (fault !== FAULT.none) {
      if (fault !== FAULT.truncated) this.error = describeLengths(fault, lengths, buf, off, end);
      return -1;
    }
    this.error = this.#overLimit(lengths.dataBytes, isBulk);
    const headEnd = lengths.headerOff + lengths.headerBytes;
    if (this.error !== null || headEnd > end) return -1;
    if (decodeHeader(buf, lengths.headerOff, headEnd, this.header) !== FAULT.none) {
      this.error = badHeader(buf, lengths.headerOff, headEnd);
      return -1;
    }
    this.dataBytes = lengths.dataBytes;
    if (isBulk && this.header.isCanonical) this.#repeated.learn(buf, off, headEnd, lengths, this.header);
    return headEnd;
  }

  #overLimit(dataBytes: number, isBulk: boolean): WireError | null {
    if (dataBytes <= (isBulk ? this.#maxDataBytes : this.#maxMessageBytes)) return null;
    return dataBytes > this.#maxDataBytes
      ? dataTooLong(dataBytes, this.#maxDataBytes)
      : messageTooLong(dataBytes, this.#maxMessageBytes);
  }
}

/** What is wrong with lengths at `off` that readLengths found at fault. */
export function describeLengths(
  fault: Fault,
  { headerBytes, dataLineOff }: Lengths,
  buf: Uint8Array,
  off: number,
  end: number,
): WireError {
  if (fault === FAULT.headerTooLong) return headerTooLong(headerBytes);
  return badLength(dataLineOff === off ? 'header' : 'data', buf, dataLineOff, end);
}
