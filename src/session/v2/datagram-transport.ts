import { AddressBudget } from '../../arq/budget.js';
import type { SendRun } from '../../arq/send-run.js';
import { DELIVERY as V1_DELIVERY, V1Engine } from '../../arq/v1/engine.js';
import { DELIVERY as V2_DELIVERY, V2Engine } from '../../arq/v2/engine.js';
import type { Samples } from '../../arq/v2/samples.js';
import { PacketTemplate } from '../../wire/packet-template.js';
import { NO_BYTES } from '../../wire/text.js';
import { bulkTemplate, datagramTemplate } from '../../wire/v2/head-template.js';
import { isMarked } from '../../wire/v2/mark.js';
import { V2_META } from '../../wire/v2/meta.js';
import type { PacketHead, Session } from '../session.js';
import type { VersionedTransport } from '../versioned-session.js';
import type { SendTap } from './stream-transport.js';
import type { BulkPlan, ReceivedFigures, ReceiverLoad, SentFigures, TransportV2 } from './transport.js';

export interface DatagramSettings {
  readonly role: 'client' | 'listener';
  /** Marked where this side may speak v2. */
  readonly connectionId: string;
  /** A listener's: 16 random hexadecimal digits; a client's is empty. */
  readonly token: string;
  readonly samples: Samples;
  /** What the system keeps of packets that have not been fetched: the peer sends no more than that unasked. */
  readonly bufferBytes?: number;
  /** Of the one-way delays recorded since the last call, in HDR's V2 compressed encoding, base64. */
  owdHistogram(): string;
  load(): ReceiverLoad;
  /** Listens in on what is queued; null: nobody does. */
  readonly tap: SendTap | null;
}

/** A message with its header and IP's stays below 1,280 bytes, the least MTU of IPv6 (RFC 8200 §5): a
 *  control message that is fragmented may never arrive where fragments are dropped. */
const MAX_MESSAGE_BYTES = 1000;

/** A packet number of 7 digits: 4 GB in datagrams of 400 bytes. */
const LONG_NUMBER = 9_999_999;

/** What a reader of datagrams tells. */
export type DatagramHandler = Pick<
  Session,
  'handleMessage' | 'handleCounted' | 'handleRepeated' | 'handleBye'
>;

/**
 * A session's packets over UDP, in either version.
 *
 * Drive it by: handleDatagram and handleTimeout as things happen, then handleNext until it is false, then
 * transmit until it returns 0; again at pollTimeout.
 */
export class DatagramTransport implements VersionedTransport, TransportV2 {
  readonly maxMessageBytes = MAX_MESSAGE_BYTES;
  /** Why nothing more will come; null: it will. */
  fault: { readonly code: 'RESET'; readonly text: string } | null = null;
  readonly #settings: DatagramSettings;
  readonly #head: { index: number; connectionId: string; kind: PacketHead['kind'] };
  #v2: V2Engine | null = null;
  #v1: V1Engine | null = null;
  readonly #v1Budget: AddressBudget;
  /** Version 1 has no token: an Ack of this packet or a later one is all the proof that there is. */
  #v1ProvenBy = 0;
  #hello: Uint8Array | null = null;
  /** The datagram being handled: the first answer of a v1 peer is read again as such. */
  #bytes: Uint8Array = NO_BYTES;
  #off = 0;
  #at = 0;
  #end = 0;
  #isBulkActive = false;
  #sentBase: SentFigures = { packets: 0, bytes: 0, resent: 0, spurious: 0 };

  constructor(settings: DatagramSettings, nowUs: number) {
    const { connectionId, role, token, samples, bufferBytes = Number.POSITIVE_INFINITY } = settings;
    this.#settings = settings;
    this.#v1Budget = new AddressBudget(role === 'client');
    const kind = role === 'client' ? V2_META.accept : V2_META.normal;
    this.#head = { index: 0, connectionId, kind };
    if (isMarked(connectionId)) {
      this.#v2 = new V2Engine({ connectionId, role, token, samples, bufferBytes }, nowUs);
    } else this.#v1 = new V1Engine({ connectionId, role }, nowUs);
  }

  // What the shard tells and fetches.

  /** One datagram at `bytes[off..end)`, or several joined by the system, which may be reused when handleNext
   *  has returned false. */
  handleDatagram(nowUs: number, bytes: Uint8Array, off: number, end: number): void {
    this.#bytes = bytes;
    this.#off = off;
    this.#at = off;
    this.#end = end;
    this.#v1Budget.handleReceived(end - off);
    this.#v2?.handleDatagram(nowUs, bytes, off, end - off);
  }

  handleTimeout(nowUs: number): void {
    this.#v2?.handleTimeout(nowUs);
    this.#v1?.handleTimeout(nowUs);
  }

  pollTimeout(): number {
    return Math.min(
      this.#v2?.pollTimeout() ?? Number.POSITIVE_INFINITY,
      this.#v1?.pollTimeout() ?? Number.POSITIVE_INFINITY,
    );
  }

