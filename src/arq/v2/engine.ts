import { FAULT } from '../../wire/errors.js';
import { PING_BYTES } from '../../wire/message.js';
import { NO_BYTES } from '../../wire/text.js';
import { encodeV2Packet, V2Reader } from '../../wire/v2/datagram.js';
import { V2_META } from '../../wire/v2/meta.js';
import { SackCodec, SackView } from '../../wire/v2/sack.js';
import { AddressBudget } from '../budget.js';
import type { SendRun } from '../send-run.js';
import { AddressProof } from './address-proof.js';
import type { BulkPlan } from './bulk.js';
import type { CongestionController } from './congestion.js';
import { Farewell } from './farewell.js';
import type { ReceiveFigures, SendFigures } from './figures.js';
import { Handshake, type Role } from './handshake.js';
import { HELLOS_BEFORE_V1_PING, MAX_WINDOW } from './limits.js';
import { Receiver } from './receiver.js';
import type { Rtt } from './rtt.js';
import type { Samples } from './samples.js';
import { Sender } from './sender.js';
import type { Transit } from './transit.js';
import type { WaitTimes } from './wait-times.js';

/** What `pollDelivery` came to. */
export const DELIVERY = { none: 0, message: 1, fallback: 2, bye: 3, reset: 4 } as const;
export type Delivery = (typeof DELIVERY)[keyof typeof DELIVERY];

export interface V2Options {
  /** Marked (wire/v2/mark.ts). */
  readonly connectionId: string;
  readonly role: Role;
  /** A listener's: 16 hex digits from a random source; a client's is empty. */
  readonly token: string;
  readonly samples: Samples | null;
  /** Packets that the receiver has room for, 1 to MAX_WINDOW; MAX_WINDOW when left out. */
  readonly windowPackets?: number;
  /** What the system keeps of packets that have not been fetched; left out: enough for any window. */
  readonly bufferBytes?: number;
}

/**
 * One UDP connection of version 2: control messages exactly once and in order, bulk data counted once.
 *
 * Drive it by: handleDatagram and handleTimeout as things happen (the latter at pollTimeout; early or twice is
 * harmless), after each pollDelivery until it returns none, then pollTransmit until it returns 0. Times are
 * microseconds of any one monotonic clock.
 */
export class V2Engine {
  /** Of the last delivery: a message's data, which is the caller's to keep. */
  message: Uint8Array = NO_BYTES;
  messageIndex = 0;
  /** Why the peer said Bye. */
  reason = '';
  /** Bytes to and from the peer's address. */
  readonly budget: AddressBudget;

  readonly #connectionId: string;
  readonly #handshake: Handshake;
  readonly #sender: Sender;
  readonly #receiver: Receiver;
  readonly #reader: V2Reader;
  readonly #sacks: SackCodec;
  readonly #sack = new SackView();
  #farewell: Farewell | null = null;
  /** What there is to tell when all messages have been told. */
  #ending: Delivery = DELIVERY.none;
  #isOver = false;
  /** Hellos that had been sent when the last v1 Ping went with one. */
  #pingedHellos = HELLOS_BEFORE_V1_PING - 1;
  /** Just behind the bulk data that was stopped last. */
  #bulkEnd = 0;
  readonly #proof = new AddressProof();

  constructor(options: V2Options, nowUs: number) {
    const { connectionId, role, token, samples } = options;
    const { windowPackets = MAX_WINDOW, bufferBytes = Number.POSITIVE_INFINITY } = options;
    this.#connectionId = connectionId;
    this.#handshake = new Handshake(role, token);
    this.budget = new AddressBudget(role === 'client');
    this.#sender = new Sender(connectionId, this.#handshake, this.budget, samples, nowUs);
    this.#receiver = new Receiver(windowPackets, bufferBytes, samples);
    this.#reader = new V2Reader(connectionId);
    this.#sacks = new SackCodec(connectionId);
  }

  // What the session asks for.

  /** Queues a control message; the data is not copied and must not change.
   *  @throws RangeError for one that no datagram carries, or with MAX_QUEUED_MESSAGES waiting. */
  sendMessage(data: Uint8Array): void {
    this.#sender.control.add(data);
  }

  /** The time to stop reading from the peer: each message read may queue a few more. */
  get isCrowded(): boolean {
    return this.#sender.control.isCrowded;
  }

  /** Bulk data follows what is queued, until `plan.packets` first copies are out or `stopBulk` is called.
   *  @throws RangeError for a packet size that no datagram carries, and while other bulk data is being sent. */
  startBulk(nowUs: number, plan: BulkPlan): void {
    this.#sender.startBulk(nowUs, plan);
  }

  /** No more first copies; those that were sent will arrive. A message queued from here on is behind them. */
  stopBulk(): void {
    this.#sender.bulk = null;
    this.#bulkEnd = this.#sender.flight.window.next;
  }

  /** Everything that was sent reliably before `stopBulk` is known to have arrived. */
  get isBulkAcked(): boolean {
    return this.#sender.flight.window.una >= this.#bulkEnd;
  }

