import type { WireError } from './errors.js';
import { HeadReader, type HeadSource } from './head-reader.js';
import type { HeaderView } from './header.js';
import { MAX_MESSAGE_BYTES } from './limits.js';
import { NO_BYTES } from './text.js';

/** What `StreamFramer.next` came to. */
export const FRAME = { more: 0, message: 1, counted: 2, error: 3 } as const;
export type Frame = (typeof FRAME)[keyof typeof FRAME];

export interface FramerLimits {
  /** Data of one bulk packet (--max-packet-size); a safe integer. */
  readonly maxDataBytes: number;
  /** Data of one control message; MAX_MESSAGE_BYTES when left out. */
  readonly maxMessageBytes?: number;
}

/**
 * Cuts a stream into packets, however it is split into chunks. Control messages are handed out whole; the
 * data of bulk packets, which in v1 are announced by `count`, is counted and never kept.
 *
 * Drive it by: feed a chunk, then next until it returns `more`. The chunk may be reused after that.
 */
export class StreamFramer {
  /** Of the last packet whose header was read as one of v1. */
  readonly header: HeaderView;
  /** Data of the last message: a view of the chunk or of a buffer here, valid until the next feed or next. */
  message: Uint8Array = NO_BYTES;
  /** Complete ones of either sort. */
  packets = 0;
  bulkPackets = 0;
  /** Data of bulk packets so far, that of an unfinished one included. */
  bulkBytes = 0;
  /** Once set it stays: behind an error a stream has no next packet. */
  error: WireError | null = null;

  readonly #v1: HeadReader;
  #head: HeadSource;
  #chunk: Uint8Array = NO_BYTES;
  #pos = 0;
  #end = 0;
  /** Between the head of a packet and the end of its data. */
  #isInData = false;
  #isBulk = false;
  #dataLeft = 0;
  /** The data of a message that was split over chunks, or empty. */
  #collected: Uint8Array = NO_BYTES;
  #isCounting = false;
  #bulkLeft = 0;

  constructor(limits: FramerLimits) {
    this.#v1 = new HeadReader(limits.maxDataBytes, limits.maxMessageBytes ?? MAX_MESSAGE_BYTES);
    this.#head = this.#v1;
    this.header = this.#v1.header;
  }

  /** From the next packet on heads are read by `source`; null: as those of v1, as they are at first. Call it
   *  before the first packet or when `next` has told of a message. */
  readHeadsBy(source: HeadSource | null): void {
    this.#head = source ?? this.#v1;
  }

  /** Whether the start of an unfinished packet is here, and the rest is yet to come. */
  get partial(): boolean {
    return this.#isInData || this.#head.isPartial;
  }

  /** Takes the next chunk, `buf[off..end)`; after an error it is dropped.
   *  @throws RangeError when the last chunk was not read to its end. */
  feed(buf: Uint8Array, off: number, end: number): void {
    if (this.error !== null) return;
    if (this.#pos < this.#end) throw new RangeError('feed was called before next had returned "more"');
    this.#chunk = buf;
    this.#pos = off;
    this.#end = end;
  }

  /** Data of a bulk packet that has been begun, up to its last byte: what may come next and be passed. */
  get bulkAheadBytes(): number {
    return this.#isInData && this.#isBulk ? Math.max(0, this.#dataLeft - 1) : 0;
  }

  /** Takes up to bulkAheadBytes of data that came next, unread. Call it in place of feed. */
  passBulk(sizeBytes: number): void {
    this.#dataLeft -= sizeBytes;
    this.bulkBytes += sizeBytes;
  }

  /** The next `nPackets` packets are bulk. Call it between two calls of next; a packet whose header has
   *  been read is not among them.
   *  @throws RangeError for anything but an integer >= 0, and while others are being counted. */
  count(nPackets: number): void {
    if (!Number.isSafeInteger(nPackets) || nPackets < 0) {
      throw new RangeError(`the number of packets to count is an integer >= 0, not ${nPackets}`);
    }
    if (this.#isCounting) throw new RangeError(`${this.#bulkLeft} packets are still being counted`);
    this.#isCounting = true;
    this.#bulkLeft = nPackets;
  }

  /** Reads on, over as many bulk packets as there are, up to something to tell. */
  next(): Frame {
    while (this.error === null) {
      if (this.#isCounting && this.#bulkLeft === 0) {
        this.#isCounting = false;
        return FRAME.counted;
      }
      if (!this.#isInData && !this.#readHead()) break;
      if (this.#isBulk ? !this.#skipBulk() : !this.#takeMessage()) break;
      this.#isInData = false;
      this.packets++;
      if (!this.#isBulk) return FRAME.message;
      this.bulkPackets++;
      if (this.#isCounting) this.#bulkLeft--;
    }
    this.#releaseChunk();
    return this.error === null ? FRAME.more : FRAME.error;
  }

  /** False when the chunk ended first, or is in error. */
  #readHead(): boolean {
    const headEnd = this.#head.read(this.#chunk, this.#pos, this.#end, this.#isCounting);
    if (headEnd < 0) {
      this.error = this.#head.error;
      return false;
    }
    const { isBulk, dataBytes, dataRead } = this.#head;
    this.#pos = headEnd;
    this.#isInData = true;
    this.#isBulk = isBulk;
    this.#dataLeft = dataBytes - dataRead;
    if (isBulk) this.bulkBytes += dataRead;
    return true;
  }

  #skipBulk(): boolean {
    const nBytes = Math.min(this.#dataLeft, this.#end - this.#pos);
    this.#pos += nBytes;
    this.#dataLeft -= nBytes;
    this.bulkBytes += nBytes;
    return this.#dataLeft === 0;
  }

  #takeMessage(): boolean {
    const nBytes = Math.min(this.#dataLeft, this.#end - this.#pos);
    const piece = this.#chunk.subarray(this.#pos, this.#pos + nBytes);
    const isWhole = this.#collected.length === 0 && nBytes === this.#dataLeft;
    this.#pos += nBytes;
    if (isWhole) this.message = piece;
    else this.#collect(piece);
    this.#dataLeft -= nBytes;
    return this.#dataLeft === 0;
  }

  #collect(piece: Uint8Array): void {
    if (this.#collected.length === 0) this.#collected = new Uint8Array(this.#dataLeft);
    this.#collected.set(piece, this.#collected.length - this.#dataLeft);
    if (piece.length < this.#dataLeft) return;
    this.message = this.#collected;
    this.#collected = NO_BYTES;
  }

  /** The caller may overwrite the chunk now. */
  #releaseChunk(): void {
    this.#head.release();
    this.#chunk = NO_BYTES;
    this.#pos = 0;
    this.#end = 0;
    this.message = NO_BYTES;
  }
}
