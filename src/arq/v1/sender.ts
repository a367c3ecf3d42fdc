import { META } from '../../wire/header.js';
import { PONG_BYTES } from '../../wire/message.js';
import { encodePacket } from '../../wire/packet.js';
import { PacketTemplate } from '../../wire/packet-template.js';
import { FILLER, NO_BYTES } from '../../wire/text.js';
import type { SendRun } from '../send-run.js';
import { Flight } from './flight.js';
import { Outbox } from './outbox.js';

/** Acks that wait to be sent. One is due for every 20 datagrams, and they go out before anything else. */
const MAX_ACKS = 16;

/** At most this many packets make up for lost data of one phase: beyond it the peer is asked and given more
 *  by need (Asker). */
const MAX_FIRST_PADS = 1024;

/** Writes what is to be sent into runs of datagrams: Acks, then what is due again, then what is new. */
export class Sender {
  readonly flight = new Flight();
  readonly outbox = new Outbox();
  packetsSent = 0;
  acksSent = 0;
  bulkPacketsSent = 0;
  bulkBytesSent = 0;

  readonly #template: PacketTemplate;
  readonly #isPadding: boolean;
  readonly #acks = new Float64Array(MAX_ACKS);
  #nAcks = 0;

  /**
   * @param isPadding whether lost data of a phase is made up for in front of the message behind it: only a
   *   listener ignores what is too much
   * @throws RangeError for an id above MAX_ID_LENGTH
   */
  constructor(connectionId: string, isPadding: boolean) {
    this.#template = new PacketTemplate(connectionId);
    this.#isPadding = isPadding;
  }

  /** Whether something waits that the credit does not allow yet. */
  get isBlocked(): boolean {
    return !this.outbox.isEmpty && this.flight.isFull;
  }

  /** The newest waits when there are too many: it says more than the one before it. */
  queueAck(index: number): void {
    if (this.#nAcks === MAX_ACKS) this.#nAcks--;
    this.#acks[this.#nAcks] = index;
    this.#nAcks++;
  }

  /** So many copies of the next packet have left already, by another sender. */
  noteSentElsewhere(nowUs: number, copies: number): void {
    const index = this.flight.nextIndex;
    this.outbox.assign(index);
    for (let copy = 0; copy < copies; copy++) this.#noteSent(nowUs, index);
  }

  /** Fills the next run; returns its datagrams, 0 when there is nothing to send now. */
  fill(nowUs: number, out: SendRun): number {
    out.clear();
    if (this.#nAcks > 0) return this.#putAck(out);
    while (out.segments < out.maxSegments) {
      const index = this.#nextIndex();
      if (index < 0 || !this.#putPacket(out, index)) break;
      this.#noteSent(nowUs, index);
    }
    return out.segments;
  }

  #putAck(out: SendRun): number {
    const sizeBytes = encodePacket(out.tail(), 0, -1, this.#template, META.ack, this.#acks[0]!, NO_BYTES);
    if (sizeBytes < 0) return 0;
    this.#acks.copyWithin(0, 1, this.#nAcks);
    this.#nAcks--;
    this.acksSent++;
    out.add(sizeBytes);
    return 1;
  }

  /** What goes next, with its content in place; -1 for nothing. */
  #nextIndex(): number {
    const { flight, outbox } = this;
    const due = flight.nextDue();
    if (due >= 0) return due;
    if (outbox.isEmpty || flight.isFull) return -1;
    if (this.#isPadding && outbox.isBehindBulk) this.#insertPads();
    outbox.assign(flight.nextIndex);
    return flight.nextIndex;
  }

  /** Twice as many as are probably missing: those too many are ignored. */
  #insertPads(): void {
    const nPads = Math.min(MAX_FIRST_PADS, Math.ceil(2 * this.flight.expectedLost));
    this.outbox.insertPads(PONG_BYTES, nPads);
    this.flight.forgetLost();
  }

  /** False when it doesn't fit behind what is there. */
  #putPacket(out: SendRun, index: number): boolean {
    const dataBytes = this.outbox.sizeOf(index);
    const headBytes = this.#template.headBytes(index, dataBytes);
    const sizeBytes = headBytes + dataBytes;
    const off = out.sizeBytes;
    const isFirst = out.segments === 0;
    if ((!isFirst && sizeBytes !== out.segmentBytes) || off + sizeBytes > out.bytes.length) return false;
    const bytes = out.tail();
    this.#template.write(bytes, off, index, dataBytes);
    const message = this.outbox.messageOf(index);
    if (message === null) bytes.fill(FILLER, off + headBytes, off + sizeBytes);
    else bytes.set(message, off + headBytes);
    out.add(sizeBytes);
    return true;
  }

  #noteSent(nowUs: number, index: number): void {
    this.packetsSent++;
    const isMessage = this.outbox.messageOf(index) !== null;
    const sizeBytes = this.outbox.sizeOf(index);
    if (index === this.flight.nextIndex) {
      this.outbox.advance();
      if (!isMessage) {
        this.bulkPacketsSent++;
        this.bulkBytesSent += sizeBytes;
      }
    }
    this.flight.noteSent(nowUs, index, sizeBytes, isMessage);
  }
}