  /** All first copies are out: it is time for `stopBulk`. */
  get isBulkSent(): boolean {
    return this.#sender.bulk !== null && this.#sender.bulk.packetsLeft <= 0;
  }

  /** A set rate is owed packets, which would go now if nothing else held them up. */
  isBulkBehind(nowUs: number): boolean {
    const { bulk } = this.#sender;
    bulk?.fill(nowUs);
    return bulk?.isBehind ?? false;
  }

  /** The peer's next bulk packets have this much data: how many of them there is room for. */
  expectBulk(packetSizeBytes: number, rateBps: number): void {
    this.#receiver.expectBulk(packetSizeBytes, rateBps);
  }

  /** A phase of unreliable data has ended, in which the peer says it sent `packets`. */
  finishDatagrams(packets: number): void {
    this.#receiver.datagrams.finish(packets);
  }

  /** The figures of a phase are those since this was called last. Call it when a phase is over, not when the
   *  next one starts: its data may come before the message that announces it. */
  resetPhase(): void {
    this.#receiver.resetPhase();
  }

  /** Says Bye; `isClosed` when that is done. Nothing else is sent any more. */
  close(nowUs: number, reason: string): void {
    this.#farewell ??= new Farewell(reason, nowUs);
  }

  get isClosed(): boolean {
    return this.#isOver || (this.#farewell?.isDone ?? false);
  }

  /** The peer writes from another address now: what goes there is bounded until it has shown that it is there. */
  handleAddressChange(): void {
    this.budget.restart();
    this.#proof.start(this.#sender.flight.nextTransmission);
  }

  // Figures.

  get sent(): Readonly<SendFigures> {
    return this.#sender.figures;
  }

  get received(): Readonly<ReceiveFigures> {
    return this.#receiver.figures;
  }

  /** `received` as it was at the last `resetPhase`. */
  get phaseBase(): Readonly<ReceiveFigures> {
    return this.#receiver.phaseBase;
  }

  /** Packets that are missing right now. */
  get delayed(): number {
    return this.#receiver.delayed;
  }

  get transit(): Transit {
    return this.#receiver.transit;
  }

  get rtt(): Readonly<Rtt> {
    return this.#sender.flight.rtt;
  }

