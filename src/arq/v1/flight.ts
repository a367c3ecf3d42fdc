import { ACK_EVERY, CREDIT, RING } from './limits.js';

/** Indices whose fate is followed: more than the credit, which bounds how far the newest is ahead. */
const SLOTS = 64;
const SLOT_MASK = SLOTS - 1;

/** Transmissions, copies included, in which the one that an Ack answers is looked for. A burst of probes and
 *  what led to it are about a hundred. */
const LOG = 256;
const LOG_MASK = LOG - 1;

/** A packet that is missing with less than this probability counts as arrived. A higher bound leaves more
 *  of them to be made up for at the end of a phase; a lower one has whole stretches sent a third time. */
const MAX_DOUBT = 0.02;

/** The same for a message, of which a phase has one: lost, it leaves data where a message is due. */
const MAX_MESSAGE_DOUBT = 0.002;

/** Where the path is known to lose or to copy: the share of a stretch that copies may hide although the count
 *  came out even. Only messages that nothing else confirms are worth another copy for it. */
const HIDDEN_SHARE = 0.03;

/** An Ack after fewer transmissions than this since the last one is a copy that the path made: half of the
 *  20 packets that a real one stands for can't all have been duplicates. */
const MIN_PLAUSIBLE = ACK_EVERY / 2;

/**
 * What is under way to a peer that acknowledges every 20th datagram only, and what became of it.
 *
 * An original receiver sends its k-th Ack when exactly 20k datagrams have come. So the transmissions between
 * those that two Acks in a row answer, beyond a multiple of 20, were lost: nobody knows which of them, but each
 * with a probability (its doubt), which shrinks with every further copy. `docs/protocol.md` has the reasoning.
 */
export class Flight {
  /** Of the next new packet. */
  nextIndex = 0;
  /** Everything below has most likely arrived. */
  floor = 0;
  /** The peer has answered to what is below: nothing there is ever sent again. */
  confirmedEnd = 0;
  /** Transmissions of an index that had been sent before. */
  resent = 0;
  /** How many packets below the floor are missing, by the doubts with which they were left behind. */
  expectedLost = 0;
  /** Round trip of what was acknowledged or confirmed last, us; 0 when there were copies of it. */
  rttUs = 0;
  /** Data of the packets from the floor on. */
  flightBytes = 0;

  readonly #sizes = new Float64Array(SLOTS);
  readonly #doubts = new Float64Array(SLOTS);
  readonly #sentUs = new Float64Array(SLOTS);
  /** Transmissions of each index, and those that no Ack has been the judge of yet. */
  readonly #copies = new Uint32Array(SLOTS);
  readonly #pending = new Uint32Array(SLOTS);
  readonly #isDue = new Uint8Array(SLOTS);
  readonly #isMessage = new Uint8Array(SLOTS);
  /** Whether the path has lost or copied anything yet. */
  #isTroubled = false;
  /** No index below is due. */
  #dueFrom = 0;
  /** The index of each transmission. */
  readonly #log = new Float64Array(LOG);
  #transmissions = 0;
  /** The transmission that the last Ack answered. */
  #ackedTransmission = -1;

  /** Whether the credit is used up. */
  get isFull(): boolean {
    return this.nextIndex - this.floor >= CREDIT;
  }

  /** Whether the peer has not answered to the newest packet yet. */
  get isUnconfirmed(): boolean {
    return this.confirmedEnd < this.nextIndex;
  }

