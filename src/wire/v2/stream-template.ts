import { ChunkView } from '../chunk-view.js';
import { countDigits, digitLimit } from '../decimal.js';
import type { FrameTemplate } from '../packet-template.js';
import { bulkTemplate, HeadTemplate } from './head-template.js';
import { encodeV2Meta, type V2Meta } from './meta.js';
import { STAMP_BYTES } from './stamp.js';

const WORD = 2 ** 32;

/** For the heads of a stream's bulk packets, each with the stamp behind it: one time for all packets of a
 *  fill, which leave together. Data too small for a stamp carries none. */
export function stampedTemplate(connectionId: string): StreamTemplate {
  return new StreamTemplate(bulkTemplate(connectionId, 0), STAMP_BYTES);
}

/** For a message whose meta is not Normal. */
export function metaTemplate(connectionId: string, meta: V2Meta): StreamTemplate {
  const id = JSON.stringify(connectionId);
  const template = new HeadTemplate('{"index":', `,"connection_id":${id},"meta":${encodeV2Meta(meta)}}`);
  return new StreamTemplate(template, Number.POSITIVE_INFINITY);
}

/** Writes the heads of packets with one meta, each with the stamp behind it where its data has one. */
export class StreamTemplate implements FrameTemplate {
  readonly #template: HeadTemplate;
  /** Data of this size and above starts with a stamp. */
  readonly #minStampedBytes: number;
  readonly #view = new ChunkView();
  /** The time as two words: what `writeStamp` would write, taken apart once a fill and not once a packet. */
  #high = 0;
  #low = 0;

  constructor(template: HeadTemplate, minStampedBytes: number) {
    this.#template = template;
    this.#minStampedBytes = minStampedBytes;
  }

  /** Packets from now on leave at this time, in ns of a monotonic clock. */
  setTime(nowNs: number): void {
    this.#high = Math.floor(nowNs / WORD);
    this.#low = nowNs % WORD;
  }

  dataInHead(dataBytes: number): number {
    return dataBytes >= this.#minStampedBytes ? STAMP_BYTES : 0;
  }

  headBytes(index: number, dataBytes: number): number {
    this.#template.prepare(index, dataBytes);
    return this.#template.head.length + this.dataInHead(dataBytes);
  }

  sameSizeCount(index: number, _dataBytes: number): number {
    return digitLimit(countDigits(index)) - index;
  }

  write(out: Uint8Array, off: number, index: number, dataBytes: number): number {
    const template = this.#template;
    template.prepare(index, dataBytes);
    out.set(template.head, off);
    template.writeNumber(out, off, index);
    if (this.dataInHead(dataBytes) > 0) this.#writeStamp(this.#view.of(out), off + template.head.length);
    return template.head.length + this.dataInHead(dataBytes);
  }

  renumber(
    out: Uint8Array,
    off: number,
    strideBytes: number,
    n: number,
    index: number,
    dataBytes: number,
  ): void {
    const template = this.#template;
    template.prepare(index, dataBytes);
    const isStamped = this.dataInHead(dataBytes) > 0;
    const stampOff = template.head.length;
    const view = this.#view.of(out);
    for (let i = 0, at = off; i < n; i++, at += strideBytes) {
      template.writeNumber(out, at, index + i);
      if (isStamped) this.#writeStamp(view, at + stampOff);
    }
  }

  /** Without a set rate a packet is due when it is sent. */
  #writeStamp(view: DataView, off: number): void {
    view.setUint32(off, this.#high);
    view.setUint32(off + 4, this.#low);
    view.setUint32(off + 8, this.#high);
    view.setUint32(off + 12, this.#low);
  }
}
