import { ChunkView } from '../chunk-view.js';
import { badHeader, dataTooLong, FAULT, messageTooLong, type WireError } from '../errors.js';
import { describeLengths, type HeadSource } from '../head-reader.js';
import { HeldHead } from '../held-head.js';
import { Lengths, readLengths } from '../lengths.js';
import { MAX_HEAD_BYTES, MAX_MESSAGE_BYTES } from '../limits.js';
import { decodeV2Header, V2View } from './datagram.js';
import { HeadPattern } from './head-pattern.js';
import { bulkTemplate, type HeadTemplate } from './head-template.js';
import { V2_META, type V2MetaKind } from './meta.js';
import type { OwdMeter } from './owd-meter.js';
import { readSentNs, STAMP_BYTES } from './stamp.js';

/** What a stream has no use for: nothing is lost on it, so nothing is acknowledged or repeated. */
const DATAGRAM_ONLY: readonly V2MetaKind[] = [V2_META.resend, V2_META.datagram, V2_META.sack, V2_META.reset];

/**
 * The heads of v2 over a stream, where a packet's meta says whether it is bulk. The stamp of a bulk packet is
 * read with its head. Bulk packets may be of any size: nothing of them is kept, and a listener must be able to
 * refuse the phase that they belong to.
 */
export class StreamHeadReader implements HeadSource {
  readonly header = new V2View();
  isBulk = false;
  dataBytes = 0;
  dataRead = 0;
  error: WireError | null = null;

  readonly #owd: OwdMeter;
  readonly #template: HeadTemplate;
  readonly #pattern = new HeadPattern();
  readonly #lengths = new Lengths();
  readonly #held = new HeldHead(MAX_HEAD_BYTES + STAMP_BYTES);
  readonly #view = new ChunkView();
  /** Of the head parsed last, with the data in it. */
  #headBytes = 0;
  #stampHigh = 0;
  #stampLow = 0;

  constructor(connectionId: string, owd: OwdMeter) {
    this.#owd = owd;
    this.#template = bulkTemplate(connectionId, 0);
  }

  get isPartial(): boolean {
    return this.#held.length > 0;
  }

  read(buf: Uint8Array, off: number, end: number): number {
    if (this.#held.length > 0) return this.#readHeld(buf, off, end);
    const headEnd = this.#readRepeated(this.#view.of(buf), off, end);
    if (headEnd > 0) return headEnd;
    if (this.#parse(buf, off, end)) return off + this.#headBytes;
    if (this.error === null) this.#held.add(buf, off, end);
    return -1;
  }

  release(): void {
    this.#view.release();
  }

  /** Returns the offset behind the head, or -1 where it is not the bulk head that nearly all others are. */
  #readRepeated(view: DataView, off: number, end: number): number {
    const { headBytes, dataBytes } = this.#pattern;
    const dataRead = dataBytes >= STAMP_BYTES ? STAMP_BYTES : 0;
    const dataOff = off + headBytes;
    if (dataOff + dataRead > end) return -1;
    const index = this.#pattern.match(view, off, end);
    if (index < 0) return -1;
    this.header.kind = V2_META.bulk;
    this.header.index = index;
    this.isBulk = true;
    this.dataBytes = dataBytes;
    this.dataRead = dataRead;
    if (dataRead > 0) this.#readStamp(view, dataOff);
    return dataOff + dataRead;
  }

  #readHeld(buf: Uint8Array, off: number, end: number): number {
    const held = this.#held;
    const before = held.length;
    held.add(buf, off, end);
    if (!this.#parse(held.bytes, 0, held.length)) return -1;
    held.length = 0;
    return off + this.#headBytes - before;
  }

  /** False where `buf` ended first, or `error` was set. */
  #parse(buf: Uint8Array, off: number, end: number): boolean {
    const lengths = this.#lengths;
    const fault = readLengths(buf, off, end, lengths);
    if (fault !== FAULT.none) {
      if (fault !== FAULT.truncated) this.error = describeLengths(fault, lengths, buf, off, end);
      return false;
    }
    const headerEnd = lengths.headerOff + lengths.headerBytes;
    if (headerEnd > end) return false;
    this.error = this.#decode(buf, lengths.headerOff, headerEnd);
    if (this.error !== null || headerEnd + this.dataRead > end) return false;
    this.#headBytes = headerEnd + this.dataRead - off;
    if (this.isBulk) this.#learn(buf, off, headerEnd);
    return true;
  }

  #decode(buf: Uint8Array, off: number, end: number): WireError | null {
    const { header } = this;
    const { dataBytes } = this.#lengths;
    if (!decodeV2Header(buf, off, end, header) || DATAGRAM_ONLY.includes(header.kind)) {
      return badHeader(buf, off, end);
    }
    this.isBulk = header.kind === V2_META.bulk;
    this.dataBytes = dataBytes;
    this.dataRead = this.isBulk && dataBytes >= STAMP_BYTES ? STAMP_BYTES : 0;
    if (header.kind === V2_META.bye && dataBytes > 0) return dataTooLong(dataBytes, 0);
    return this.isBulk || dataBytes <= MAX_MESSAGE_BYTES
      ? null
      : messageTooLong(dataBytes, MAX_MESSAGE_BYTES);
  }

  #learn(buf: Uint8Array, off: number, headerEnd: number): void {
    const view = this.#view.of(buf);
    const { headBytes, dataBytes } = this.#pattern;
    const isLearnt = headBytes === headerEnd - off && dataBytes === this.dataBytes;
    if (!isLearnt) this.#pattern.learn(view, off, this.#template, this.header.index, this.dataBytes);
    if (this.dataRead > 0) this.#readStamp(view, headerEnd);
  }

  /** Packets that left together have the same stamp: only the first of them says something about the path. */
  #readStamp(view: DataView, off: number): void {
    const high = view.getUint32(off);
    const low = view.getUint32(off + 4);
    if (low === this.#stampLow && high === this.#stampHigh) return;
    this.#stampHigh = high;
    this.#stampLow = low;
    this.#owd.handleArrival(readSentNs(view, off));
  }
}
