/** A bare UDP socket that says what a test wants, right or wrong: written from docs/protocol.md, sharing no code with src. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Lifetime } from './children.js';

export class RawDatagrams {
  readonly socket: Socket;
  /** What has come, oldest first, as latin1 text. */
  readonly received: string[] = [];
  sentBytes = 0;
  receivedBytes = 0;
  readonly #port: number;

  constructor(socket: Socket, port: number) {
    this.socket = socket;
    this.#port = port;
    socket.on('error', () => {});
    socket.on('message', (bytes) => {
      this.received.push(bytes.toString('latin1'));
      this.receivedBytes += bytes.length;
    });
  }

  /** Resolves when the system has taken it. */
  send(text: string): Promise<void> {
    const bytes = Buffer.from(text, 'latin1');
    this.sentBytes += bytes.length;
    return new Promise((resolve) => {
      this.socket.send(bytes, this.#port, '127.0.0.1', () => resolve());
    });
  }

  /** The first datagram with `text` in it: one that has come already, or the next. */
  async take(text: string): Promise<string> {
    for (;;) {
      const found = this.received.find((datagram) => datagram.includes(text));
      if (found !== undefined) return found;
      await this.#more();
    }
  }

  /** Until so many have come. */
  async takeMany(count: number): Promise<void> {
    while (this.received.length < count) await this.#more();
  }

  async #more(): Promise<void> {
    await once(this.socket, 'message', { signal: AbortSignal.timeout(MAX_WAIT_MS) });
  }
}

const MAX_WAIT_MS = 10_000;

/** A socket that speaks to a port of 127.0.0.1; gone with the test. */
export async function rawDatagrams(t: Lifetime, port: number): Promise<RawDatagrams> {
  const socket = createSocket('udp4');
  t.after(() => socket.close());
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return new RawDatagrams(socket, port);
}

/** A packet of version 2 with a meta of its own. */
export function packetV2(index: number, id: string, meta: string, data: string): string {
  const header = `{"index":${index},"connection_id":"${id}+2","meta":${meta}}`;
  return `${header.length}\n${data.length}\n${header}${data}`;
}
