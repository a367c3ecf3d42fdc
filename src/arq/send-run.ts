/** Datagrams to send, one behind the other from the start of `bytes`: each of `segmentBytes`, only the last
 *  may be shorter. That is what one system call can take (UDP_SEGMENT), and what a loop can send one by one. */
export class SendRun {
  readonly bytes: Uint8Array;
  /** Bounds what an engine may put into one run. */
  readonly maxSegments: number;
  segmentBytes = 0;
  segments = 0;
  /** Of all of them. */
  sizeBytes = 0;
  /** Nobody may split them on the way: they are to tell what the path carries. */
  isWhole = false;

  constructor(bytes: Uint8Array, maxSegments: number) {
    this.bytes = bytes;
    this.maxSegments = maxSegments;
  }

  clear(): void {
    this.segmentBytes = 0;
    this.segments = 0;
    this.sizeBytes = 0;
    this.isWhole = false;
  }
}
