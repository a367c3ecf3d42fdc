import type { SessionEvent } from '../../src/session/event.js';
import type { Transport } from '../../src/session/transport.js';

/** Keeps what a session asks for as text, in order: `["Latency",["Ping"]]`, `send 10 x 1400`, `count 10`. */
export class FakeTransport implements Transport {
  #asked: string[] = [];

  sendMessage(data: Uint8Array): void {
    this.#asked.push(Buffer.from(data).toString());
  }

  sendBulk(nPackets: number, packetSizeBytes: number): void {
    this.#asked.push(`send ${nPackets} x ${packetSizeBytes}`);
  }

  countBulk(nPackets: number): void {
    this.#asked.push(`count ${nPackets}`);
  }

  /** What was asked for since the last call. */
  take(): string[] {
    const asked = this.#asked;
    this.#asked = [];
    return asked;
  }
}

/** Everything that the session has to tell now. */
export function takeEvents(session: { pollEvent(): SessionEvent | undefined }): SessionEvent[] {
  const events: SessionEvent[] = [];
  for (let event = session.pollEvent(); event !== undefined; event = session.pollEvent()) events.push(event);
  return events;
}

export const PING = '["Latency",["Ping"]]';
export const PONG = '["Latency",["Pong"]]';

export function hello(name: string): string {
  return `["Hello",{"name":"${name}"}]`;
}

export function bandwidth(direction: 'Up' | 'Down', nPackets: number, packetSizeBytes: number): string {
  return `["Bandwidth",{"direction":["${direction}"],"n_packets":${nPackets},"packet_size":${packetSizeBytes}}]`;
}
