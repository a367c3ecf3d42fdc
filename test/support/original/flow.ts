import { type Packet, writePacket } from './codec.js';

const CREDIT = 30;
const ACK_EVERY = 20;
const RING = 35;

/** The original's flow control of one connection: credit, ring, and its way of counting. */
export class Flow {
  readonly id: string;
  /** In the order of delivery: not read by the application yet. */
  readonly delivered: { index: number; data: Buffer }[] = [];
  readonly outgoing: Buffer[] = [];
  credit = CREDIT;
  lost = 0;
  delayed = 0;
  /** The index of the last Normal packet written. */
  lastWritten = -1;
  #received = 0;
  #next = 0;
  #highest = -1;
  readonly #ring = new Map<number, Buffer>();

  constructor(id: string) {
    this.id = id;
  }

  /** Needs credit. */
  write(data: Buffer): void {
    this.lastWritten++;
    this.credit--;
    this.outgoing.push(writePacket(this.lastWritten, this.id, ['Normal'], data));
  }

  handle(packet: Packet): void {
    if (packet.meta.kind === 'Normal') this.#handleNormal(packet.index, packet.data);
    else if (packet.meta.kind === 'Ack') {
      this.credit = Math.max(0, CREDIT - (this.lastWritten - packet.meta.index));
    } else this.credit = Number.NEGATIVE_INFINITY; // Resend_ack: its flow is broken until the timeout
  }

  #handleNormal(index: number, data: Buffer): void {
    this.#received++;
    if (this.#received % ACK_EVERY === 0) {
      this.outgoing.push(writePacket(-1, this.id, ['Ack', index], Buffer.alloc(0)));
    }
    if (index < this.#next || this.#ring.has(index)) this.delayed--;
    else this.#insert(index, data);
  }

  #insert(index: number, data: Buffer): void {
    this.#ring.set(index, data);
    if (index > this.#highest) {
      this.delayed += index - this.#highest - 1;
      this.#highest = index;
    } else this.delayed--;
    while (this.#next <= this.#highest) {
      const first = this.#ring.get(this.#next);
      if (first === undefined && this.#highest - this.#next < RING) return;
      if (first === undefined) this.lost++;
      else this.delivered.push({ index: this.#next, data: first });
      this.#ring.delete(this.#next);
      this.#next++;
    }
  }
}
