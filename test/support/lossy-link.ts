import type { Prng } from './prng.js';

/** Gilbert-Elliott: a state that loses nothing beyond `loss`, and one that loses `lossBad` of what it gets. */
export interface BurstLoss {
  readonly pGoodToBad: number;
  readonly pBadToGood: number;
  readonly lossBad: number;
}

export interface LossyLinkOptions {
  /** One way, of every datagram. */
  readonly delayUs: number;
  /** On top of the delay, uniform from 0; alone it keeps the order, as a queue does. */
  readonly jitterUs?: number;
  /** Bits a second; left out: without bound. */
  readonly rateBps?: number;
  /** What may wait for the rate, in bytes; a datagram that finds more is dropped. Left out: without bound. */
  readonly queueBytes?: number;
  /** Probabilities, each of every datagram. */
  readonly loss?: number;
  readonly burst?: BurstLoss;
  /** Held back long enough for later ones to overtake. */
  readonly reorder?: number;
  readonly duplicate?: number;
  /** One byte of it is changed. */
  readonly corrupt?: number;
  /** Larger ones are dropped. */
  readonly mtuBytes?: number;
  /** Whatever is sent in one of these stretches of time, [from, to), is dropped. */
  readonly blackhole?: readonly (readonly [fromUs: number, toUs: number])[];
  /** Asked last: whether to drop the n-th datagram sent (from 0). */
  readonly drop?: (n: number, bytes: Uint8Array, nowUs: number) => boolean;
}

interface Flight {
  readonly dueUs: number;
  readonly datagram: Uint8Array;
}

/** How long a reordered datagram is held back, on top of everything else: up to this part of the delay, and
 *  at least a little on a link without any. */
const REORDER_DELAYS = 0.5;
const MIN_REORDER_US = 200;

/** One direction of a path, in virtual time: what is sent comes out later, or not, or twice. A perfect link
 *  unless told otherwise. */
export class LossyLink {
  readonly counters = { sent: 0, delivered: 0, dropped: 0, duplicated: 0, reordered: 0, corrupted: 0 };
  readonly #rand: Prng;
  readonly #options: LossyLinkOptions;
  /** By due time; among equals, by the order of sending. */
  readonly #flights: Flight[] = [];
  #isBad = false;
  /** When the rate has dealt with all that was sent. */
  #freeUs = 0;
  /** When the last datagram in order is due. */
  #lastDueUs = 0;

  constructor(rand: Prng, options: LossyLinkOptions) {
    this.#rand = rand;
    this.#options = options;
  }

  /** Copies the datagram. Times must not go back. */
  send(nowUs: number, datagram: Uint8Array): void {
    const n = this.counters.sent++;
    if (this.#isDropped(nowUs, n, datagram) || !this.#enqueue(nowUs, datagram.length)) {
      this.counters.dropped++;
      return;
    }
    this.#deliverLater(datagram);
    if (!this.#chance(this.#options.duplicate ?? 0)) return;
    this.counters.duplicated++;
    this.#deliverLater(datagram);
  }

  /** When the next one comes out; Infinity when the link is empty. */
  nextUs(): number {
    return this.#flights[0]?.dueUs ?? Number.POSITIVE_INFINITY;
  }

  /** The next one that has come out by now. */
  receive(nowUs: number): Uint8Array | undefined {
    if (this.nextUs() > nowUs) return undefined;
    this.counters.delivered++;
    return this.#flights.shift()?.datagram;
  }

  #isDropped(nowUs: number, n: number, datagram: Uint8Array): boolean {
    const { mtuBytes, blackhole, loss, drop } = this.#options;
    // Every draw is made for every datagram: what one loses does not change the luck of the next.
    const isLost = this.#chance(loss ?? 0);
    const isBurst = this.#isLostInBurst();
    if (isLost || isBurst || (mtuBytes !== undefined && datagram.length > mtuBytes)) return true;
    if (blackhole?.some(([fromUs, toUs]) => nowUs >= fromUs && nowUs < toUs)) return true;
    return drop?.(n, datagram, nowUs) ?? false;
  }

  #isLostInBurst(): boolean {
    const { burst } = this.#options;
    if (burst === undefined) return false;
    if (this.#chance(this.#isBad ? burst.pBadToGood : burst.pGoodToBad)) this.#isBad = !this.#isBad;
    return this.#isBad && this.#chance(burst.lossBad);
  }

  /** Takes the time on the wire; false when the queue before it is full. */
  #enqueue(nowUs: number, sizeBytes: number): boolean {
    const { rateBps, queueBytes } = this.#options;
    this.#freeUs = Math.max(this.#freeUs, nowUs);
    if (rateBps === undefined) return true;
    const waitingBytes = ((this.#freeUs - nowUs) * rateBps) / 8e6;
    if (queueBytes !== undefined && waitingBytes + sizeBytes > queueBytes) return false;
    this.#freeUs += (sizeBytes * 8e6) / rateBps;
    return true;
  }

  /** In [0, 1). */
  #uniform(): number {
    return this.#rand.nextUint32() / 2 ** 32;
  }

  /** Draws nothing for 0: a fault that is off changes no other draw. */
  #chance(probability: number): boolean {
    return probability > 0 && this.#uniform() < probability;
  }

  #deliverLater(datagram: Uint8Array): void {
    const { delayUs, jitterUs, reorder, corrupt } = this.#options;
    const copy = datagram.slice();
    if (this.#chance(corrupt ?? 0)) this.#damage(copy);
    let dueUs = this.#freeUs + delayUs;
    if (jitterUs !== undefined) dueUs += this.#rand.below(jitterUs + 1);
    dueUs = Math.max(dueUs, this.#lastDueUs);
    if (this.#chance(reorder ?? 0)) {
      this.counters.reordered++;
      dueUs += MIN_REORDER_US + this.#uniform() * REORDER_DELAYS * delayUs;
    } else this.#lastDueUs = dueUs;
    this.#insert({ dueUs: Math.ceil(dueUs), datagram: copy });
  }

  #damage(datagram: Uint8Array): void {
    if (datagram.length === 0) return;
    this.counters.corrupted++;
    const at = this.#rand.below(datagram.length);
    datagram[at] = datagram[at]! ^ (1 + this.#rand.below(255));
  }

  #insert(flight: Flight): void {
    let at = this.#flights.length;
    while (at > 0 && this.#flights[at - 1]!.dueUs > flight.dueUs) at--;
    this.#flights.splice(at, 0, flight);
  }
}
