import { ChunkView } from '../chunk-view.js';
import { countDigits, digitLimit } from '../decimal.js';
import type { FrameTemplate } from '../packet-template.js';
import { bulkTemplate, HeadTemplate } from './head-template.js';
import { encodeV2Meta, type V2Meta } from './meta.js';
import { STAMP_BYTES, Stamp } from './stamp.js';

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
  readonly #stamp = new Stamp();

  constructor(template: HeadTemplate, minStampedBytes: number) {
    this.#template = template;
    this.#minStampedBytes = minStampedBytes;
  }

  /** Packets from now on leave at this time, in ns of a monotonic clock; without a set rate they are due then. */
  setTime(nowNs: number): void {
    this.#stamp.set(nowNs, nowNs);
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
    if (this.dataInHead(dataBytes) > 0) this.#stamp.write(this.#view.of(out), off + template.head.length);
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
      if (isStamped) this.#stamp.write(view, at + stampOff);
    }
  }
}
