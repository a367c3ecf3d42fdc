import { FRAME, StreamFramer } from '../../wire/framer.js';
import { MAX_MESSAGE_BYTES } from '../../wire/limits.js';
import type { SendBuffer } from '../../wire/send-buffer.js';
import { StreamWriter } from '../../wire/stream-writer.js';
import { NO_BYTES } from '../../wire/text.js';
import { encodeV2Packet } from '../../wire/v2/datagram.js';
import { isMarked } from '../../wire/v2/mark.js';
import { MAX_REASON_LENGTH, V2_META } from '../../wire/v2/meta.js';
import { OwdMeter } from '../../wire/v2/owd-meter.js';
import { StreamHeadReader } from '../../wire/v2/stream-head-reader.js';
import { metaTemplate, type StreamTemplate, stampedTemplate } from '../../wire/v2/stream-template.js';
import type { PacketHead, Session } from '../session.js';
import type { VersionedTransport } from '../versioned-session.js';
import type { BulkPlan, ReceivedFigures, ReceiverLoad, SentFigures, TransportV2 } from './transport.js';
import { WriteSize } from './write-size.js';

export interface StreamSettings {
  /** The client's own; null as listener, who learns it with the first packet. */
  readonly connectionId: string | null;
  /** Data bytes of a bulk packet of v1. */
  readonly maxPacketSizeBytes: number;
  /** Takes each one-way delay above the least one of its phase, in ns. */
  recordOwd(owdNs: number): void;
  /** Of those recorded since the last call, in HDR's V2 compressed encoding, base64. */
  owdHistogram(): string;
  load(): ReceiverLoad;
  /** Bounds how fast bulk data goes out from here on, in bits a second; 0: no more. */
  setRate(rateBps: number): void;
  /** Listens in on what is queued; null: nobody does. */
  readonly tap: SendTap | null;
}

/** Told of each message and bulk run when it is queued. */
export interface SendTap {
  handleMessage(data: Uint8Array): void;
  handleBulk(nPackets: number, packetSizeBytes: number): void;
}

/** Who is told what was read: a session, or whoever listens in on it. */
export type StreamHandler = Pick<Session, 'handleMessage' | 'handleCounted' | 'handleBye'>;

/** Holds the longest header: a reason and an id, each character escaped. */
const MAX_BYE_BYTES = 4096;

/**
 * A session's packets over a stream, in either version.
 *
 * Drive it by: feed what was read and handleNext until it is false; fill and write what comes of it while
 * `pending`, and tell handleWritten when the system has taken it over.
 */
export class StreamTransport implements VersionedTransport, TransportV2 {
  readonly isValidated = true;
  readonly maxMessageBytes = MAX_MESSAGE_BYTES;
  /** Why there is nothing more to read; null: there is. */
  fault: string | null = null;
  readonly framer: StreamFramer;

  readonly #settings: StreamSettings;
  readonly #owd: OwdMeter;
  readonly #writeSize = new WriteSize();
  readonly #v1Head = { index: 0, connectionId: '', kind: V2_META.normal };
  #connectionId = '';
  #writer: StreamWriter | null = null;
  #reader: StreamHeadReader | null = null;
  #bulk: StreamTemplate | null = null;
  #isV2 = false;
  /** A client's, from Accept, until it is sent back. */
  #token: string | null = null;
  #sentBasePackets = 0;
  #sentBaseBytes = 0;
  #receivedBasePackets = 0;
  #receivedBaseBytes = 0;

  constructor(settings: StreamSettings) {
    const { connectionId, maxPacketSizeBytes } = settings;
    this.#settings = settings;
    this.#owd = new OwdMeter(settings.recordOwd);
    this.framer = new StreamFramer({ maxDataBytes: maxPacketSizeBytes });
    if (connectionId === null) return;
    this.#connectionId = connectionId;
    this.#writer = new StreamWriter(connectionId);
    if (isMarked(connectionId)) this.#readV2();
  }

  // What the shard tells.

