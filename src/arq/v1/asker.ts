import { decodeMessage, encodeMessage, PING_BYTES, PONG_BYTES } from '../../wire/message.js';
import type { Receiver } from './receiver.js';
import type { Repair } from './repair.js';
import type { Sender } from './sender.js';

/** What the session waits for. */
type Question = 'none' | 'hello' | 'pong' | 'down';

/** Doublings of the number of pads: 2,048 at once make up for more than a path loses that works at all. */
const MAX_PAD_DOUBLINGS = 10;

/**
 * The client's part of living with a listener that answers everything once and repeats nothing.
 *
 * A question that stays without an answer is repeated under its index, for it may be lost, and a Ping goes
 * behind it, for the answer may be lost: its Pong shows that the listener is past the question. Behind Up data
 * the listener may also still be counting, short of lost packets, and take whatever comes for data. Then Pongs
 * make up for them: unlike a second request they do no harm where they are too many.
 */
export class Asker implements Repair {
  readonly holeWaits = 1;
  readonly quietUs = Number.POSITIVE_INFINITY;
  /** Those before it answer to something else. */
  answerFrom = 0;

  readonly #sender: Sender;
  readonly #receiver: Receiver;
  #question: Question = 'none';
  /** The index that the listener's next answer has if it answers all that it was asked so far. */
  #planned = 0;
  /** The request for Down data, to be repeated. */
  #request: Uint8Array = PING_BYTES;
  #isBehindBulk = false;
  /** Packets sent again before this question. */
  #resentBefore = 0;
  /** Fruitless probes of this question. */
  #probes = 0;
  /** Pings sent behind the request, whose Pongs would show that it was taken for data. */
  #testPings = 0;
  /** Whether an answer came that seemed to be one to something else. */
  #hasStale = false;

  constructor(sender: Sender, receiver: Receiver) {
    this.#sender = sender;
    this.#receiver = receiver;
  }

  get isRepeated(): boolean {
    return this.#probes > 0 || this.#sender.flight.resent !== this.#resentBefore;
  }

  get isWaiting(): boolean {
    return this.#question !== 'none';
  }

  get isStuck(): boolean {
    return this.#probes > 0;
  }

  handleQueued(data: Uint8Array): void {
    const message = decodeMessage(data);
    if ('code' in message || message.kind === 'pong') return;
    if (message.kind === 'bandwidth' && message.direction === 'up') return;
    this.#ask(message.kind === 'hello' ? 'hello' : message.kind === 'ping' ? 'pong' : 'down', data);
  }

  handlePingAhead(): void {
    this.#planned++;
  }

  handleBulkQueued(): void {
    this.#isBehindBulk = true;
  }

  handleArrival(nowUs: number, index: number, isBulk: boolean): void {
    if (this.#question === 'none' || isBulk !== (this.#question === 'down')) return;
    if (isBulk) {
      this.#confirm(nowUs);
      this.#question = 'none';
    } else if (index >= this.answerFrom) {
      this.#confirm(nowUs);
      // A listener never repeats an answer: those missing before this one won't come any more. Only a Hello
      // is worth waiting for, since it may just have been overtaken.
      if (this.#question === 'pong') this.#receiver.skipHoles();
    }
  }

  /** The Pongs of Pings that went behind the request come behind its data. */
  handleCounted(): void {
    this.#planned = this.#receiver.next + this.#testPings;
    this.#testPings = 0;
  }

  screen(_nowUs: number, index: number, data: Uint8Array): Uint8Array | null {
    const message = decodeMessage(data);
    if ('code' in message || message.kind !== 'pong') return data;
    if (index < this.answerFrom) {
      this.#hasStale = true;
      return null;
    }
    switch (this.#question) {
      case 'pong':
        this.#question = 'none';
        this.#planned = Math.max(this.#planned, index + 1);
        return data;
      case 'hello':
        return encodeMessage({ kind: 'hello', name: '' });
      case 'down':
        if (this.#testPings > 0) this.#askAgain();
        return null;
      case 'none':
        return null;
    }
  }

  handleProbe(_nowUs: number, fruitless: number): void {
    const { flight, outbox } = this.#sender;
    flight.probe(fruitless > 0 || this.#probes > 0);
    if (this.#receiver.ackIndex >= 0) this.#sender.queueAck(this.#receiver.ackIndex);
    if (!outbox.isEmpty) return;
    this.#probes++;
    // The Pongs expected before may never come: theirs may be Pings that were taken for data. Asking for data
    // twice would cost more than a few more Pings, so there it stays as it is.
    if (this.#hasStale && this.#question !== 'down') this.answerFrom = this.#receiver.next;
    if (this.#question === 'down' && this.#probes === 1) return;
    if (this.#isBehindBulk) {
      outbox.pushMessage(PONG_BYTES, 2 ** Math.min(this.#probes, MAX_PAD_DOUBLINGS));
    }
    outbox.pushMessage(PING_BYTES);
    this.#planned++;
    if (this.#question === 'down') this.#testPings++;
  }

  // A client asks, and need not make anything of silence or of what it has not asked for.

  handleHeard(): void {}

  handleStray(): void {}

  handleQuiet(): void {}

  takeGuess(): null {
    return null;
  }

  #ask(question: Question, data: Uint8Array): void {
    this.#question = question;
    this.#request = data;
    this.#sender.outbox.watch(data);
    this.#probes = 0;
    this.#testPings = 0;
    this.#hasStale = false;
    this.#resentBefore = this.#sender.flight.resent;
    this.answerFrom = Math.max(this.#planned, this.#receiver.next);
    this.#planned = question === 'down' ? this.answerFrom : this.answerFrom + 1;
  }

  /** The listener is past the request without having served it. */
  #askAgain(): void {
    const request = this.#request;
    this.#ask('down', request);
    this.#isBehindBulk = false;
    this.#sender.outbox.pushMessage(request);
  }

  /** The listener has dealt with everything up to the question; Pings behind it may still be under way. */
  #confirm(nowUs: number): void {
    const { flight, outbox } = this.#sender;
    if (outbox.watchedIndex >= 0) flight.confirm(nowUs, outbox.watchedIndex);
    this.#isBehindBulk = false;
  }
}
