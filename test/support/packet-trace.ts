const FILLER = Buffer.alloc(1 << 20, '%');

/** Reads a stream of packets strictly from wire-v1.md, slowly and without any code of src/wire, and keeps
 *  what it read as text.
 *  @throws Error at the first byte that an original would not have written there. */
export class PacketTrace {
  packets = 0;
  /** A message as its JSON, a run of bulk packets as `10 x 1400`. */
  readonly #said: string[] = [];
  #runPackets = 0;
  #runSizeBytes = 0;
  #rest: Buffer = Buffer.alloc(0);
  #id: string | null = null;

  /** Everything so far. */
  get said(): string[] {
    return this.#runPackets === 0 ? [...this.#said] : [...this.#said, this.#run()];
  }

  feed(bytes: Uint8Array): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    let off = 0;
    for (let taken = this.#take(0); taken > 0; taken = this.#take(off)) off += taken;
    this.#rest = this.#rest.subarray(off);
  }

  /** The size of the packet at `off`, or 0 when not all of it is here. */
  #take(off: number): number {
    const firstLf = this.#rest.indexOf('\n', off);
    const secondLf = firstLf < 0 ? -1 : this.#rest.indexOf('\n', firstLf + 1);
    if (secondLf < 0) return 0;
    const lengths = this.#rest.toString('latin1', off, secondLf);
    if (!/^\d+\n\d+$/.test(lengths)) throw new Error(`lengths ${JSON.stringify(lengths)}`);
    const [headerBytes, dataBytes] = lengths.split('\n').map(Number) as [number, number];
    const dataOff = secondLf + 1 + headerBytes;
    if (this.#rest.length < dataOff + dataBytes) return 0;
    this.#checkHeader(this.#rest.toString('utf8', secondLf + 1, dataOff));
    this.#note(this.#rest.subarray(dataOff, dataOff + dataBytes));
    this.packets++;
    return dataOff + dataBytes - off;
  }

  #checkHeader(header: string): void {
    this.#id ??= /^\{"index":0,"connection_id":"([0-9a-f-]{36})"/.exec(header)?.[1] ?? null;
    const due = `{"index":${this.packets},"connection_id":"${this.#id}","meta":["Normal"]}`;
    if (header !== due) throw new Error(`header ${header} where ${due} was due`);
  }

  #note(data: Buffer): void {
    const isFiller = data.equals(FILLER.subarray(0, data.length));
    if (this.#runPackets > 0 && !(isFiller && data.length === this.#runSizeBytes)) {
      this.#said.push(this.#run());
      this.#runPackets = 0;
    }
    if (isFiller) {
      this.#runPackets++;
      this.#runSizeBytes = data.length;
    } else this.#said.push(data.toString());
  }

  #run(): string {
    return `${this.#runPackets} x ${this.#runSizeBytes}`;
  }
}
