import { PONG, readMessage, readPacket, writeHello } from './codec.js';
import { type Application, CLOSE, OriginalConnection, READ } from './connection.js';

/** The original reads a datagram into this much. */
const READ_BYTES = 4096;
const MAX_DATAGRAM_DATA = 65_400;

/** The original as UDP listener: any number of connections, each known by its id and answered where it came from. */
export class OriginalListener {
  readonly connections = new Map<string, OriginalConnection>();
  /** Each message and each end of a phase, as the application saw it; `data` for counted packets. */
  readonly log: string[] = [];
  timeouts = 0;
  readonly #name: string;
  readonly #addresses = new Map<string, string>();
  readonly #outbox: { to: string; datagram: Buffer }[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  handleDatagram(nowUs: number, datagram: Uint8Array, from = 'peer'): void {
    const packet = readPacket(
      Buffer.from(datagram.buffer, datagram.byteOffset, Math.min(datagram.length, READ_BYTES)),
    );
    if (packet === null) return;
    let connection = this.connections.get(packet.id);
    if (connection === undefined) {
      // An Ack opens a phantom.
      if (packet.meta.kind === 'Normal' && packet.index !== 0) return;
      connection = new OriginalConnection(nowUs, packet.id, this.#serve());
      this.connections.set(packet.id, connection);
      this.#addresses.set(packet.id, from);
    }
    connection.handle(nowUs, packet);
    this.#collect(packet.id, connection);
  }

  handleTimeout(nowUs: number): void {
    for (const [id, connection] of this.connections) {
      connection.handleTimeout(nowUs);
      this.#collect(id, connection);
    }
  }

  pollTimeout(): number {
    let firstUs = Number.POSITIVE_INFINITY;
    for (const connection of this.connections.values()) firstUs = Math.min(firstUs, connection.pollTimeout());
    return firstUs;
  }

  pollTransmit(): { to: string; datagram: Buffer } | undefined {
    return this.#outbox.shift();
  }

  #collect(id: string, connection: OriginalConnection): void {
    const to = this.#addresses.get(id) ?? '';
    for (const datagram of connection.flow.outgoing.splice(0)) this.#outbox.push({ to, datagram });
    if (connection.end === null) return;
    if (connection.end === 'timeout') this.timeouts++;
    this.connections.delete(id);
  }

  *#serve(): Application {
    const first = readMessage(yield READ);
    if (first?.kind !== 'hello') return;
    this.log.push('hello');
    yield { do: 'write', data: writeHello(this.#name) };
    while (true) {
      const message = readMessage(yield READ);
      if (message === null) return;
      this.log.push(message.kind === 'bandwidth' ? message.direction : message.kind);
      if (message.kind === 'ping') yield { do: 'write', data: PONG };
      else if (message.kind === 'bandwidth' && message.direction === 'Up') yield* this.#count(message.n);
      else if (message.kind === 'bandwidth') yield* send(message.n, message.size);
    }
  }

  *#count(n: number): Application {
    for (let i = 0; i < n; i++) this.log.push(`data ${(yield READ).length}`);
    this.log.push('counted');
  }
}

function* send(n: number, size: number): Application {
  if (n < 0 || size < 0 || size > MAX_DATAGRAM_DATA) yield CLOSE;
  const data = Buffer.alloc(size, '%');
  for (let i = 0; i < n; i++) yield { do: 'write', data };
}
