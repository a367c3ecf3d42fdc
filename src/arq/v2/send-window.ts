import { INITIAL_WINDOW_ROOM, MAX_WINDOW, PACKET_OVERHEAD_BYTES } from './limits.js';

/** Where a sent packet is. */
const STATE = { acked: 0, inFlight: 1, lost: 2 } as const;

/** What is known of every packet that was sent and is not acknowledged, by index. */
export class SendWindow {
  /** The lowest index that is not acknowledged, and the next one to be sent. */
  una = 0;
  next = 0;
  /** Of the packets on their way, with PACKET_OVERHEAD_BYTES for each. */
  inFlightBytes = 0;
  inFlightPackets = 0;
  lostPackets = 0;
  /** Since the last `startAcks`. */
  ackedBytes = 0;
  ackedPackets = 0;

  #room = INITIAL_WINDOW_ROOM;
  #states = new Uint8Array(INITIAL_WINDOW_ROOM);
  #controls = new Uint8Array(INITIAL_WINDOW_ROOM);
  #sizes = new Uint16Array(INITIAL_WINDOW_ROOM);
  #copies = new Uint16Array(INITIAL_WINDOW_ROOM);
  /** At the start of a run that is acknowledged: how many packets to skip. */
  #skips = new Uint16Array(INITIAL_WINDOW_ROOM);
  #transmissions = new Float64Array(INITIAL_WINDOW_ROOM);

  get hasRoom(): boolean {
    return this.next - this.una < MAX_WINDOW;
  }

  isOutstanding(index: number): boolean {
    return index >= this.una && index < this.next && this.#states[this.#slot(index)] !== STATE.acked;
  }

  isInFlight(index: number): boolean {
    return index >= this.una && index < this.next && this.#states[this.#slot(index)] === STATE.inFlight;
  }

  isLost(index: number): boolean {
    return index >= this.una && index < this.next && this.#states[this.#slot(index)] === STATE.lost;
  }

  isControl(index: number): boolean {
    return this.#controls[this.#slot(index)] === 1;
  }

  /** Data bytes of a packet. */
  dataBytes(index: number): number {
    return this.#sizes[this.#slot(index)]!;
  }

  /** How often it was sent again. */
  copies(index: number): number {
    return this.#copies[this.#slot(index)]!;
  }

  /** The number of its newest transmission. */
  transmission(index: number): number {
    return this.#transmissions[this.#slot(index)]!;
  }

  /** A first copy goes out; the next index is its. */
  handleSent(transmission: number, dataBytes: number, isControl: boolean): void {
    if (this.next - this.una === this.#room) this.#grow();
    const slot = this.#slot(this.next++);
    this.#copies[slot] = 0;
    this.#sizes[slot] = dataBytes;
    this.#controls[slot] = isControl ? 1 : 0;
    this.#skips[slot] = 1;
    this.#fly(slot, transmission);
  }

  /** A further copy goes out, of a packet that is lost or, as a probe, still on its way. */
  handleResent(index: number, transmission: number): void {
    const slot = this.#slot(index);
    if (this.#states[slot] === STATE.inFlight) this.#land(slot);
    else this.lostPackets--;
    this.#copies[slot] = this.#copies[slot]! + 1;
    this.#fly(slot, transmission);
  }

  handleLost(index: number): void {
    const slot = this.#slot(index);
    this.#states[slot] = STATE.lost;
    this.#land(slot);
    this.lostPackets++;
  }

  startAcks(): void {
    this.ackedBytes = 0;
    this.ackedPackets = 0;
  }

  /** The first index from `index` on that is not acknowledged: a run that was told before is skipped at once,
   *  so that reading a Sack costs its ranges and what is new in them. */
  skipAcked(index: number): number {
    let at = index;
    while (at < this.next && this.#states[this.#slot(at)] === STATE.acked) at += this.#skips[this.#slot(at)]!;
    return at;
  }

  handleAcked(index: number): void {
    const slot = this.#slot(index);
    if (this.#states[slot] === STATE.lost) this.lostPackets--;
    else this.#land(slot);
    this.#states[slot] = STATE.acked;
    this.ackedBytes += this.#cost(slot);
    this.ackedPackets++;
  }

  /** All of `from` to `to` is acknowledged now. */
  noteRun(from: number, to: number): void {
    this.#skips[this.#slot(from)] = to - from + 1;
  }

  /** Forgets what lies before the first index that is not acknowledged. */
  advance(): void {
    this.una = this.skipAcked(this.una);
  }

  #slot(index: number): number {
    return index & (this.#room - 1);
  }

  #cost(slot: number): number {
    return this.#sizes[slot]! + PACKET_OVERHEAD_BYTES;
  }

  #fly(slot: number, transmission: number): void {
    this.#states[slot] = STATE.inFlight;
    this.#transmissions[slot] = transmission;
    this.inFlightBytes += this.#cost(slot);
    this.inFlightPackets++;
  }

  #land(slot: number): void {
    this.inFlightBytes -= this.#cost(slot);
    this.inFlightPackets--;
  }

  #grow(): void {
    const room = 2 * this.#room;
    this.#states = this.#spread(this.#states, new Uint8Array(room));
    this.#controls = this.#spread(this.#controls, new Uint8Array(room));
    this.#sizes = this.#spread(this.#sizes, new Uint16Array(room));
    this.#copies = this.#spread(this.#copies, new Uint16Array(room));
    this.#skips = this.#spread(this.#skips, new Uint16Array(room));
    this.#transmissions = this.#spread(this.#transmissions, new Float64Array(room));
    this.#room = room;
  }

  #spread<T extends Uint8Array | Uint16Array | Float64Array>(from: T, to: T): T {
    for (let index = this.una; index < this.next; index++) {
      to[index & (to.length - 1)] = from[index & (from.length - 1)]!;
    }
    return to;
  }
}
