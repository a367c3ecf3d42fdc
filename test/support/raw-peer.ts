/** Peers on bare sockets that say what a test wants, right or wrong: written from docs/protocol.md, sharing no code with src. */
import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import type { Lifetime } from './children.js';

export const ID = '6b1e9d3c-5f0e-4d9b-9a54-1c2a7f3d8e10';
export const PING = '["Latency",["Ping"]]';
export const PONG = '["Latency",["Pong"]]';

export function hello(name: string): string {
  return JSON.stringify(['Hello', { name }]);
}

export function bandwidth(direction: 'Up' | 'Down', nPackets: number, packetSizeBytes: number): string {
  return `["Bandwidth",{"direction":["${direction}"],"n_packets":${nPackets},"packet_size":${packetSizeBytes}}]`;
}

/** `<header_len>\n<data_len>\n<header JSON><data>` */
export function packet(index: number, data: string, connectionId = ID): string {
  const header = `{"index":${index},"connection_id":"${connectionId}","meta":["Normal"]}`;
  return `${Buffer.byteLength(header)}\n${Buffer.byteLength(data)}\n${header}${data}`;
}

/** One end of a bare connection. A reset is an end like any other. */
export class RawPeer {
  readonly socket: Socket;
  /** The text that has come and was not taken yet. */
  received = '';
  readonly #closed: Promise<void>;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('latin1');
    socket.on('error', () => {});
    socket.on('data', (text: string) => {
      this.received += text;
    });
    this.#closed = new Promise((resolve) => {
      socket.once('close', () => resolve());
    });
  }

  send(text: string): void {
    this.socket.write(text, 'latin1');
  }

  /** Reads until `text` has come, and takes it with all before it. Rejects when the other end closes first. */
  async take(text: string): Promise<void> {
    while (!this.received.includes(text)) {
      if (this.socket.destroyed) throw new Error(`closed before ${text} came, after ${this.received}`);
      await Promise.race([once(this.socket, 'data'), this.#closed]);
    }
    this.received = this.received.slice(this.received.indexOf(text) + text.length);
  }

  /** When the other end has closed the connection, in ms from the call on. */
  async closedAfterMs(): Promise<number> {
    const startMs = performance.now();
    await this.#closed;
    return performance.now() - startMs;
  }
}

/** A connection to a port of 127.0.0.1, open; gone with the test. */
export async function rawClient(t: Lifetime, port: number): Promise<RawPeer> {
  const socket = createConnection({ port, host: '127.0.0.1' });
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  return new RawPeer(socket);
}

/** A listener on 127.0.0.1 that hands each connection to `serve`.
 *  @returns its port */
export async function rawListener(t: Lifetime, serve: (peer: RawPeer) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    serve(new RawPeer(socket));
  });
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
