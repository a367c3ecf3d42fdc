import { FAULT } from '../../wire/errors.js';
import { META } from '../../wire/header.js';
import { PING_BYTES } from '../../wire/message.js';
import { DatagramView, decodeDatagram } from '../../wire/packet.js';
import { FILLER, NO_BYTES } from '../../wire/text.js';
import type { SendRun } from '../send-run.js';
import { Answerer } from './answerer.js';
import { Asker } from './asker.js';
import { Counter } from './counter.js';
import { ProbeTimer } from './probe-timer.js';
import { Receiver, SLOT } from './receiver.js';
import type { Repair } from './repair.js';
import { Sender } from './sender.js';

/** What `pollDelivery` found. */
export const DELIVERY = { none: 0, message: 1, counted: 2 } as const;
export type Delivery = (typeof DELIVERY)[keyof typeof DELIVERY];

export interface V1EngineOptions {
  readonly connectionId: string;
  readonly role: 'client' | 'listener';
}

/**
 * Carries one session over UDP to a peer that speaks v1: on a path without loss exactly as the original does,
 * and on any other repairing what the original would leave lost.
 *
 * Drive it by: handleDatagram for each packet that comes and handleTimeout at pollTimeout (early or twice is
 * harmless), each followed by pollDelivery until it finds none, then pollTransmit until it returns 0. The
 * session calls sendMessage, sendBulk and countBulk. Times are microseconds of any one clock.
 */
export class V1Engine {
  /** Of the message found last. */
  message: Uint8Array = NO_BYTES;
  messageIndex = 0;
  /** Whether it was long in coming because packets were lost or repeated: no measure of latency. */
  isRepeated = false;
  /** Grows with every sign that the peer lives: packets of its, and Acks that tell something. */
  progress = 0;
  /** Datagrams that were no packet, or not one of this connection. */
  malformed = 0;
  acksReceived = 0;

  readonly #id: string;
  readonly #isListener: boolean;
  readonly #view = new DatagramView();
  readonly #timer = new ProbeTimer();
  readonly #receiver = new Receiver();
  readonly #sender: Sender;
  readonly #counter: Counter;
  readonly #repair: Repair;
  #nowUs: number;
  /** When something was sent, or the peer showed that it came: probes are due so long after it. Infinity from
   *  when something is queued until it had its chance to be sent. */
  #activityUs: number;
  #arrivalUs: number;
  #ackUs: number;
  /** Probes since the last sign of the peer. */
  #fruitless = 0;
  /** Just behind the packet that was taken last. */
  #takenEnd = 0;
  #lostAtMessage = 0;
  /** Just behind the newest packet that an Ack has named. */
  #ackedEnd = 0;

