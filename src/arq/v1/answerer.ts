import { decodeMessage, encodeMessage, type Message, PING_BYTES } from '../../wire/message.js';
import { QUIET_ACK_US, QUIET_GUESS_US } from './limits.js';
import type { ProbeTimer } from './probe-timer.js';
import type { Receiver } from './receiver.js';
import type { Repair } from './repair.js';
import type { Sender } from './sender.js';

/** What is done about silence: an Ack; a guess; and Acks, at this interval. */
const GUESS_STEP = 2;
const MAX_STEPS = 4;
const STEP_US = 1_000_000;

/** Probes behind Down data before a Pong is added: the first two repeat the data, which is the likelier loss. */
const PROBES_BEFORE_PAD = 2;

/** A Ping that comes sooner after a guess than this part of the shortest round trip was sent before it came. */
const UNCAUSED_PART = 0.8;

/**
 * The listener's part of living with a client that asks everything once and repeats nothing.
 *
 * What we said is repeated until the client says something new. When it owes us a word and stays silent, the
 * word was lost, and it waits for the answer: so the session is told what the client must have said. One Pong
 * does for two cases: a client that waits for one goes on, and one that is still short of Down data counts it.
 */
export class Answerer implements Repair {
  readonly holeWaits = 3;
  /** A packet from here on is said in knowledge of all that we have sent. */
  answerFrom = 0;

  readonly #sender: Sender;
  readonly #receiver: Receiver;
  readonly #timer: ProbeTimer;
  /** Packets sent again before our last answer. */
  #resentBefore = 0;
  #probes = 0;
  #isBehindBulk = false;
  /** What the client said last. */
  #last: Message | null = null;
  #isUpCounted = false;
  #isDownGuessed = false;
  /** Where data began whose Up request is lost; -1 for none. */
  #strayFrom = -1;
  #straySizeBytes = 0;
  #heardUs: number;
  #quietSteps = 0;
  #guess: Uint8Array | null = null;
  #guessedUs = Number.NEGATIVE_INFINITY;

  constructor(sender: Sender, receiver: Receiver, timer: ProbeTimer, nowUs: number) {
    this.#sender = sender;
    this.#receiver = receiver;
    this.#timer = timer;
    this.#heardUs = nowUs;
  }

  get isRepeated(): boolean {
    return this.#sender.flight.resent !== this.#resentBefore;
  }

  get isWaiting(): boolean {
    return this.#sender.isBlocked || this.#sender.flight.isUnconfirmed;
  }

  get isStuck(): boolean {
    return this.#probes > 0;
  }

  get quietUs(): number {
    if (this.#receiver.highest < 0 || this.#quietSteps === MAX_STEPS) return Number.POSITIVE_INFINITY;
    if (this.#quietSteps === 0) return this.#heardUs + QUIET_ACK_US;
    return this.#heardUs + QUIET_GUESS_US + (this.#quietSteps - 1) * STEP_US;
  }

  handleQueued(): void {
    this.answerFrom = this.#receiver.next;
    this.#probes = 0;
    this.#resentBefore = this.#sender.flight.resent;
  }

  /** A listener asks nothing. */
  handlePingAhead(): void {}

  handleBulkQueued(): void {
    this.answerFrom = this.#receiver.next;
    this.#probes = 0;
    this.#isBehindBulk = true;
  }

  handleArrival(nowUs: number, index: number): void {
    const { flight, outbox } = this.#sender;
    // While Down data waits to be sent the client can't have all of it: it is probing, as one of ours does.
    if (index < this.answerFrom || !outbox.isEmpty) return;
    if (index === this.answerFrom && this.#isUncaused(nowUs)) return;
    if (flight.isUnconfirmed) flight.confirm(nowUs, flight.nextIndex - 1);
    this.#isBehindBulk = false;
    this.#probes = 0;
  }

  handleHeard(nowUs: number): void {
    this.#heardUs = nowUs;
    this.#quietSteps = 0;
  }

  handleStray(index: number, sizeBytes: number): void {
    if (this.#strayFrom < 0) this.#strayFrom = index;
    this.#straySizeBytes = sizeBytes;
  }

  handleCounted(): void {
    this.#isUpCounted = true;
  }

  screen(nowUs: number, _index: number, data: Uint8Array): Uint8Array | null {
    const message = decodeMessage(data);
    if ('code' in message) return data;
    this.#last = message;
    this.#isUpCounted = false;
    this.#strayFrom = -1;
    const isAnswered = this.#isServed(nowUs, message);
    this.#isDownGuessed = false;
    this.#guessedUs = Number.NEGATIVE_INFINITY;
    return isAnswered ? null : data;
  }

  handleProbe(nowUs: number, fruitless: number): void {
    const { flight, outbox } = this.#sender;
    flight.probe(fruitless > 0 || this.#probes > 0);
    if (!outbox.isEmpty) return;
    this.#probes++;
    if (!this.#isBehindBulk || this.#probes <= PROBES_BEFORE_PAD) return;
    this.#guess = PING_BYTES;
    this.#guessedUs = nowUs;
  }

  handleQuiet(): void {
    this.#sender.queueAck(this.#receiver.ackIndex);
    this.#quietSteps++;
    // What the client said may be here, behind something that was lost.
    if (this.#receiver.delayed > 0) this.#receiver.skipHoles();
    // One guess is enough: what is said in answer to it is repeated as any other answer.
    else if (this.#quietSteps === GUESS_STEP && this.#sender.outbox.isEmpty) this.#guessLost();
  }

  takeGuess(): Uint8Array | null {
    const guess = this.#guess;
    this.#guess = null;
    return guess;
  }

  /** Whether our last guess has answered to this message, which came after all. */
  #isServed(nowUs: number, message: Message): boolean {
    if (message.kind === 'ping') return this.#isUncaused(nowUs);
    return message.kind === 'bandwidth' && message.direction === 'down' && this.#isDownGuessed;
  }

  /** Whether what has just come was said before our last guess reached the client, which is its answer. */
  #isUncaused(nowUs: number): boolean {
    return nowUs - this.#guessedUs < UNCAUSED_PART * this.#timer.minRttUs;
  }

  #guessLost(): void {
    const down = this.#dueDown();
    if (down === null) {
      this.#guess = PING_BYTES;
      // A Ping that comes after so long a silence was held up, and the Pong waits for whoever sent it.
      this.#guessedUs = Number.POSITIVE_INFINITY;
      return;
    }
    this.#guess = encodeMessage(down);
    this.#isDownGuessed = true;
    this.#isUpCounted = false;
    this.#strayFrom = -1;
  }

  /** An original asks for as much Down as it has sent Up. Where its Up request was lost, its data shows. */
  #dueDown(): Message | null {
    const last = this.#last;
    if (this.#strayFrom >= 0) {
      const nPackets = this.#receiver.next - this.#strayFrom;
      return { kind: 'bandwidth', direction: 'down', nPackets, packetSizeBytes: this.#straySizeBytes };
    }
    if (!this.#isUpCounted || last?.kind !== 'bandwidth' || last.direction !== 'up') return null;
    return { ...last, direction: 'down' };
  }
}
