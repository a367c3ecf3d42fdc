import { MAX_MESSAGE_BYTES, MAX_QUEUED_ITEMS } from './limits.js';
import { type FrameTemplate, PacketTemplate } from './packet-template.js';
import type { SendBuffer } from './send-buffer.js';

/** A frame up to this part of the buffer is never split: every fill of a run then starts with a head, at the
 *  same places as the fill before, and at most a sixteenth of the buffer stays unused. */
const WHOLE_FRAME_PART = 16;

interface QueuedMessage {
  readonly kind: 'message';
  readonly template: FrameTemplate;
  readonly data: Uint8Array;
}
/** A packet made elsewhere, which takes no index. */
interface QueuedPacket {
  readonly kind: 'packet';
  readonly data: Uint8Array;
}
interface BulkRun {
  readonly kind: 'bulk';
  readonly template: FrameTemplate;
  /** Packets whose last byte is not in a buffer yet; Infinity until stopBulk. */
  packetsLeft: number;
  readonly packetSizeBytes: number;
}
type Item = QueuedMessage | QueuedPacket | BulkRun;

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
  readonly #queue: Item[] = [];
  /** Whether the head of the first item's packet is written and its data is not. */
  #isInData = false;
  #dataLeft = 0;
  /** How far the buffer is being filled. */
  #limitBytes = 0;

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
    this.#enqueue(this.#message(data, this.#template));
  }

  /** Queues packets of '%'; `packetSizeBytes` counts data only and may be 0. `nPackets` may be Infinity: until
   *  stopBulk.
   *  @throws RangeError for anything but integers >= 0, or with MAX_QUEUED_ITEMS waiting. */
  queueBulk(nPackets: number, packetSizeBytes: number, template: FrameTemplate = this.#template): void {
    const isValid =
      (nPackets === Number.POSITIVE_INFINITY || Number.isSafeInteger(nPackets)) &&
      nPackets >= 0 &&
      Number.isSafeInteger(packetSizeBytes) &&
      packetSizeBytes >= 0;
    if (!isValid) {
      throw new RangeError(
        `packets and their size are integers >= 0, not ${nPackets} packets of ${packetSizeBytes} bytes`,
      );
    }
    if (nPackets > 0) this.#enqueue({ kind: 'bulk', template, packetsLeft: nPackets, packetSizeBytes });
  }

  /** Queues a packet with this data before the bulk run that is queued last, or behind the packet of that run
   *  that has been begun.
   *  @throws RangeError as queueMessage. */
  interject(data: Uint8Array, template: FrameTemplate = this.#template): void {
    this.#interject(this.#message(data, template));
  }

  /** As interject, for a whole packet that takes no index. */
  interjectPacket(packet: Uint8Array): void {
    this.#interject({ kind: 'packet', data: packet });
  }

  /** Ends the bulk run that is queued last; of its packets only one that has been begun is still written. */
  stopBulk(): void {
    const run = this.#queue.at(-1);
    if (run?.kind !== 'bulk') return;
    if (this.#isInData && this.#queue.length === 1) run.packetsLeft = 1;
    else this.#queue.pop();
  }

  /** Whether the next bytes are a message's, which should not wait until a large buffer is full. */
  get startsWithMessage(): boolean {
    return this.#queue[0] !== undefined && this.#queue[0].kind !== 'bulk';
  }

  /** Whether bulk packets are queued, or the end of one. */
  get isBulkPending(): boolean {
    return this.#queue.at(-1)?.kind === 'bulk' || this.#queue[0]?.kind === 'bulk';
  }

  /** Fills `buf.bytes` from its start, at most so far, and returns how many bytes are to be sent; 0 when
   *  nothing is pending.
   *  @param limitBytes at least MIN_SEND_BUFFER_BYTES, so that any head fits */
  fill(buf: SendBuffer, limitBytes = buf.bytes.length): number {
    this.#limitBytes = Math.min(limitBytes, buf.bytes.length);
    let off = this.#repeatFrames(buf);
    for (let item = this.#queue[0]; item !== undefined && buf.hasMarks; item = this.#queue[0]) {
      const end = item.kind === 'bulk' ? this.#putBulk(buf, off, item) : this.#putPacket(buf, off, item);
      if (end === off) break;
      off = end;
    }
    return off;
  }

  #message(data: Uint8Array, template: FrameTemplate): QueuedMessage {
    if (data.length > MAX_MESSAGE_BYTES) {
      throw new RangeError(`a control message has at most ${MAX_MESSAGE_BYTES} bytes, not ${data.length}`);
    }
    return { kind: 'message', template, data };
  }

  #interject(item: QueuedMessage | QueuedPacket): void {
    const run = this.#queue.at(-1);
    if (run?.kind !== 'bulk') {
      this.#enqueue(item);
      return;
    }
    this.#queue.pop();
    const isBegun = this.#isInData && this.#queue.length === 0;
    if (isBegun) this.#queue.push({ ...run, packetsLeft: 1 });
    this.#enqueue(item);
    const packetsLeft = isBegun ? run.packetsLeft - 1 : run.packetsLeft;
    if (packetsLeft > 0) this.#queue.push({ ...run, packetsLeft });
  }

  #enqueue(item: Item): void {
    if (this.#queue.length >= MAX_QUEUED_ITEMS) {
      throw new RangeError(`${MAX_QUEUED_ITEMS} items are waiting to be written already`);
    }
    this.#queue.push(item);
  }

  /** Prepares the buffer. Where it begins as it did when it was filled last, with whole frames of the same
   *  layout, these only get their new indices. Returns where to go on. */
  #repeatFrames(buf: SendBuffer): number {
    const run = this.#queue[0];
    const n = run?.kind === 'bulk' ? this.#countWholeFrames(this.#limitBytes, run) : 0;
    if (run?.kind !== 'bulk' || n === 0) {
      buf.clear();
      return 0;
    }
    const { template, packetSizeBytes } = run;
    const headBytes = template.headBytes(this.nextIndex, packetSizeBytes);
    const frameBytes = this.#frameBytes(run);
    const kept = buf.keepFrames(template, headBytes, frameBytes, n);
    template.renumber(buf.bytes, 0, frameBytes, kept, this.nextIndex, packetSizeBytes);
    this.#finishFrames(run, kept);
    return kept * frameBytes;
  }

  /** Writes at `off` what fits of a bulk run; one kind of layout at a time. Returns the new end. */
  #putBulk(buf: SendBuffer, off: number, run: BulkRun): number {
    const n = this.#countWholeFrames(this.#limitBytes - off, run);
    if (n > 0) return this.#putFrames(buf, off, run, n);
    const isSplit = this.#isInData || run.packetSizeBytes > this.#limitBytes / WHOLE_FRAME_PART;
    return isSplit ? this.#putPacket(buf, off, run) : off;
  }

  /** How many next packets of the run fit as a whole and have heads of one size. */
  #countWholeFrames(roomBytes: number, run: BulkRun): number {
    if (this.#isInData) return 0;
    const sameSize = run.template.sameSizeCount(this.nextIndex, run.packetSizeBytes);
    return Math.min(run.packetsLeft, sameSize, Math.floor(roomBytes / this.#frameBytes(run)));
  }

  #frameBytes({ template, packetSizeBytes }: BulkRun): number {
    const headBytes = template.headBytes(this.nextIndex, packetSizeBytes);
    return headBytes + packetSizeBytes - template.dataInHead(packetSizeBytes);
  }

  #putFrames(buf: SendBuffer, off: number, run: BulkRun, n: number): number {
    const { template, packetSizeBytes } = run;
    const headBytes = template.headBytes(this.nextIndex, packetSizeBytes);
    const frameBytes = this.#frameBytes(run);
    let at = off;
    for (let i = 0; i < n; i++, at += frameBytes) {
      template.write(buf.bytes, at, this.nextIndex + i, packetSizeBytes);
    }
    buf.markFrames(template, off, headBytes, frameBytes, n);
    this.#finishFrames(run, n);
    return at;
  }

  /** Writes at `off` what fits of one packet: its head, which is never split, and its data. */
  #putPacket(buf: SendBuffer, off: number, item: Item): number {
    if (this.#isInData) return this.#putData(buf, off, item);
    const dataOff = item.kind === 'packet' ? off : this.#putHead(buf, off, item);
    if (dataOff < 0) return off;
    if (item.kind === 'packet') this.#dataLeft = item.data.length;
    this.#isInData = true;
    return this.#putData(buf, dataOff, item);
  }

  /** Returns the offset behind the head, or -1 where there is no room for it. */
  #putHead(buf: SendBuffer, off: number, item: QueuedMessage | BulkRun): number {
    const { template } = item;
    const sizeBytes = item.kind === 'bulk' ? item.packetSizeBytes : item.data.length;
    const headBytes = template.headBytes(this.nextIndex, sizeBytes);
    if (off + headBytes > this.#limitBytes) return -1;
    template.write(buf.bytes, off, this.nextIndex, sizeBytes);
    buf.markBytes(off, headBytes);
    const dataInHead = template.dataInHead(sizeBytes);
    this.nextIndex++;
    this.#dataLeft = sizeBytes - dataInHead;
    if (item.kind === 'bulk') this.bulkBytesWritten += dataInHead;
    return off + headBytes;
  }

  #putData(buf: SendBuffer, off: number, item: Item): number {
    const nBytes = Math.min(this.#dataLeft, this.#limitBytes - off);
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

  #finishPacket(item: Item): void {
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