  /** @throws RangeError for an id above MAX_ID_LENGTH. */
  constructor(options: V1EngineOptions, nowUs: number) {
    this.#id = options.connectionId;
    this.#isListener = options.role === 'listener';
    this.#sender = new Sender(options.connectionId, !this.#isListener);
    this.#counter = new Counter(this.#sender, this.#receiver);
    this.#repair = this.#isListener
      ? new Answerer(this.#sender, this.#receiver, this.#timer, nowUs)
      : new Asker(this.#sender, this.#receiver);
    this.#nowUs = nowUs;
    this.#activityUs = nowUs;
    this.#arrivalUs = nowUs;
    this.#ackUs = nowUs;
  }

  // Figures.

  /** Of the next new packet. */
  get nextIndex(): number {
    return this.#sender.flight.nextIndex;
  }

  /** An Ack has come for a packet with this index or a later one. */
  isAckedFrom(index: number): boolean {
    return this.#ackedEnd > index;
  }

  /** Normal packets, copies included. */
  get packetsSent(): number {
    return this.#sender.packetsSent;
  }

  /** Normal packets, copies included. */
  get packetsReceived(): number {
    return this.#receiver.packetsReceived;
  }

  get bulkPacketsSent(): number {
    return this.#sender.bulkPacketsSent;
  }

  get bulkBytesSent(): number {
    return this.#sender.bulkBytesSent;
  }

  get bulkPacketsReceived(): number {
    return this.#counter.packets;
  }

  get bulkBytesReceived(): number {
    return this.#counter.bytes;
  }

  /** Bulk packets that came where none was due. */
  get strays(): number {
    return this.#counter.strays;
  }

  get resent(): number {
    return this.#sender.flight.resent;
  }

  /** Packets of the peer that never came, as the original counts them: holes that were given up. */
  get lost(): number {
    return this.#receiver.lost;
  }

  /** Holes right now, as the original counts them. */
  get delayed(): number {
    return this.#receiver.delayed;
  }

  get duplicates(): number {
    return this.#receiver.duplicates;
  }

  get reordered(): number {
    return this.#receiver.reordered;
  }

  get acksSent(): number {
    return this.#sender.acksSent;
  }

  // What the session asks for.

  /** Queues a control packet; the data is not copied and must not change.
   *  @throws RangeError above MAX_MESSAGE_BYTES, or with MAX_QUEUED_ITEMS waiting. */
  sendMessage(data: Uint8Array): void {
    this.#sender.outbox.pushMessage(data);
    this.#repair.handleQueued(data);
    this.#activityUs = Number.POSITIVE_INFINITY;
  }

  /** A client's opening that another engine has sent: copies of its Hello, and of a Ping behind it. The peer has
   *  counted them, so they are followed here, and said again only when they have to be. */
  takeOver(nowUs: number, hello: Uint8Array, hellos: number, pings: number): void {
    this.sendMessage(hello);
    this.#sender.noteSentElsewhere(nowUs, hellos);
    if (pings === 0) return;
    this.#sender.outbox.pushMessage(PING_BYTES);
    this.#sender.noteSentElsewhere(nowUs, pings);
    this.#repair.handlePingAhead();
  }

  /** The time to take no further message from the peer: each may queue a few more. */
  get isCrowded(): boolean {
    return this.#sender.outbox.isCrowded;
  }

  /** @throws RangeError for what is no packet count or doesn't fit into a datagram, or with MAX_QUEUED_ITEMS
   *  waiting. */
  sendBulk(nPackets: number, packetSizeBytes: number): void {
    this.#sender.outbox.pushBulk(nPackets, packetSizeBytes);
    this.#repair.handleBulkQueued();
    this.#activityUs = Number.POSITIVE_INFINITY;
  }

  /** A client's data begins behind its request, which is taken already; a listener's when it gets there.
   *  @throws RangeError for anything but an integer >= 0, and while others are due. */
  countBulk(nPackets: number): void {
    this.#counter.expect(nPackets);
    if (this.#isListener) this.#counter.begin(this.#receiver.next);
    this.#arrivalUs = this.#nowUs;
  }

  // What the driver feeds and fetches.

  /** Takes the packet at `buf[off..end)` and returns where it ends: several may have been joined by the
   *  system. What is no packet of this connection is counted and dropped, to the end. */
  handleDatagram(nowUs: number, buf: Uint8Array, off: number, end: number): number {
    const view = this.#view;
    this.#nowUs = nowUs;
    const isOurs =
      decodeDatagram(buf, off, end, view) === FAULT.none &&
      view.connectionId === this.#id &&
      view.metaKind !== META.resendAck &&
      (view.metaKind === META.ack || this.#receiver.accepts(view.index));
    if (!isOurs) {
      this.malformed++;
      return end;
    }
    if (view.metaKind === META.ack) this.#handleAck(nowUs, view.ackIndex);
    else this.#handleNormal(nowUs, buf, view);
    return view.next;
  }

  handleTimeout(nowUs: number): void {
    this.#nowUs = nowUs;
    if (nowUs >= this.#probeUs()) {
      this.#repair.handleProbe(nowUs, this.#fruitless);
      this.#fruitless++;
      this.#activityUs = nowUs;
    }
    if (nowUs >= this.#stallUs()) this.#counter.handleStall();
    if (nowUs >= this.#holeUs()) this.#receiver.skipHoles();
    if (nowUs >= this.#quietUs()) this.#repair.handleQuiet();
  }

  pollTimeout(): number {
    return Math.min(this.#probeUs(), this.#stallUs(), this.#holeUs(), this.#quietUs());
  }

  /** Fills the next datagrams into `out`, all of one size; returns how many, 0 when nothing is to be sent. */
  pollTransmit(nowUs: number, out: SendRun): number {
    const { packetsSent } = this.#sender;
    const segments = this.#sender.fill(nowUs, out);
    const isOverdue = segments === 0 && this.#activityUs === Number.POSITIVE_INFINITY;
    if (packetsSent !== this.#sender.packetsSent || isOverdue) this.#activityUs = nowUs;
    return segments;
  }

  /** What the session is to be told next, in order: `message` holds a message, `counted` says that the packets
   *  asked for by countBulk have been dealt with. */
  pollDelivery(): Delivery {
    const guess = this.#repair.takeGuess();
    if (guess !== null) return this.#deliver(guess);
    while (true) {
      if (this.#counter.isComplete) {
        this.#counter.finish();
        this.#repair.handleCounted();
        this.#lostAtMessage = this.#receiver.lost;
        return DELIVERY.counted;
      }
      const slot = this.#receiver.peek();
      if (slot === SLOT.empty) return DELIVERY.none;
      if (slot === SLOT.bulk || (this.#counter.isCounting && !this.#counter.isUnknown)) this.#takeBulk();
      else {
        const message = this.#takeMessage();
        if (message !== null) return this.#deliver(message);
      }
    }
  }

  #handleAck(nowUs: number, index: number): void {
    const { flight } = this.#sender;
    const { flightBytes } = flight;
    this.acksReceived++;
    if (!flight.handleAck(nowUs, index)) return;
    this.#ackedEnd = Math.max(this.#ackedEnd, index + 1);
    this.#timer.handleDelivered(flightBytes - flight.flightBytes, nowUs - this.#ackUs);
    this.#ackUs = nowUs;
    if (!this.#repair.isStuck) this.progress++;
    this.#handleSign(nowUs, flight.rttUs);
    this.#repair.handleHeard(nowUs);
  }

  #handleNormal(nowUs: number, buf: Uint8Array, view: DatagramView): void {
    const { index, dataOff, dataLen } = view;
    const receiver = this.#receiver;
    const { duplicates } = receiver;
    this.progress++;
    this.#arrivalUs = nowUs;
    this.#counter.stalls = 0;
    if (receiver.handle(nowUs, index, buf, dataOff, dataLen, this.#counter.bulkEnd))
      this.#sender.queueAck(index);
    if (duplicates === receiver.duplicates) {
      const { flight } = this.#sender;
      const { confirmedEnd } = flight;
      this.#repair.handleArrival(nowUs, index, dataLen > 0 && buf[dataOff] === FILLER);
      // What answers nothing puts off no probe: a peer that only repeats its own would hold up ours for ever.
      if (flight.confirmedEnd !== confirmedEnd) this.#handleSign(nowUs, flight.rttUs);
    }
    this.#repair.handleHeard(nowUs);
  }

  /** @param rttUs 0 when it gave no sample */
  #handleSign(nowUs: number, rttUs: number): void {
    if (rttUs > 0) this.#timer.handleSample(rttUs);
    this.#fruitless = 0;
    this.#activityUs = nowUs;
  }

  #deliver(message: Uint8Array): Delivery {
    this.message = message;
    // What is only guessed stood where something is missing, before the next one to be taken.
    this.messageIndex = Math.max(0, this.#takenEnd - 1);
    this.isRepeated = this.#repair.isRepeated || this.#receiver.lost !== this.#lostAtMessage;
    this.#lostAtMessage = this.#receiver.lost;
    return DELIVERY.message;
  }

  #takeBulk(): void {
    const counter = this.#counter;
    const { next } = this.#receiver;
    // The first of them may be missing: they begin where the answer was to be expected, or behind what came.
    if (counter.isExpecting) counter.begin(Math.min(next, Math.max(this.#takenEnd, this.#repair.answerFrom)));
    if (!counter.isCounting) counter.beginUnknown();
    counter.count();
    if (counter.isUnknown) this.#repair.handleStray(next, this.#receiver.sizeBytes);
    this.#takenEnd = next + 1;
  }

  /** The message that is next, or null when it's none of the session's business. */
  #takeMessage(): Uint8Array | null {
    if (this.#counter.isUnknown) this.#counter.finish();
    const index = this.#receiver.next;
    const data = this.#receiver.take();
    this.#takenEnd = index + 1;
    return this.#repair.screen(this.#nowUs, index, data);
  }

  #probeUs(): number {
    if (!this.#repair.isWaiting) return Number.POSITIVE_INFINITY;
    return this.#activityUs + this.#timer.waitUs(this.#fruitless, this.#sender.flight.flightBytes);
  }

  #stallUs(): number {
    if (!this.#counter.isCounting) return Number.POSITIVE_INFINITY;
    const { stalls } = this.#counter;
    return this.#arrivalUs + (stalls + 1) * this.#timer.waitUs(Math.min(stalls, 1), 0);
  }

  #holeUs(): number {
    return this.#receiver.blockedUs + this.#repair.holeWaits * this.#timer.waitUs(0, 0);
  }

  #quietUs(): number {
    const { isCounting, isUnknown } = this.#counter;
    return isCounting && !isUnknown ? Number.POSITIVE_INFINITY : this.#repair.quietUs;
  }
}
