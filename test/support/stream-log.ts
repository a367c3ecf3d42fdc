import type { VirtualStream } from './virtual-stream.js';

const FILLER = Buffer.alloc(1 << 20, '%');

/** Reads what is written to a stream strictly from docs/protocol.md, without any code of src/wire.
 *  @throws Error at the first byte that has no place there. */
export class StreamLog {
  packets = 0;
  bulkPackets = 0;
  /** The data of each message, as text. */
  readonly messages: string[] = [];
  #rest: Buffer = Buffer.alloc(0);
  #nextIndex = 0;

  constructor(stream: VirtualStream) {
    stream.onWrite((bytes) => this.#feed(bytes));
  }

  #feed(bytes: Uint8Array): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    let off = 0;
    for (let end = this.#take(0); end > off; end = this.#take(off)) off = end;
    this.#rest = this.#rest.subarray(off);
  }

  /** The end of the packet at `off`, or -1 when not all of it is here. */
  #take(off: number): number {
    const firstLf = this.#rest.indexOf('\n', off);
    const secondLf = firstLf < 0 ? -1 : this.#rest.indexOf('\n', firstLf + 1);
    if (secondLf < 0) return -1;
    const [headerBytes, dataBytes] = this.#rest.toString('latin1', off, secondLf).split('\n').map(Number);
    const dataOff = secondLf + 1 + headerBytes!;
    const end = dataOff + dataBytes!;
    if (this.#rest.length < end) return -1;
    this.#note(this.#rest.toString('utf8', secondLf + 1, dataOff), this.#rest.subarray(dataOff, end));
    return end;
  }

  #note(header: string, data: Buffer): void {
    const { index, meta } = JSON.parse(header) as { index: number; meta: unknown[] };
    if (meta[0] !== 'Bye' && index !== this.#nextIndex++) throw new Error(`${header} is out of order`);
    this.packets++;
    if (meta[0] !== 'Bulk') {
      this.messages.push(data.toString());
      return;
    }
    this.bulkPackets++;
    const filler = data.length >= 16 ? data.subarray(16) : data;
    if (!filler.equals(FILLER.subarray(0, filler.length))) throw new Error(`filler of ${header}`);
  }
}
