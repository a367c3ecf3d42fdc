import type { PacketLine } from '../src/control/events.js';

/** Lines a tick: 20,000 a second a shard, more than anybody reads; what is beyond is counted. */
const MAX_LINES = 1000;

/** Enough of a message for its name. */
const NAME_BYTES = 32;
const decoder = new TextDecoder();

/** Notes packets for --log-packets; does not exist without it. */
export class PacketTap {
  #lines: PacketLine[] = [];
  #omitted = 0;

  message(key: number, direction: 'sent' | 'received', index: number, data: Uint8Array): void {
    this.#add({ key, direction, index, count: 1, kind: nameOf(data), dataBytes: data.length });
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

/** `["Hello",{...}]` is a Hello, `["Latency",["Ping"]]` a Ping. */
function nameOf(data: Uint8Array): string {
  const [, name, inner] =
    /^\["(\w+)"(?:,\["(\w+)"\])?/.exec(decoder.decode(data.subarray(0, NAME_BYTES))) ?? [];
  return inner ?? name ?? 'data';
}