  /** Fills the next datagrams into the run; returns how many, 0 when nothing is to be sent now. */
  transmit(nowUs: number, run: SendRun): number {
    return this.#v1 === null
      ? (this.#v2?.pollTransmit(nowUs, run) ?? 0)
      : this.#transmitV1(nowUs, this.#v1, run);
  }

  /** Tells the next thing that came; false when there is none, or when so many answers wait to be sent that
   *  what else was asked has to wait as well. */
  handleNext(nowUs: number, handler: DatagramHandler): boolean {
    return this.#v1 === null ? this.#handleNextV2(nowUs, handler) : this.#handleNextV1(nowUs, handler);
  }

  /** The peer speaks from another address now. */
  handleAddressChange(): void {
    this.#v2?.handleAddressChange();
    if (this.#v1 === null) return;
    this.#v1Budget.restart();
    this.#v1ProvenBy = this.#v1.nextIndex;
  }

  /** A Bye, if there was one to say, is on its way as often as it is said. */
  get isClosed(): boolean {
    return this.#v2?.isClosed ?? true;
  }

  /** Grows with every sign that the peer lives. */
  get progress(): number {
    if (this.#v1 !== null) return this.#v1.progress;
    const { packets = 0, sacks = 0 } = this.#v2?.received ?? {};
    return packets + sacks;
  }

  /** Bulk data received so far, in bytes. */
  get bulkBytesReceived(): number {
    return this.#v1?.bulkBytesReceived ?? this.#v2?.received.bulkBytes ?? 0;
  }

  get bulkBytesSent(): number {
    return this.#v1?.bulkBytesSent ?? this.#v2?.sent.bulkBytes ?? 0;
  }

  /** What the bulk packets of a phase have in front of their data, the digits of the data's size left out. The head
   *  grows with the number of the packet: this is that of a large one, and smaller ones have up to 6 bytes less. */
  headBytes(isReliable: boolean): number {
    const { connectionId } = this.#settings;
    if (this.#v2 === null) return new PacketTemplate(connectionId).headBytes(LONG_NUMBER, 0) - 1;
    const template = isReliable ? bulkTemplate(connectionId, 0) : datagramTemplate(connectionId);
    return template.headBytes(LONG_NUMBER, 0) - 1;
  }

  /** Data of the next path probe, of ours or of the peer, for a datagram of so many bytes; at most a byte more. */
  probeDataBytes(isSent: boolean, datagramBytes: number): number {
    const { sent, received } = this.#v2?.nextSequences ?? { sent: 0, received: 0 };
    const template = datagramTemplate(this.#settings.connectionId);
    return template.dataBytesOf(isSent ? sent : received, datagramBytes);
  }

  get v1(): V1Engine | null {
    return this.#v1;
  }

  get v2(): V2Engine | null {
    return this.#v2;
  }

  // What a session of v1 asks for.

  sendMessage(data: Uint8Array): void {
    this.#settings.tap?.handleMessage(data);
    this.#hello ??= data;
    (this.#v1 ?? this.#v2)?.sendMessage(data);
  }

  sendBulk(nPackets: number, packetSizeBytes: number): void {
    this.#settings.tap?.handleBulk(nPackets, packetSizeBytes);
    this.#v1?.sendBulk(nPackets, packetSizeBytes);
  }

  countBulk(nPackets: number): void {
    this.#v1?.countBulk(nPackets);
  }

  upgrade(): TransportV2 {
    return this;
  }

  settle(): void {}

  // What a session of v2 asks for.

  get isValidated(): boolean {
    return this.#v1 === null ? (this.#v2?.isOpen ?? false) : this.#v1Budget.isValidated;
  }

  /** The peer has said more than the one datagram that anybody may send under a forged address. */
  get isProven(): boolean {
    const engine = this.#v1;
    return engine === null ? this.isValidated : engine.packetsReceived - engine.duplicates > 1;
  }

  /** An original says Hello once: an answer above the budget of an unproven address would never come. */
  get maxHelloBytes(): number {
    const template = new PacketTemplate(this.#settings.connectionId);
    return this.#v1Budget.roomBytes - template.headBytes(0, MAX_MESSAGE_BYTES);
  }

  /** The engine makes it an Accept, and says the token. */
  sendAccept(_token: string, data: Uint8Array): void {
    this.sendMessage(data);
  }

  sendBye(nowUs: number, reason: string): void {
    this.#v2?.close(nowUs, reason);
  }

  startBulk(nowUs: number, plan: BulkPlan): void {
    const { bulkPackets = 0, bulkBytes = 0, resent = 0, spurious = 0 } = this.#v2?.sent ?? {};
    this.#sentBase = { packets: bulkPackets, bytes: bulkBytes, resent, spurious };
    this.#isBulkActive = true;
    this.#v2?.startBulk(nowUs, plan);
  }

  stopBulk(): void {
    this.#isBulkActive = false;
    this.#v2?.stopBulk();
  }

  noteBulkSent(packets: number, packetSizeBytes: number): void {
    this.#settings.tap?.handleBulk(packets, packetSizeBytes);
  }

  get isCrowded(): boolean {
    return (this.#v1 ?? this.#v2)?.isCrowded ?? false;
  }

  get isBulkDone(): boolean {
    return !this.#isBulkActive || (this.#v2?.isBulkSent ?? true);
  }

  get isBulkAcked(): boolean {
    return this.#v2?.isBulkAcked ?? true;
  }

  isBulkBehind(nowUs: number): boolean {
    return this.#v2?.isBulkBehind(nowUs) ?? false;
  }

  get sent(): SentFigures {
    const { bulkPackets = 0, bulkBytes = 0, resent = 0, spurious = 0 } = this.#v2?.sent ?? {};
    const base = this.#sentBase;
    return {
      packets: bulkPackets - base.packets,
      bytes: bulkBytes - base.bytes,
      resent: resent - base.resent,
      spurious: spurious - base.spurious,
    };
  }

  get load(): ReceiverLoad {
    return this.#settings.load();
  }

  get received(): ReceivedFigures {
    const engine = this.#v2;
    if (engine === null) throw new Error('only v2 sessions ask for it');
    const { received, phaseBase, transit } = engine;
    const controlLost = received.controlLost - phaseBase.controlLost;
    const lost = received.lost - phaseBase.lost - controlLost;
    const recovered = received.recovered - phaseBase.recovered - controlLost;
    return {
      packets: received.bulkPackets - phaseBase.bulkPackets,
      bytes: received.bulkBytes - phaseBase.bulkBytes,
      lost,
      recovered,
      residual: Math.max(0, lost - recovered),
      reordered: received.reordered - phaseBase.reordered,
      duplicates: received.duplicates - phaseBase.duplicates,
      resent: received.resent - phaseBase.resent,
      jitterNs: Math.round(transit.jitterNs),
      owdMinNs: Number.isFinite(transit.minNs) ? Math.round(transit.minNs) : null,
    };
  }

  expectBulk(packetSizeBytes: number, rateBps: number): void {
    this.#v2?.expectBulk(packetSizeBytes, rateBps);
  }

  finishDatagrams(packets: number): void {
    this.#v2?.finishDatagrams(packets);
  }

  resetPhase(): void {
    this.#v2?.resetPhase();
  }

  owdHistogram(): string {
    return this.#settings.owdHistogram();
  }

  /** What is over the budget of an unproven address is dropped here, and sent again as if the path had done so. */
  #transmitV1(nowUs: number, engine: V1Engine, run: SendRun): number {
    const segments = engine.pollTransmit(nowUs, run);
    const budget = this.#v1Budget;
    if (!budget.allows(run.sizeBytes)) return 0;
    budget.handleSent(run.sizeBytes);
    return segments;
  }

  #handleNextV2(nowUs: number, handler: DatagramHandler): boolean {
    const engine = this.#v2;
    if (engine === null || engine.isCrowded) return false;
    switch (engine.pollDelivery(nowUs)) {
      case V2_DELIVERY.message:
        this.#head.index = engine.messageIndex;
        handler.handleMessage(nowUs, engine.message, this.#head);
        return true;
      case V2_DELIVERY.fallback:
        this.#fallBack(nowUs, engine);
        return true;
      case V2_DELIVERY.bye:
        handler.handleBye(engine.reason);
        return true;
      case V2_DELIVERY.reset:
        this.fault = { code: 'RESET', text: 'the peer does not know this connection: it was restarted' };
        return false;
      default:
        return false;
    }
  }

  #handleNextV1(nowUs: number, handler: DatagramHandler): boolean {
    const engine = this.#v1!;
    // The Acks that it waits for must be read.
    if (engine.isCrowded) return this.#readV1(nowUs, engine);
    switch (engine.pollDelivery()) {
      case V1_DELIVERY.message:
        if (engine.isRepeated) handler.handleRepeated();
        this.#head.index = engine.messageIndex;
        handler.handleMessage(nowUs, engine.message, this.#head);
        return true;
      case V1_DELIVERY.counted:
        handler.handleCounted(nowUs, engine.bulkBytesReceived);
        return true;
      default:
        return this.#readV1(nowUs, engine);
    }
  }

  /** The listener is an original: from its Hello on it is spoken to as one, under the same id. */
  #fallBack(nowUs: number, { sent }: V2Engine): void {
    const { connectionId, role } = this.#settings;
    this.#v2 = null;
    this.#head.kind = V2_META.normal;
    this.#v1 = new V1Engine({ connectionId, role }, nowUs);
    // So far nothing but its Hello and v1's Ping behind it was sent, and only the former counts as a packet.
    const pings = sent.datagrams - sent.packets;
    if (this.#hello !== null) this.#v1.takeOver(nowUs, this.#hello, sent.packets, pings);
    this.#at = this.#off;
  }

  /** The next packet of several that the system joined: each is told of before the next is read. */
  #readV1(nowUs: number, engine: V1Engine): boolean {
    if (this.#at >= this.#end) return false;
    this.#at = engine.handleDatagram(nowUs, this.#bytes, this.#at, this.#end);
    this.#v1Budget.isValidated ||= engine.isAckedFrom(this.#v1ProvenBy);
    return true;
  }
}
