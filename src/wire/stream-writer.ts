import { MAX_MESSAGE_BYTES, MAX_QUEUED_ITEMS } from './limits.js';
import { PacketTemplate } from './packet-template.js';
import type { SendBuffer } from './send-buffer.js';

/** A frame up to this part of the buffer is never split: every fill of a run then starts with a head, at the
 *  same places as the fill before, and at most a sixteenth of the buffer stays unused. */
const WHOLE_FRAME_PART = 16;

interface QueuedMessage {
  readonly kind: 'message';
  readonly data: Uint8Array;
}
interface BulkRun {
  readonly kind: 'bulk';
  /** Packets whose last byte is not in a buffer yet. */
  packetsLeft: number;
  readonly packetSizeBytes: number;
}

/**
 * Turns messages and bulk runs of one connection into its stream of packets, in the order in which they were
 * queued, one buffer at a time. Any number of writers may share a buffer in turn.
 */
export class StreamWriter {
  /** Packets whose last byte is in a buffer. */
  packetsWritten = 0;
  bulkPacketsWritten = 0;
  /** Data of bulk packets, that of an unfinished one included. */
  bulkBytesWritten = 0;
  /** The index of the next packet to begin. */
  nextIndex = 0;

  readonly #template: PacketTemplate;
  readonly #queue: (QueuedMessage | BulkRun)[] = [];
  /** Whether the head of the first item's packet is written and its data is not. */
  #isInData = false;
  #dataLeft = 0;

  /** @throws RangeError for an id above MAX_ID_LENGTH. */
  constructor(connectionId: string) {
    this.#template = new PacketTemplate(connectionId);
  }

  /** Whether `fill` has anything to write. */
  get pending(): boolean {
    return this.#queue.length > 0;
  }

  /** The time to stop reading from the peer: each message read may queue a few items more. */
  get isCrowded(): boolean {
    return this.#queue.length >= MAX_QUEUED_ITEMS / 2;
  }

  /** Queues a packet with this data, which is not copied and must not change.
   *  @throws RangeError above MAX_MESSAGE_BYTES, or with MAX_QUEUED_ITEMS waiting. */
  queueMessage(data: Uint8Array): void {
    if (data.length > MAX_MESSAGE_BYTES) {
      throw new RangeError(`a control message has at most ${MAX_MESSAGE_BYTES} bytes, not ${data.length}`);
    }
    this.#enqueue({ kind: 'message', data });
  }

  /** Queues packets of '%'; `packetSizeBytes` counts data only and may be 0.
   *  @throws RangeError for anything but integers >= 0, or with MAX_QUEUED_ITEMS waiting. */
  queueBulk(nPackets: number, packetSizeBytes: number): void {
    const isValid =
      Number.isSafeInteger(nPackets) &&
      nPackets >= 0 &&
      Number.isSafeInteger(packetSizeBytes) &&
      packetSizeBytes >= 0;
    if (!isValid) {
      throw new RangeError(
        `packets and their size are integers >= 0, not ${nPackets} packets of ${packetSizeBytes} bytes`,
      );
    }
    if (nPackets > 0) this.#enqueue({ kind: 'bulk', packetsLeft: nPackets, packetSizeBytes });
  }

  /** Fills `buf.bytes` from its start and returns how many bytes are to be sent; 0 when nothing is pending. */
  fill(buf: SendBuffer): number {
    let off = this.#repeatFrames(buf);
    for (let item = this.#queue[0]; item !== undefined && buf.hasMarks; item = this.#queue[0]) {
      const end = item.kind === 'bulk' ? this.#putBulk(buf, off, item) : this.#putPacket(buf, off, item);
      if (end === off) break;
      off = end;
    }
    return off;
  }

