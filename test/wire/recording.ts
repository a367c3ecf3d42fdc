import { readFileSync } from 'node:fs';

/** Packets of two originals, in one direction, in the order in which they were written. */
export interface RecordedPacket {
  /** Lengths and header. */
  readonly head: string;
  /** The data of a control packet; of a bulk packet, how many bytes of '%'. */
  readonly data: string | number;
}

interface Line {
  readonly dir: 'C>L' | 'L>C';
  readonly head?: string;
  readonly data?: string;
  readonly filler?: number;
  /** Bulk packets that were left out: they continue the indices and the size before them. */
  readonly omitted?: number;
}

/** Reads a recording of `test/vectors`, with the packets that were left out put back. */
export function readRecording(name: string, dir: Line['dir']): RecordedPacket[] {
  const file = new URL(`../../../test/vectors/${name}`, import.meta.url);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const packets: RecordedPacket[] = [];
  for (const line of lines.map((text) => JSON.parse(text) as Line).filter((line) => line.dir === dir)) {
    if (line.head !== undefined) packets.push({ head: line.head, data: line.data ?? line.filler! });
    for (let i = 0; i < (line.omitted ?? 0); i++) packets.push(successor(packets.at(-1)!));
  }
  return packets;
}

function successor({ head, data }: RecordedPacket): RecordedPacket {
  const [, dataLine, header] = head.split('\n') as [string, string, string];
  const next = header.replace(/\d+/, (index) => String(Number(index) + 1));
  return { head: `${next.length}\n${dataLine}\n${next}`, data };
}

/** The bytes of packets, one piece for a head and one for its data. */
export function* piecesOf(packets: readonly RecordedPacket[]): Generator<Uint8Array> {
  const filler = new Uint8Array(128_000).fill(0x25);
  for (const { head, data } of packets) {
    yield Buffer.from(head);
    yield typeof data === 'string' ? Buffer.from(data) : filler.subarray(0, data);
  }
}
