import { PING, PONG, readMessage, readPacket, writeBandwidth, writeHello } from './codec.js';
import { type Application, CLOSE, OriginalConnection, READ } from './connection.js';

const READ_BYTES = 4096;
const RECONNECT_US = 1_000_000;
const PAUSE_US = 500_000;

export interface OriginalClientPlan {
  readonly name: string;
  readonly id: string;
  /** Packets of a phase, or 0 for latency only. */
  readonly nPackets: number;
  readonly packetSize: number;
}

/** The original as UDP client: the same id over reconnections, each from index 0 and another port. */
export class OriginalClient {
  readonly log: string[] = [];
  connection: OriginalConnection;
  timeouts = 0;
  /** Ended because of what it was sent. */
  closes = 0;
  /** Of the connections that ended, those in the middle of a phase. */
  broken = 0;
  /** Numbers the connections: each has its own port. */
  port = 0;
  readonly #plan: OriginalClientPlan;
  readonly #outbox: Buffer[] = [];
  #isMeasuring = false;
  #reconnectUs = Number.POSITIVE_INFINITY;

  constructor(nowUs: number, plan: OriginalClientPlan) {
    this.#plan = plan;
    this.connection = new OriginalConnection(nowUs, plan.id, this.#ask());
    this.#collect(nowUs);
  }

  handleDatagram(nowUs: number, datagram: Uint8Array): void {
    const packet = readPacket(
      Buffer.from(datagram.buffer, datagram.byteOffset, Math.min(datagram.length, READ_BYTES)),
    );
    if (packet === null || packet.id !== this.#plan.id || this.connection.end !== null) return;
    this.connection.handle(nowUs, packet);
    this.#collect(nowUs);
  }

  handleTimeout(nowUs: number): void {
    if (nowUs >= this.#reconnectUs) {
      this.#reconnectUs = Number.POSITIVE_INFINITY;
      this.port++;
      this.connection = new OriginalConnection(nowUs, this.#plan.id, this.#ask());
    } else if (this.connection.end === null) this.connection.handleTimeout(nowUs);
    this.#collect(nowUs);
  }

  pollTimeout(): number {
    return Math.min(this.#reconnectUs, this.connection.pollTimeout());
  }

  pollTransmit(): Buffer | undefined {
    return this.#outbox.shift();
  }

  #collect(nowUs: number): void {
    this.#outbox.push(...this.connection.flow.outgoing.splice(0));
    if (this.connection.end === null || this.#reconnectUs !== Number.POSITIVE_INFINITY) return;
    if (this.connection.end === 'timeout') this.timeouts++;
    else this.closes++;
    if (this.#isMeasuring) this.broken++;
    this.#isMeasuring = false;
    this.#reconnectUs = nowUs + RECONNECT_US;
  }

  *#ask(): Application {
    const { name, nPackets } = this.#plan;
    yield { do: 'write', data: writeHello(name) };
    yield* this.#await('hello');
    while (true) {
      yield { do: 'write', data: PING };
      yield* this.#await('pong');
      yield { do: 'write', data: PONG };
      if (nPackets === 0) yield { do: 'pause', us: PAUSE_US };
      else yield* this.#measure();
    }
  }

  /** An unasked Pong is ignored, another unasked message ends it. */
  *#await(kind: 'hello' | 'pong'): Application {
    while (true) {
      const message = readMessage(yield READ);
      if (message?.kind === kind) break;
      if (message?.kind !== 'pong') yield CLOSE;
    }
    this.log.push(kind);
  }

  *#measure(): Application {
    const { nPackets, packetSize } = this.#plan;
    const data = Buffer.alloc(packetSize, '%');
    this.#isMeasuring = true;
    yield { do: 'write', data: writeBandwidth('Up', nPackets, packetSize) };
    for (let i = 0; i < nPackets; i++) yield { do: 'write', data };
    this.log.push('sent');
    yield { do: 'write', data: writeBandwidth('Down', nPackets, packetSize) };
    for (let i = 0; i < nPackets; i++) yield READ;
    this.log.push('counted');
    this.#isMeasuring = false;
  }
}
