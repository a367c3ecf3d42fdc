import { NO_BYTES } from '../wire/text.js';

/** Datagrams to send, one behind the other from the start of `bytes`: each of `segmentBytes`, only the last
 *  may be shorter. That is what one system call can take (UDP_SEGMENT), and what a loop can send one by one. */
export class SendRun {
  /** To be sent from; written to by way of `tail` and `addCopy` only. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Bounds what an engine may put into one run. */
  readonly maxSegments: number;
  segmentBytes = 0;
  segments = 0;
  /** Of all of them. */
  sizeBytes = 0;
  /** Nobody may split them on the way: they are to tell what the path carries. */
  isWhole = false;
  /** What the first `#copies` datagrams were copied from, in this run or one before: only its patches differ, so
   *  that the same again needs no copying. */
  #image: Uint8Array = NO_BYTES;
  #copies = 0;

  constructor(bytes: Uint8Array, maxSegments: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.maxSegments = maxSegments;
  }

  clear(): void {
    this.segmentBytes = 0;
    this.segments = 0;
    this.sizeBytes = 0;
    this.isWhole = false;
  }

  /** `bytes`, to be written to from `sizeBytes` on. */
  tail(): Uint8Array {
    this.#copies = Math.min(this.#copies, this.segments);
    return this.bytes;
  }

  /** What was written to the tail is one more datagram. */
  add(sizeBytes: number): void {
    this.segmentBytes = sizeBytes;
    this.segments++;
    this.sizeBytes += sizeBytes;
  }

  /** Appends a datagram that is the image, but for what its caller patches; returns where it stands. */
  addCopy(image: Uint8Array): number {
    const off = this.sizeBytes;
    if (image !== this.#image) {
      this.#image = image;
      this.#copies = 0;
    }
    if (this.segments >= this.#copies) {
      this.bytes.set(image, off);
      if (this.segments === this.#copies) this.#copies++;
    }
    this.add(image.length);
    return off;
  }
}
