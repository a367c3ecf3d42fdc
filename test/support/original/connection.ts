import type { Packet } from './codec.js';
import { Flow } from './flow.js';

/** What an application of the original does next; it is told the data that it reads. */
export type Step =
  | { readonly do: 'read' }
  | { readonly do: 'write'; readonly data: Buffer }
  | { readonly do: 'pause'; readonly us: number }
  | { readonly do: 'close' };
export type Application = Generator<Step, void, Buffer>;

export const READ: Step = { do: 'read' };
export const CLOSE: Step = { do: 'close' };

const TIMEOUT_US = 5_000_000;
/** Messages that wait for an application which waits for credit: then the reader blocks, Acks and all. */
const MAX_PIPELINED = 70;
/** What the system keeps for a reader that is blocked, in datagrams of up to 3,600 bytes. */
const MAX_UNREAD = 48;

/** One connection of the original: its flow control, and an application that does one thing at a time. */
export class OriginalConnection {
  readonly flow: Flow;
  /** Why it is over, or null. */
  end: 'closed' | 'timeout' | null = null;
  readonly #application: Application;
  readonly #unread: Packet[] = [];
  #step: Step = READ;
  #progressUs: number;
  #pauseEndUs = 0;

  constructor(nowUs: number, id: string, application: Application) {
    this.flow = new Flow(id);
    this.#application = application;
    this.#progressUs = nowUs;
    this.#resume(nowUs, Buffer.alloc(0));
    this.#run(nowUs);
  }

  handle(nowUs: number, packet: Packet): void {
    if (this.end !== null) return;
    if (packet.trailingBytes > 0) this.end = 'closed';
    else if (!this.#isBlocked) this.flow.handle(packet);
    else if (this.#unread.length < MAX_UNREAD) this.#unread.push(packet);
    this.#run(nowUs);
  }

  handleTimeout(nowUs: number): void {
    this.#run(nowUs);
    if (this.end === null && nowUs >= this.#progressUs + TIMEOUT_US) this.end = 'timeout';
  }

  pollTimeout(): number {
    if (this.end !== null) return Number.POSITIVE_INFINITY;
    const timeoutUs = this.#progressUs + TIMEOUT_US;
    return this.#step.do === 'pause' ? Math.min(this.#pauseEndUs, timeoutUs) : timeoutUs;
  }

  get #isBlocked(): boolean {
    return this.#step.do === 'write' && this.flow.delivered.length >= MAX_PIPELINED;
  }

  /** Goes on as far as credit, packets and time allow. */
  #run(nowUs: number): void {
    while (this.end === null && this.#advance(nowUs)) this.#drainUnread();
  }

  #advance(nowUs: number): boolean {
    const step = this.#step;
    switch (step.do) {
      case 'read': {
        const packet = this.flow.delivered.shift();
        if (packet === undefined) return false;
        this.#progressUs = nowUs;
        this.#resume(nowUs, packet.data);
        return true;
      }
      case 'write':
        if (this.flow.credit <= 0) return false;
        this.flow.write(step.data);
        this.#progressUs = nowUs;
        this.#resume(nowUs, step.data);
        return true;
      case 'pause':
        if (nowUs < this.#pauseEndUs) return false;
        this.#resume(nowUs, Buffer.alloc(0));
        return true;
      case 'close':
        this.end = 'closed';
        return false;
    }
  }

  #resume(nowUs: number, data: Buffer): void {
    const next = this.#application.next(data);
    this.#step = next.done ? CLOSE : next.value;
    if (this.#step.do === 'pause') this.#pauseEndUs = nowUs + this.#step.us;
  }

  #drainUnread(): void {
    while (!this.#isBlocked) {
      const packet = this.#unread.shift();
      if (packet === undefined) return;
      this.flow.handle(packet);
    }
  }
}