  /** Numbers of the next unreliable packets: ours, and the peer's first of the next phase. */
  get nextSequences(): { readonly sent: number; readonly received: number } {
    return { sent: this.#sender.sequence, received: this.#receiver.datagrams.first };
  }

  get congestion(): Readonly<CongestionController> {
    return this.#sender.flight.cc;
  }

  /** Of what this side sends. */
  get waits(): Pick<WaitTimes, 'us'> {
    return this.#sender.waits;
  }

  get inFlightBytes(): number {
    return this.#sender.flight.window.inFlightBytes;
  }

  /** Everything that was sent reliably is known to have arrived. */
  get isAllAcked(): boolean {
    const { window } = this.#sender.flight;
    return window.una === window.next && this.#sender.control.first === undefined;
  }

  /** The most that is ever sent at once. */
  get burstBytes(): number {
    return this.#sender.flight.burstBytes;
  }

  /** Whether both sides have shown that they speak v2, and the client its address. */
  get isOpen(): boolean {
    return this.#handshake.isOpen;
  }

  // What the driver tells.

  /** Takes a datagram, or several that were joined by the system. What can't be read is counted and dropped. */
  handleDatagram(nowUs: number, buf: Uint8Array, off: number, len: number): void {
    if (this.#isOver) return;
    const { figures } = this.#receiver;
    const { view } = this.#reader;
    const end = off + len;
    figures.datagrams++;
    figures.bytes += len;
    this.budget.handleReceived(len);
    for (let at = off; at < end; at = view.next) {
      if (this.#reader.read(buf, at, end) !== FAULT.none) {
        figures.malformed++;
        break;
      }
      if (view.connectionId !== this.#connectionId) figures.foreign++;
      else this.#handlePacket(nowUs, buf);
    }
    this.transit.flush();
  }

  handleTimeout(nowUs: number): void {
    this.#sender.flight.handleTimeout(nowUs);
  }

  /** When to call handleTimeout and then pollTransmit; Infinity: nothing is to be done by itself. */
  pollTimeout(): number {
    if (this.#isOver) return Number.POSITIVE_INFINITY;
    if (this.#farewell !== null) return this.#farewell.dueUs;
    const ackUs = this.#handshake.isOpen ? this.#receiver.acks.deadlineUs : Number.POSITIVE_INFINITY;
    return Math.min(ackUs, this.#sender.pollTimeout(), this.#proof.dueUs);
  }

  /** Fills `out`, which has room for a datagram of the largest packets asked for. Returns how many datagrams
   *  are in it; 0: nothing to send now. */
  pollTransmit(nowUs: number, out: SendRun): number {
    out.clear();
    if (this.#isOver) return 0;
    const segments = this.#transmit(nowUs, out);
    this.budget.handleSent(out.sizeBytes);
    this.#sender.figures.datagrams += segments;
    this.#sender.figures.bytes += out.sizeBytes;
    return segments;
  }

  pollDelivery(nowUs: number): Delivery {
    const message = this.#receiver.takeMessage(nowUs);
    if (message !== undefined) {
      this.message = message;
      this.messageIndex = this.#receiver.inbox.takenIndex;
      return DELIVERY.message;
    }
    const ending = this.#ending;
    this.#ending = DELIVERY.none;
    return ending;
  }

  #transmit(nowUs: number, out: SendRun): number {
    if (this.#farewell !== null) return this.#sendBye(nowUs, out, this.#farewell);
    if (this.#handshake.isOpen && nowUs >= this.#receiver.acks.deadlineUs) {
      const segments = this.#sendSack(nowUs, out);
      if (segments > 0) return segments;
    }
    const segments = this.#sender.pollTransmit(nowUs, out);
    if (segments === 0 && nowUs >= this.#proof.dueUs) return this.#sendChallenge(nowUs, out);
    return segments === 0 ? this.#sendV1Ping(out) : segments;
  }

  #sendSack(nowUs: number, out: SendRun): number {
    this.#receiver.fillSack(nowUs, this.#sack);
    const segments = this.#add(out, this.#sacks.write(out.tail(), 0, this.#sack));
    this.#sender.figures.sacks += segments;
    return segments;
  }

  #sendChallenge(nowUs: number, out: SendRun): number {
    const meta = { kind: 'bulk', copy: this.#proof.copy } as const;
    this.#proof.handleSent(nowUs, this.#sender.flight.rtt.ptoUs);
    return this.#add(out, encodeV2Packet(out.tail(), 0, 0, this.#connectionId, meta, NO_BYTES));
  }

  #sendBye(nowUs: number, out: SendRun, farewell: Farewell): number {
    if (nowUs < farewell.dueUs) return 0;
    farewell.handleSent(nowUs);
    const meta = { kind: 'bye', reason: farewell.reason } as const;
    return this.#add(out, encodeV2Packet(out.tail(), 0, -1, this.#connectionId, meta, NO_BYTES));
  }

  /** An original repeats no answer that was lost, but it answers this; a listener of ours drops it. */
  #sendV1Ping(out: SendRun): number {
    if (this.#handshake.isOpen || this.#handshake.role === 'listener') return 0;
    const { window } = this.#sender.flight;
    const hellos = window.next === 0 ? 0 : window.copies(0) + 1;
    if (hellos <= this.#pingedHellos) return 0;
    this.#pingedHellos = hellos;
    return this.#add(out, encodeV2Packet(out.tail(), 0, 1, this.#connectionId, null, PING_BYTES));
  }

  #add(out: SendRun, sizeBytes: number): number {
    if (sizeBytes < 0 || !this.budget.allows(sizeBytes)) return 0;
    out.add(sizeBytes);
    return 1;
  }

  #handlePacket(nowUs: number, buf: Uint8Array): void {
    const { view, bytes } = this.#reader;
    const { kind, dataOff, dataLen } = view;
    if (kind === V2_META.bye || kind === V2_META.reset) this.#handleEnd(kind);
    else if (!this.#handshake.isOpen && !this.#handleOpening(nowUs)) this.#receiver.figures.malformed++;
    else if (this.#ending === DELIVERY.fallback) return;
    else if (kind === V2_META.bulk) {
      this.#receiver.handleBulk(nowUs, view.index, view.copy, bytes, dataOff, dataLen);
    } else if (kind === V2_META.datagram) {
      this.#receiver.handleDatagram(nowUs, view.sequence, bytes, dataOff, dataLen);
    } else if (kind === V2_META.sack) this.#handleSack(nowUs);
    else {
      const data = buf.subarray(dataOff, dataOff + dataLen);
      this.#receiver.handleControl(nowUs, view.index, view.copy, data);
    }
  }

  /** Whether a packet has its place before the connection is open, or opens it. */
  #handleOpening(nowUs: number): boolean {
    const { kind, index, text } = this.#reader.view;
    const handshake = this.#handshake;
    if (handshake.role === 'client') {
      if (kind === V2_META.accept && index === 0) {
        handshake.token = text;
        handshake.isOpen = true;
        this.#sender.flight.handleImplicitAck(nowUs, 0);
      } else if (kind === V2_META.normal) {
        this.#ending = DELIVERY.fallback;
        this.#isOver = true;
      } else return false;
      return true;
    }
    if (kind === V2_META.normal && index === 0) return true;
    if (kind !== V2_META.token || text !== handshake.token) return false;
    handshake.isOpen = true;
    this.budget.isValidated = true;
    return true;
  }

  #handleSack(nowUs: number): void {
    const { figures } = this.#receiver;
    const { flight } = this.#sender;
    figures.sacks++;
    if (!flight.handleSack(nowUs, this.#reader.view.sack)) figures.malformed++;
    const { lastIndex, lastCopy } = this.#reader.view.sack;
    this.budget.isValidated ||= this.#proof.handleSack(flight.largestAcked, lastIndex, lastCopy);
  }

  #handleEnd(kind: typeof V2_META.bye | typeof V2_META.reset): void {
    this.reason = this.#reader.view.text;
    this.#ending = kind === V2_META.bye ? DELIVERY.bye : DELIVERY.reset;
    this.#isOver = true;
  }
}
