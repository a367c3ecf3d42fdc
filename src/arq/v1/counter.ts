import { CREDIT } from './limits.js';
import type { Receiver } from './receiver.js';
import type { Sender } from './sender.js';

/** Times without any packet before the rest of a phase is given up: by then two Acks each went out three times. */
const MAX_STALLS = 4;

/**
 * Counts the bulk data that a session waits for. A phase ends with its last index, not with its last packet: an
 * original fills no hole. When nothing comes any more, it may have used up its credit because our Acks or all of
 * its packets were lost; or its last packets were.
 */
export class Counter {
  packets = 0;
  bytes = 0;
  /** Just behind the last packet of the phase: -1 while no data is known to have begun; Infinity for data of
   *  which nothing is known, its request being lost. */
  end = -1;
  /** Packets of unknown phases. */
  strays = 0;
  /** Times in a row that nothing came for a probe time. */
  stalls = 0;

  readonly #sender: Sender;
  readonly #receiver: Receiver;
  /** Packets of a phase that has been asked for and has not begun; -1 for none. */
  #expected = -1;

  constructor(sender: Sender, receiver: Receiver) {
    this.#sender = sender;
    this.#receiver = receiver;
  }

  get isExpecting(): boolean {
    return this.#expected >= 0;
  }

  get isCounting(): boolean {
    return this.end >= 0;
  }

  get isUnknown(): boolean {
    return this.end === Number.POSITIVE_INFINITY;
  }

  /** Everything below is bulk data, whatever it looks like. */
  get bulkEnd(): number {
    return this.isUnknown ? -1 : this.end;
  }

  get isComplete(): boolean {
    return this.isCounting && this.#receiver.next >= this.end;
  }

  /** The peer is going to send this many.
   *  @throws RangeError for anything but an integer >= 0, and while others are due. */
  expect(nPackets: number): void {
    if (!Number.isSafeInteger(nPackets) || nPackets < 0) {
      throw new RangeError(`the number of packets to count is an integer >= 0, not ${nPackets}`);
    }
    if (this.isExpecting || this.isCounting) throw new RangeError('packets are still being counted');
    this.#expected = nPackets;
  }

  /** The first of the expected packets has this index. */
  begin(index: number): void {
    this.end = index + this.#expected;
    this.#expected = -1;
    this.stalls = 0;
  }

  /** Data comes that nobody announced: it ends with the next message. */
  beginUnknown(): void {
    this.end = Number.POSITIVE_INFINITY;
    this.stalls = 0;
  }

  /** The packet that is next in order is one of them. */
  count(): void {
    this.#receiver.take();
    if (this.isUnknown) this.strays++;
    else {
      this.packets++;
      this.bytes += this.#receiver.sizeBytes;
    }
  }

  finish(): void {
    this.end = -1;
  }

  /** Nothing came for a probe time: says again what has come; then allows what must follow; then gives up. */
  handleStall(): void {
    const { ackIndex } = this.#receiver;
    const last = this.end - 1;
    this.stalls++;
    if (this.stalls === 1) this.#ackTwice(ackIndex);
    else if (this.stalls < MAX_STALLS || last - ackIndex > 2 * CREDIT) {
      this.#ackTwice(Math.min(last, ackIndex + CREDIT));
    } else {
      this.#receiver.skipHoles();
      this.#receiver.loseUntil(this.end);
      this.#ackTwice(last);
    }
  }

  /** An Ack costs a hundred bytes, a lost one a probe time. */
  #ackTwice(index: number): void {
    if (index < 0) return;
    this.#sender.queueAck(index);
    this.#sender.queueAck(index);
  }
}
