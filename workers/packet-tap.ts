import type { PacketLine } from '../src/control/events.js';
import { decodeMessage } from '../src/wire/message.js';

/** Lines a tick: 20,000 a second a shard, more than anybody reads; what is beyond is counted. */
const MAX_LINES = 1000;

const KIND = { hello: 'Hello', ping: 'Ping', pong: 'Pong', bandwidth: 'Bandwidth' } as const;

/** Notes packets for --log-packets; does not exist without it. */
export class PacketTap {
  #lines: PacketLine[] = [];
  #omitted = 0;

  message(key: number, direction: 'sent' | 'received', index: number, data: Uint8Array): void {
    const message = decodeMessage(data);
    const kind = 'code' in message ? message.code : KIND[message.kind];
    this.#add({ key, direction, index, count: 1, kind, dataBytes: data.length });
  }

  bulk(key: number, direction: 'sent' | 'received', index: number, count: number, dataBytes: number): void {
    this.#add({ key, direction, index, count, kind: 'data', dataBytes });
  }

  /** What came since the last call; null: nothing. */
  take(): { lines: readonly PacketLine[]; omitted: number } | null {
    if (this.#lines.length === 0) return null;
    const taken = { lines: this.#lines, omitted: this.#omitted };
    this.#lines = [];
    this.#omitted = 0;
    return taken;
  }

  #add(line: PacketLine): void {
    if (this.#lines.length < MAX_LINES) this.#lines.push(line);
    else this.#omitted++;
  }
}