  /** Takes what was read, `bytes[off..end)`; it may be reused when handleNext is false. */
  feed(nowUs: number, bytes: Uint8Array, off: number, end: number): void {
    this.#owd.nowNs = Math.round(nowUs * 1000);
    this.framer.feed(bytes, off, end);
  }

  /** How many of the next bytes need not be fed, only passed: they are in the middle of a bulk packet. */
  get bulkAheadBytes(): number {
    return this.framer.bulkAheadBytes;
  }

  /** In place of feed, for up to bulkAheadBytes. */
  passBulk(sizeBytes: number): void {
    this.framer.passBulk(sizeBytes);
  }

  /** Tells the next thing that was read; false when there is none. */
  handleNext(nowUs: number, handler: StreamHandler): boolean {
    switch (this.framer.next()) {
      case FRAME.more:
        return false;
      case FRAME.message:
        return this.#handleMessage(nowUs, handler);
      case FRAME.counted:
        handler.handleCounted(nowUs, this.framer.bulkBytes);
        return true;
      default:
        this.fault = this.framer.error?.text ?? 'the peer does not speak the protocol';
        return false;
    }
  }

  get pending(): boolean {
    return this.#writer?.pending ?? false;
  }

  /** What comes next needs no large buffer, or must not wait until one is full. */
  get isSmall(): boolean {
    return this.#writer === null || this.#writer.startsWithMessage || !this.#writer.isBulkPending;
  }

  /** Fills the buffer from its start; returns how many bytes of it are to be written. */
  fill(nowUs: number, buffer: SendBuffer): number {
    const writer = this.#writer;
    if (writer === null) return 0;
    this.#bulk?.setTime(Math.round(nowUs * 1000));
    const sizeBytes = this.#isV2 ? writer.fill(buffer, this.#writeSize.limitBytes) : writer.fill(buffer);
    this.#writeSize.handleWrite(nowUs, sizeBytes);
    return sizeBytes;
  }

  handleWritten(nowUs: number): void {
    this.#writeSize.handleWritten(nowUs);
  }

  get packetsWritten(): number {
    return this.#writer?.packetsWritten ?? 0;
  }

  /** Data of bulk packets written so far. */
  get bulkBytesWritten(): number {
    return this.#writer?.bulkBytesWritten ?? 0;
  }

  // What a session of v1 asks for.

