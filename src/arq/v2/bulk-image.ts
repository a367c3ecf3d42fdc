import { FILLER } from '../../wire/text.js';
import type { HeadTemplate } from '../../wire/v2/head-template.js';
import { STAMP_BYTES, Stamp } from '../../wire/v2/stamp.js';
import type { SendRun } from '../send-run.js';

/** Makes bulk datagrams: one prepared as a whole, copied where it isn't yet, its number and times patched. */
export class BulkImage {
  readonly #template: HeadTemplate;
  readonly #stamp = new Stamp();
  #image: Uint8Array = new Uint8Array(0);
  #dataBytes = -1;

  constructor(template: HeadTemplate) {
    this.#template = template;
  }

  /** Prepares packets with this number and data length; returns their size. Those up to the next number of
   *  more digits are alike. */
  prepare(value: number, dataBytes: number): number {
    const isChanged = this.#template.prepare(value, dataBytes);
    if (isChanged || dataBytes !== this.#dataBytes) {
      const { head } = this.#template;
      this.#image = new Uint8Array(head.length + dataBytes).fill(FILLER, head.length);
      this.#image.set(head);
      this.#dataBytes = dataBytes;
    }
    return this.#image.length;
  }

  /** Appends the packet that was prepared. */
  addTo(run: SendRun, value: number, sentNs: number, dueNs: number): void {
    const off = run.addCopy(this.#image);
    this.#template.writeNumber(run.bytes, off, value);
    if (this.#dataBytes >= STAMP_BYTES) {
      this.#stamp.set(sentNs, dueNs);
      this.#stamp.write(run.view, off + this.#image.length - this.#dataBytes);
    }
  }
}
