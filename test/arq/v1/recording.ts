import { readFileSync } from 'node:fs';

export type Direction = 'C>L' | 'L>C';

/** One datagram that an original sent. */
export interface Recorded {
  /** Of the whole datagram, '%' included. */
  readonly text: string;
  readonly index: number;
  /** Of an Ack; else -1. */
  readonly ackIndex: number;
  /** Neither an Ack nor bulk data. */
  readonly isMessage: boolean;
  /** Messages that the other side had sent before. */
  readonly messagesBefore: number;
}

interface Line {
  readonly dir: Direction;
  readonly head?: string;
  readonly data?: string;
  readonly filler?: number;
  readonly omitted?: number;
}

/** The datagrams of one direction, those included that were left out of the file: Acks of every 20th packet, then
 *  bulk data with consecutive indices. */
export function* readUdpRecording(name: string, dir: Direction): Generator<Recorded> {
  const lines = readLines(name);
  let messagesBefore = 0;
  let last: Recorded | null = null;
  let normals = 0;
  for (const [at, line] of lines.entries()) {
    const recorded = line.head === undefined ? null : toRecorded(line, messagesBefore);
    if (line.dir !== dir) {
      if (recorded?.isMessage) messagesBefore++;
      continue;
    }
    if (recorded === null) {
      const next = toRecorded(
        lines.slice(at).find((later) => later.dir === dir && later.head !== undefined)!,
        0,
      );
      yield* omitted(line.omitted ?? 0, last!, next, normals);
      continue;
    }
    yield recorded;
    last = recorded;
    if (recorded.ackIndex < 0) normals = recorded.index + 1;
  }
}

function readLines(name: string): Line[] {
  const file = new URL(`../../../../test/vectors/${name}`, import.meta.url);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Line);
}

/** `normals`: the index that the first Normal packet left out has when none was recorded since. */
function* omitted(count: number, last: Recorded, next: Recorded, normals: number): Generator<Recorded> {
  const nBulk = next.ackIndex >= 0 ? 0 : next.index - normals;
  const bulk = last.ackIndex >= 0 ? next : last;
  for (let i = 1; i <= count - nBulk; i++) yield withNumbers(last, -1, last.ackIndex + 20 * i);
  for (let i = 0; i < nBulk; i++)
    yield { ...withNumbers(bulk, normals + i, -1), messagesBefore: last.messagesBefore };
}

function withNumbers(like: Recorded, index: number, ackIndex: number): Recorded {
  const [, dataLine, rest] = /^\d+\n(\d+)\n(.*)$/s.exec(like.text)! as unknown as [string, string, string];
  const headerEnd = rest.indexOf('}') + 1;
  const header = rest
    .slice(0, headerEnd)
    .replace(/"index":-?\d+/, `"index":${index}`)
    .replace(/\["Ack",\d+\]/, `["Ack",${ackIndex}]`);
  return {
    ...like,
    index,
    ackIndex,
    text: `${header.length}\n${dataLine}\n${header}${rest.slice(headerEnd)}`,
  };
}

function toRecorded({ head = '', data, filler }: Line, messagesBefore: number): Recorded {
  const ack = /\["Ack",(\d+)\]/.exec(head);
  return {
    text: head + (data ?? '%'.repeat(filler ?? 0)),
    index: Number(/"index":(-?\d+)/.exec(head)?.[1]),
    ackIndex: ack === null ? -1 : Number(ack[1]),
    isMessage: ack === null && filler === undefined,
    messagesBefore,
  };
}