  sendMessage(data: Uint8Array): void {
    this.#settings.tap?.handleMessage(data);
    if (this.#token !== null) this.#sendToken(this.#token, data);
    else if (this.#isV2) this.#writer?.interject(data);
    else this.#writer?.queueMessage(data);
  }

  sendBulk(nPackets: number, packetSizeBytes: number): void {
    this.#settings.tap?.handleBulk(nPackets, packetSizeBytes);
    this.#writer?.queueBulk(nPackets, packetSizeBytes);
  }

  countBulk(nPackets: number): void {
    this.framer.count(nPackets);
  }

  upgrade(): TransportV2 {
    if (this.#reader === null) this.#readV2();
    else this.#token = this.#reader.header.text;
    this.#bulk = stampedTemplate(this.#connectionId);
    this.#isV2 = true;
    return this;
  }

  settle(): void {
    this.#reader = null;
    this.framer.readHeadsBy(null);
  }

  // What a session of v2 asks for.

  sendAccept(token: string, data: Uint8Array): void {
    this.#settings.tap?.handleMessage(data);
    this.#writer?.interject(data, metaTemplate(this.#connectionId, { kind: 'accept', token, copy: 0 }));
  }

  /** What is longer than a peer would read is cut. */
  sendBye(_nowUs: number, reason: string): void {
    const meta = { kind: 'bye', reason: reason.slice(0, MAX_REASON_LENGTH) } as const;
    const packet = new Uint8Array(MAX_BYE_BYTES);
    const sizeBytes = encodeV2Packet(packet, 0, -1, this.#connectionId, meta, NO_BYTES);
    if (sizeBytes > 0) this.#writer?.interjectPacket(packet.subarray(0, sizeBytes));
  }

  /** A stream is reliable, and its system controls congestion: only size, number and rate count. */
  startBulk(_nowUs: number, { packets, packetSizeBytes, rateBps }: BulkPlan): void {
    const writer = this.#writer;
    if (writer === null || this.#bulk === null) return;
    this.#sentBasePackets = writer.bulkPacketsWritten;
    this.#sentBaseBytes = writer.bulkBytesWritten;
    this.#writeSize.startPhase();
    this.#settings.setRate(rateBps);
    writer.queueBulk(packets, packetSizeBytes, this.#bulk);
  }

  stopBulk(): void {
    this.#writer?.stopBulk();
  }

  noteBulkSent(packets: number, packetSizeBytes: number): void {
    this.#settings.tap?.handleBulk(packets, packetSizeBytes);
  }

  get isCrowded(): boolean {
    return this.#writer?.isCrowded ?? false;
  }

  get isBulkDone(): boolean {
    return !(this.#writer?.isBulkPending ?? false);
  }

  /** A stream tells nobody. */
  get isBulkAcked(): boolean {
    return true;
  }

  /** No rate is set on a stream. */
  isBulkBehind(_nowUs: number): boolean {
    return false;
  }

  get sent(): SentFigures {
    const packets = (this.#writer?.bulkPacketsWritten ?? 0) - this.#sentBasePackets;
    const bytes = (this.#writer?.bulkBytesWritten ?? 0) - this.#sentBaseBytes;
    return { packets, bytes, resent: 0, spurious: 0 };
  }

  get load(): ReceiverLoad {
    return this.#settings.load();
  }

  get received(): ReceivedFigures {
    const { minNs, jitterNs } = this.#owd;
    return {
      packets: this.framer.bulkPackets - this.#receivedBasePackets,
      bytes: this.framer.bulkBytes - this.#receivedBaseBytes,
      lost: 0,
      recovered: 0,
      residual: 0,
      reordered: 0,
      duplicates: 0,
      resent: 0,
      jitterNs: Math.round(jitterNs),
      owdMinNs: Number.isFinite(minNs) ? Math.round(minNs) : null,
    };
  }

  /** The system keeps what is not read. */
  expectBulk(): void {}

  /** There are none on a stream. */
  finishDatagrams(_packets: number): void {}

  resetPhase(): void {
    this.#receivedBasePackets = this.framer.bulkPackets;
    this.#receivedBaseBytes = this.framer.bulkBytes;
    this.#owd.resetPhase();
  }

  owdHistogram(): string {
    this.#owd.flush();
    return this.#settings.owdHistogram();
  }

  /** On a stream it proves nothing, but there is one protocol. */
  #sendToken(token: string, data: Uint8Array): void {
    this.#token = null;
    this.#writer?.interject(data, metaTemplate(this.#connectionId, { kind: 'token', token, copy: 0 }));
  }

  #readV2(): void {
    this.#reader = new StreamHeadReader(this.#connectionId, this.#owd);
    this.framer.readHeadsBy(this.#reader);
  }

  get #head(): PacketHead {
    if (this.#reader !== null) return this.#reader.header;
    const { index, connectionId } = this.framer.header;
    this.#v1Head.index = index;
    this.#v1Head.connectionId = connectionId;
    return this.#v1Head;
  }

  #handleMessage(nowUs: number, handler: StreamHandler): boolean {
    this.#writer ??= this.#makeWriter();
    if (this.isCrowded) {
      this.fault = 'the peer asks for more and more without reading the answers';
      return false;
    }
    if (this.#reader?.header.kind === V2_META.bye) handler.handleBye(this.#reader.header.text);
    else handler.handleMessage(nowUs, this.framer.message, this.#head);
    return true;
  }

  /** A listener's: the first packet was read as one of v1. */
  #makeWriter(): StreamWriter {
    this.#connectionId = this.framer.header.connectionId;
    return new StreamWriter(this.#connectionId);
  }
}
