import type { AddressBudget } from '../budget.js';
import type { SendRun } from '../send-run.js';
import type { BulkImage } from './bulk-image.js';

/** Appends datagrams of one size to a run, as far as its buffer and the address's budget let. */
export class RunWriter {
  readonly #budget: AddressBudget;
  #viewed: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));

  constructor(budget: AddressBudget) {
    this.#budget = budget;
  }

  /** Whether a datagram of this size may follow. */
  hasRoom(run: SendRun, sizeBytes: number): boolean {
    if (run.segments > 0 && (sizeBytes !== run.segmentBytes || run.segments >= run.maxSegments)) return false;
    const end = run.sizeBytes + sizeBytes;
    return end <= run.bytes.length && this.#budget.allows(end);
  }

  /** Writes the packet that was prepared last. */
  addBulk(
    run: SendRun,
    image: BulkImage,
    sizeBytes: number,
    value: number,
    sentNs: number,
    dueNs: number,
  ): void {
    image.write(run.bytes, this.#viewOf(run.bytes), run.sizeBytes, value, sentNs, dueNs);
    this.add(run, sizeBytes);
  }

  /** What was written behind the run is one more datagram of it. */
  add(run: SendRun, sizeBytes: number): void {
    run.segmentBytes = sizeBytes;
    run.segments++;
    run.sizeBytes += sizeBytes;
  }

  #viewOf(bytes: Uint8Array): DataView {
    if (this.#viewed !== bytes) {
      this.#viewed = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return this.#view;
  }
}
