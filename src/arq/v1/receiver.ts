import { FILLER, NO_BYTES } from '../../wire/text.js';
import { ACK_EVERY, MAX_V1_DATAGRAM_BYTES, RING } from './limits.js';

/** What the packet that is next in order is. */
export const SLOT = { empty: 0, bulk: 1, message: 2 } as const;
export type Slot = (typeof SLOT)[keyof typeof SLOT];

/** Packets that fit. A peer is at most its credit of 30 ahead of our last Ack, and an Ack of ours is at most twice
 *  that ahead of what came, which is at most the ring of 35 ahead of what is next. */
const SLOTS = 128;
const SLOT_MASK = SLOTS - 1;

/** A peer that overrides our Acks may be further ahead, at the price of what is between. Beyond this an index is
 *  no slip but nonsense. */
const MAX_JUMP = 4096;

/**
 * Puts the packets of a peer in order. A hole blocks what is behind it until it is filled, or pushed out by
 * the 35th packet behind it, or given up: then it is lost. Messages are kept until they are taken, which the
 * owner does after every packet; of bulk data only the size.
 */
export class Receiver {
  /** The index that is next in order. */
  next = 0;
  /** The highest that came, or -1. */
  highest = -1;
  /** Since when a packet waits behind a hole; Infinity when none does. */
  blockedUs = Number.POSITIVE_INFINITY;
  /** Normal datagrams, copies included. */
  packetsReceived = 0;
  /** Holes that were given up. */
  lost = 0;
  /** Copies, and packets that came too late. */
  duplicates = 0;
  /** Packets that came after a later one. */
  reordered = 0;
  /** Data bytes of the packet that was taken last. */
  sizeBytes = 0;

  readonly #slots = new Uint8Array(SLOTS);
  readonly #sizes = new Float64Array(SLOTS);
  readonly #messages: Uint8Array[] = new Array<Uint8Array>(SLOTS).fill(NO_BYTES);
  /** Packets in the ring. */
  #held = 0;
  /** When the last one came. */
  #heldUs = 0;

  /** Holes in the ring. */
  get delayed(): number {
    return this.highest < this.next ? 0 : this.highest + 1 - this.next - this.#held;
  }

  /** What an Ack may truthfully name. */
  get ackIndex(): number {
    return Math.max(this.highest, this.next - 1);
  }

  /** Whether an index can be one that the peer may have reached by now. */
  accepts(index: number): boolean {
    return index >= 0 && index < this.next + MAX_JUMP;
  }

  /**
   * Takes the Normal packet of this index, which `accepts`. Data is bulk when it begins like bulk, or where
   * bulk is due (below `bulkEnd`). Returns whether an Ack of it is due.
   */
  handle(nowUs: number, index: number, buf: Uint8Array, off: number, len: number, bulkEnd: number): boolean {
    this.packetsReceived++;
    while (index >= this.next + SLOTS) this.#drop();
    const slot = index & SLOT_MASK;
    if (index < this.next || this.#slots[slot] !== SLOT.empty) this.duplicates++;
    else if (index < bulkEnd || (len > 0 && buf[off] === FILLER)) this.#hold(nowUs, index, SLOT.bulk, len);
    else if (index === this.next || len <= MAX_V1_DATAGRAM_BYTES) {
      this.#messages[slot] = copyOf(buf, off, len);
      this.#hold(nowUs, index, SLOT.message, len);
    }
    return this.packetsReceived % ACK_EVERY === 0;
  }

  /** What can be taken next; pushes out holes that are too old. */
  peek(): Slot {
    while (this.#slotAt(this.next) === SLOT.empty && this.highest - this.next >= RING) this.#lose();
    return this.#slotAt(this.next);
  }

  /** Takes what `peek` found: the message, or no bytes of a bulk packet. */
  take(): Uint8Array {
    const slot = this.next & SLOT_MASK;
    const message = this.#messages[slot]!;
    this.sizeBytes = this.#sizes[slot]!;
    this.#messages[slot] = NO_BYTES;
    this.#slots[slot] = SLOT.empty;
    this.#held--;
    this.#advance();
    return message;
  }

  /** Gives up the holes before the first packet that waits; none waits: nothing happens. */
  skipHoles(): void {
    while (this.next <= this.highest && this.#slotAt(this.next) === SLOT.empty) this.#lose();
  }

  /** Gives up what has not come below `end`; packets in between are dealt with by `take` first. */
  loseUntil(end: number): void {
    while (this.next < end && this.#slotAt(this.next) === SLOT.empty) this.#lose();
  }

  #hold(nowUs: number, index: number, kind: Slot, len: number): void {
    this.#slots[index & SLOT_MASK] = kind;
    this.#sizes[index & SLOT_MASK] = len;
    this.#held++;
    this.#heldUs = nowUs;
    if (index < this.highest) this.reordered++;
    else this.highest = index;
    if (index > this.next) this.blockedUs = Math.min(this.blockedUs, nowUs);
  }

  /** Gives up what is next although it may have come. */
  #drop(): void {
    const slot = this.next & SLOT_MASK;
    if (this.#slots[slot] !== SLOT.empty) this.#held--;
    this.#slots[slot] = SLOT.empty;
    this.#messages[slot] = NO_BYTES;
    this.#lose();
  }

  #lose(): void {
    this.lost++;
    this.#advance();
  }

  /** What waits behind another hole has waited since it came, or longer. */
  #advance(): void {
    this.next++;
    this.blockedUs = this.#held > 0 ? this.#heldUs : Number.POSITIVE_INFINITY;
  }

  #slotAt(index: number): Slot {
    return this.#slots[index & SLOT_MASK] as Slot;
  }
}

/** `slice` would do, were it not that Node's own buffers return a view from it. */
function copyOf(buf: Uint8Array, off: number, len: number): Uint8Array {
  const copy = new Uint8Array(len);
  copy.set(buf.subarray(off, off + len));
  return copy;
}