  #enqueue(item: QueuedMessage | BulkRun): void {
    if (this.#queue.length >= MAX_QUEUED_ITEMS) {
      throw new RangeError(`${MAX_QUEUED_ITEMS} items are waiting to be written already`);
    }
    this.#queue.push(item);
  }

  /** Prepares the buffer. Where it begins as it did when it was filled last, with whole frames of the same
   *  layout, these only get their new indices. Returns where to go on. */
  #repeatFrames(buf: SendBuffer): number {
    const run = this.#queue[0];
    const n = run?.kind === 'bulk' ? this.#countWholeFrames(buf.bytes.length, run) : 0;
    if (run?.kind !== 'bulk' || n === 0) {
      buf.clear();
      return 0;
    }
    const sizeBytes = run.packetSizeBytes;
    const headBytes = this.#template.headBytes(this.nextIndex, sizeBytes);
    const frameBytes = headBytes + sizeBytes;
    const kept = buf.keepFrames(this.#template, headBytes, frameBytes, n);
    this.#template.renumber(buf.bytes, 0, frameBytes, kept, this.nextIndex, sizeBytes);
    this.#finishFrames(run, kept);
    return kept * frameBytes;
  }

  /** Writes at `off` what fits of a bulk run; one kind of layout at a time. Returns the new end. */
  #putBulk(buf: SendBuffer, off: number, run: BulkRun): number {
    const room = buf.bytes.length - off;
    const n = this.#countWholeFrames(room, run);
    if (n > 0) return this.#putFrames(buf, off, run, n);
    const isSplit = this.#isInData || run.packetSizeBytes > buf.bytes.length / WHOLE_FRAME_PART;
    return isSplit ? this.#putPacket(buf, off, run) : off;
  }

  /** How many next packets of the run fit as a whole and have heads of one size. */
  #countWholeFrames(roomBytes: number, run: BulkRun): number {
    if (this.#isInData) return 0;
    const sizeBytes = run.packetSizeBytes;
    const frameBytes = this.#template.headBytes(this.nextIndex, sizeBytes) + sizeBytes;
    const sameSize = this.#template.sameSizeCount(this.nextIndex, sizeBytes);
    return Math.min(run.packetsLeft, sameSize, Math.floor(roomBytes / frameBytes));
  }

  #putFrames(buf: SendBuffer, off: number, run: BulkRun, n: number): number {
    const sizeBytes = run.packetSizeBytes;
    const headBytes = this.#template.headBytes(this.nextIndex, sizeBytes);
    const frameBytes = headBytes + sizeBytes;
    let at = off;
    for (let i = 0; i < n; i++, at += frameBytes) {
      this.#template.write(buf.bytes, at, this.nextIndex + i, sizeBytes);
    }
    buf.markFrames(this.#template, off, headBytes, frameBytes, n);
    this.#finishFrames(run, n);
    return at;
  }

  /** Writes at `off` what fits of one packet: its head, which is never split, and its data. */
  #putPacket(buf: SendBuffer, off: number, item: QueuedMessage | BulkRun): number {
    let at = off;
    if (!this.#isInData) {
      const sizeBytes = item.kind === 'bulk' ? item.packetSizeBytes : item.data.length;
      const headBytes = this.#template.headBytes(this.nextIndex, sizeBytes);
      if (off + headBytes > buf.bytes.length) return off;
      this.#template.write(buf.bytes, off, this.nextIndex, sizeBytes);
      buf.markBytes(off, headBytes);
      this.nextIndex++;
      this.#isInData = true;
      this.#dataLeft = sizeBytes;
      at += headBytes;
    }
    return this.#putData(buf, at, item);
  }

  #putData(buf: SendBuffer, off: number, item: QueuedMessage | BulkRun): number {
    const nBytes = Math.min(this.#dataLeft, buf.bytes.length - off);
    if (item.kind === 'bulk') this.bulkBytesWritten += nBytes;
    else {
      const from = item.data.length - this.#dataLeft;
      buf.bytes.set(item.data.subarray(from, from + nBytes), off);
      buf.markBytes(off, nBytes);
    }
    this.#dataLeft -= nBytes;
    if (this.#dataLeft === 0) this.#finishPacket(item);
    return off + nBytes;
  }

  #finishPacket(item: QueuedMessage | BulkRun): void {
    this.#isInData = false;
    this.packetsWritten++;
    if (item.kind === 'bulk') {
      this.bulkPacketsWritten++;
      if (--item.packetsLeft > 0) return;
    }
    this.#queue.shift();
  }

  #finishFrames(run: BulkRun, n: number): void {
    this.nextIndex += n;
    this.packetsWritten += n;
    this.bulkPacketsWritten += n;
    this.bulkBytesWritten += n * run.packetSizeBytes;
    run.packetsLeft -= n;
    if (run.packetsLeft === 0) this.#queue.shift();
  }
}