  /** The lowest index that is to be sent again, or -1. */
  nextDue(): number {
    while (this.#dueFrom < this.nextIndex) {
      if (this.#isDue[this.#dueFrom & SLOT_MASK] === 1) return this.#dueFrom;
      this.#dueFrom++;
    }
    return -1;
  }

  /** The packet with this index, the next new one or an earlier one, is on its way. */
  noteSent(nowUs: number, index: number, sizeBytes: number, isMessage: boolean): void {
    const slot = index & SLOT_MASK;
    if (index === this.nextIndex) this.#open(slot, sizeBytes, isMessage);
    else this.resent++;
    this.#isDue[slot] = 0;
    this.#copies[slot]! += 1;
    this.#pending[slot]! += 1;
    this.#sentUs[slot] = nowUs;
    this.#log[this.#transmissions & LOG_MASK] = index;
    this.#transmissions++;
  }

  /** Returns whether the Ack told anything: a stale one, a copy or a forged one does not. */
  handleAck(nowUs: number, index: number): boolean {
    const trigger = this.#triggerOf(index);
    if (trigger < 0) return false;
    const isFollowed = index >= this.nextIndex - SLOTS;
    const slot = index & SLOT_MASK;
    this.rttUs = isFollowed && this.#copies[slot] === 1 ? nowUs - this.#sentUs[slot]! : 0;
    this.#judge(trigger);
    if (isFollowed) this.#doubts[slot] = 0;
    this.#raiseFloor();
    this.#markDoubtful();
    return true;
  }

  /** The peer has answered to the packet with this index, and thus has dealt with all before it. */
  confirm(nowUs: number, index: number): void {
    const slot = index & SLOT_MASK;
    const isFollowed = index >= this.nextIndex - SLOTS && this.#copies[slot] === 1;
    this.rttUs = isFollowed ? nowUs - this.#sentUs[slot]! : 0;
    this.confirmedEnd = Math.max(this.confirmedEnd, index + 1);
    while (this.floor < this.confirmedEnd) this.#passFloor();
    this.#dueFrom = Math.max(this.#dueFrom, this.confirmedEnd);
  }

  /** Has everything sent again that may be missing; if `isHard`, that which should have arrived as well, as
   *  far back as the peer still waits for it. */
  probe(isHard: boolean): void {
    const from = isHard ? Math.max(this.confirmedEnd, this.nextIndex - RING + 1) : this.floor;
    for (let index = from; index < this.nextIndex; index++) this.#markDue(index);
  }

  /** A new phase begins: what is missing of the last one has been dealt with. */
  forgetLost(): void {
    this.expectedLost = 0;
  }

  #open(slot: number, sizeBytes: number, isMessage: boolean): void {
    this.nextIndex++;
    this.flightBytes += sizeBytes;
    this.#sizes[slot] = sizeBytes;
    this.#isMessage[slot] = isMessage ? 1 : 0;
    this.#doubts[slot] = 1;
    this.#copies[slot] = 0;
    this.#pending[slot] = 0;
  }

  /** Which transmission made the peer send this Ack; -1 for none. Of several copies the first that came after
   *  enough others, for the peer counted to 20 meanwhile. */
  #triggerOf(index: number): number {
    const oldest = Math.max(this.#ackedTransmission + 1, this.#transmissions - LOG);
    let trigger = -1;
    for (let at = oldest; at < this.#transmissions; at++) {
      if (this.#log[at & LOG_MASK] !== index) continue;
      trigger = at;
      if (at - this.#ackedTransmission >= ACK_EVERY) break;
    }
    return trigger - this.#ackedTransmission < MIN_PLAUSIBLE ? -1 : trigger;
  }

  /** Multiplies the doubts of all that went out up to the trigger by the share of it that was lost. */
  #judge(trigger: number): void {
    const sent = trigger - this.#ackedTransmission;
    // Fewer than 20: copies that the path made were counted as well.
    const lostShare = sent < ACK_EVERY ? 0 : (sent % ACK_EVERY) / sent;
    if (sent !== ACK_EVERY) this.#isTroubled = true;
    const messageShare = this.#isTroubled ? Math.max(lostShare, HIDDEN_SHARE) : lostShare;
    const oldest = Math.max(this.#ackedTransmission + 1, this.#transmissions - LOG);
    for (let at = oldest; at <= trigger; at++) {
      const index = this.#log[at & LOG_MASK]!;
      if (index < this.nextIndex - SLOTS) continue;
      const slot = index & SLOT_MASK;
      this.#doubts[slot]! *= this.#isMessage[slot] === 1 ? messageShare : lostShare;
      this.#pending[slot]! -= 1;
    }
    this.#ackedTransmission = trigger;
  }

  #raiseFloor(): void {
    while (this.floor < this.nextIndex && !this.#isDoubtful(this.floor)) {
      this.expectedLost += this.#doubts[this.floor & SLOT_MASK]!;
      this.#passFloor();
    }
  }

  #passFloor(): void {
    this.flightBytes -= this.#sizes[this.floor & SLOT_MASK]!;
    this.floor++;
  }

  /** Those of which nothing is under way any more are sent again. */
  #markDoubtful(): void {
    for (let index = this.floor; index < this.nextIndex; index++) {
      if (this.#pending[index & SLOT_MASK] === 0 && this.#isDoubtful(index)) this.#markDue(index);
    }
  }

  #isDoubtful(index: number): boolean {
    const slot = index & SLOT_MASK;
    return this.#doubts[slot]! > (this.#isMessage[slot] === 1 ? MAX_MESSAGE_DOUBT : MAX_DOUBT);
  }

  #markDue(index: number): void {
    this.#isDue[index & SLOT_MASK] = 1;
    this.#dueFrom = Math.min(this.#dueFrom, index);
  }
}
