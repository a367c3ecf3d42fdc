import { decodeMessage, encodeMessage, type Message, PING_BYTES } from '../../wire/message.js';
import { MAX_GUESSES, QUIET_ACK_US, QUIET_GUESS_US } from './limits.js';
import type { ProbeTimer } from './probe-timer.js';
import type { Receiver } from './receiver.js';
import type { Repair } from './repair.js';
import type { Sender } from './sender.js';

/** Between two guesses at the same silence. */
const GUESS_INTERVAL_US = 1_000_000;

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
  isRepeated = false;
  readonly holeWaits = 3;
  /** A packet from here on is said in knowledge of all that we have sent. */
  answerFrom = 0;

  readonly #sender: Sender;
  readonly #receiver: Receiver;
  readonly #timer: ProbeTimer;
  #probes = 0;
  #isBehindBulk = false;
  /** What the client said last. */
  #last: Message | null = null;
  #isUpCounted = false;
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

  get isWaiting(): boolean {
    return this.#sender.isBlocked || this.#sender.flight.isUnconfirmed;
  }

  get isStuck(): boolean {
    return this.#probes > 0;
  }

  get quietUs(): number {
    if (this.#receiver.highest < 0 || this.#quietSteps > MAX_GUESSES) return Number.POSITIVE_INFINITY;
    if (this.#quietSteps === 0) return this.#heardUs + QUIET_ACK_US;
    return this.#heardUs + QUIET_GUESS_US + (this.#quietSteps - 1) * GUESS_INTERVAL_US;
  }

  handleQueued(): void {
    this.answerFrom = this.#receiver.next;
    this.#probes = 0;
    this.isRepeated = false;
  }

  handleBulkQueued(): void {
    this.answerFrom = this.#receiver.next;
    this.#probes = 0;
    this.#isBehindBulk = true;
  }

  handleArrival(nowUs: number, index: number): void {
    const { flight, outbox } = this.#sender;
    // While Down data waits to be sent the client can't have all of it: it is probing, as one of ours does.
    if (index < this.answerFrom || !outbox.isEmpty || this.#isUncaused(nowUs)) return;
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
    const isAnswered = message.kind === 'ping' && this.#isUncaused(nowUs);
    this.#guessedUs = Number.NEGATIVE_INFINITY;
    return isAnswered ? null : data;
  }

  handleProbe(nowUs: number, fruitless: number): void {
    const { flight, outbox } = this.#sender;
    this.isRepeated = true;
    flight.probe(fruitless > 0 || this.#probes > 0);
    if (!outbox.isEmpty) return;
    this.#probes++;
    if (this.#isBehindBulk && this.#probes > PROBES_BEFORE_PAD) this.#guessPing(nowUs);
  }

  handleQuiet(nowUs: number): void {
    this.#sender.queueAck(this.#receiver.ackIndex);
    this.#quietSteps++;
    if (this.#quietSteps === 1 || !this.#sender.outbox.isEmpty) return;
    const down = this.#dueDown();
    if (down === null) this.#guessPing(nowUs);
    else this.#guessDown(down);
  }

  takeGuess(): Uint8Array | null {
    const guess = this.#guess;
    this.#guess = null;
    return guess;
  }

  /** Whether what has just come was said before our last guess reached the client, which is its answer. */
  #isUncaused(nowUs: number): boolean {
    return nowUs - this.#guessedUs < UNCAUSED_PART * this.#timer.minRttUs;
  }

  #guessPing(nowUs: number): void {
    this.#guess = PING_BYTES;
    this.#guessedUs = nowUs;
  }

  #guessDown(down: Message): void {
    this.#guess = encodeMessage(down);
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
