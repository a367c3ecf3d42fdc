import { MAX_HEADER_BYTES } from '../limits.js';
import { encodeUtf8 } from '../text.js';
import { ByteReader, ByteWriter } from './bytes.js';

/*
 * {"index":-1,"connection_id":"ID","meta":["Sack",{"next":7,"last":[9,0],"delay_us":40,"window":16384,"ranges":[[2,2]]}]}
 *
 * next      the lowest index that has not come
 * last      the newest arrival, new or not: its index and which copy it was
 * delay_us  how long this packet was held since that arrival
 * window    how many packets from next on the receiver has room for
 * ranges    what came beyond next: inclusive, descending, with a gap between each two; counted from next, so
 *           that they take 15 bytes at most however large the indices are
 */

/** A Sack of that many is below 1,200 bytes, so that it is never fragmented. Every change is told in a dozen
 *  Sacks or more even at 20 % loss. */
export const MAX_SACK_RANGES = 64;

const OPEN = 0x5b;
const CLOSE = 0x5d;
const COMMA = 0x2c;
const LAST = encodeUtf8(',"last":[');
const DELAY = encodeUtf8('],"delay_us":');
const WINDOW = encodeUtf8(',"window":');
const RANGES = encodeUtf8(',"ranges":[');
const TAIL = encodeUtf8(']}]}');

/** A Sack, filled in place: safe integers >= 0. Ranges are of indices here. */
export class SackView {
  next = 0;
  lastIndex = 0;
  lastCopy = 0;
  delayUs = 0;
  window = 0;
  nRanges = 0;
  readonly from = new Float64Array(MAX_SACK_RANGES);
  readonly to = new Float64Array(MAX_SACK_RANGES);

  /** Whether the ranges are descending, apart from each other, and beyond `next`. */
  get isOrdered(): boolean {
    let above = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.nRanges; i++) {
      if (this.from[i]! > this.to[i]! || this.to[i]! + 1 >= above) return false;
      above = this.from[i]!;
    }
    return above > this.next;
  }
}

/** Writes and reads the canonical headers of one connection's Sacks. */
export class SackCodec {
  readonly #head: Uint8Array;
  readonly #writer = new ByteWriter(MAX_HEADER_BYTES);
  readonly #reader = new ByteReader();

  constructor(connectionId: string) {
    this.#head = encodeUtf8(
      `{"index":-1,"connection_id":${JSON.stringify(connectionId)},"meta":["Sack",{"next":`,
    );
  }

  /** Writes the whole packet at `off`; returns its size, or -1 (and nothing written) when it does not fit. */
  write(out: Uint8Array, off: number, sack: SackView): number {
    const writer = this.#writer;
    writer.clear();
    this.#writeHeader(sack);
    const lengths = encodeUtf8(`${writer.length}\n0\n`);
    const sizeBytes = lengths.length + writer.length;
    if (off + sizeBytes > out.length) return -1;
    out.set(lengths, off);
    out.set(writer.bytes.subarray(0, writer.length), off + lengths.length);
    return sizeBytes;
  }

  /** Whether `bytes[off..end)` is a Sack's header in canonical bytes; anything else leaves to others what it
   *  is, and `into` half filled. */
  read(bytes: Uint8Array, off: number, end: number, into: SackView): boolean {
    const reader = this.#reader;
    reader.reset(bytes, off, end);
    if (!reader.skip(this.#head)) return false;
    into.next = reader.integer();
    if (!reader.skip(LAST)) return false;
    into.lastIndex = reader.integer();
    if (!reader.skipByte(COMMA)) return false;
    into.lastCopy = reader.integer();
    if (!reader.skip(DELAY)) return false;
    into.delayUs = reader.integer();
    if (!reader.skip(WINDOW)) return false;
    into.window = reader.integer();
    if (!reader.skip(RANGES) || !this.#readRanges(into)) return false;
    const isWhole = reader.skip(TAIL) && reader.isAtEnd;
    return isWhole && Math.min(into.next, into.lastIndex, into.lastCopy, into.delayUs, into.window) >= 0;
  }

  #writeHeader(sack: SackView): void {
    const writer = this.#writer;
    writer.text(this.#head);
    writer.integer(sack.next);
    writer.text(LAST);
    writer.integer(sack.lastIndex);
    writer.byte(COMMA);
    writer.integer(sack.lastCopy);
    writer.text(DELAY);
    writer.integer(sack.delayUs);
    writer.text(WINDOW);
    writer.integer(sack.window);
    writer.text(RANGES);
    for (let i = 0; i < sack.nRanges; i++) {
      if (i > 0) writer.byte(COMMA);
      writer.byte(OPEN);
      writer.integer(sack.from[i]! - sack.next);
      writer.byte(COMMA);
      writer.integer(sack.to[i]! - sack.next);
      writer.byte(CLOSE);
    }
    writer.text(TAIL);
  }

  #readRanges(into: SackView): boolean {
    const reader = this.#reader;
    into.nRanges = 0;
    while (into.nRanges < MAX_SACK_RANGES) {
      if (into.nRanges > 0 && !reader.skipByte(COMMA)) return true;
      if (!reader.skipByte(OPEN)) return into.nRanges === 0;
      const from = reader.integer();
      if (!reader.skipByte(COMMA)) return false;
      const to = reader.integer();
      if (!reader.skipByte(CLOSE) || from < 0 || to < 0) return false;
      into.from[into.nRanges] = into.next + from;
      into.to[into.nRanges++] = into.next + to;
    }
    return true;
  }
}
