import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { MeasurePlan } from '../../src/options/types.js';
import { ClientSession } from '../../src/session/client.js';
import { ListenerSession } from '../../src/session/listener.js';
import { Prng } from '../support/prng.js';
import { VirtualClock } from '../support/virtual-clock.js';
import { VirtualEnd } from '../support/virtual-end.js';
import { LINK, MEASURE } from '../support/virtual-pair.js';
import { VirtualStream } from '../support/virtual-stream.js';
import { piecesOf, type RecordedPacket, readRecording } from '../wire/recording.js';

/** What the original client was told to do: its defaults, and 128 kB packets. */
const MEASURES = {
  'tcp-idle.jsonl': { ...MEASURE, monitorBandwidth: false },
  'tcp-monitor.jsonl': {
    ...MEASURE,
    packetSizeBytes: 128_000,
    bound: { kind: 'size', testSizeBytes: 256e6 },
  },
} as const satisfies Record<string, MeasurePlan>;
type Name = keyof typeof MEASURES;

type Direction = 'C>L' | 'L>C';
const TIMEOUT_US = 5_000_000;

interface Line {
  readonly t_us: number;
  readonly dir: Direction;
  readonly omitted?: number;
}

function readLines(name: Name): Line[] {
  const text = readFileSync(new URL(`../../../test/vectors/${name}`, import.meta.url), 'utf8').trim();
  return text.split('\n').map((line) => JSON.parse(line) as Line);
}

/** Compares a stream, as it comes, with the packets that an original sent. */
class ByteMatch {
  matchedBytes = 0;
  readonly #pieces: Iterator<Uint8Array>;
  #due: Uint8Array = new Uint8Array(0);

  constructor(packets: readonly RecordedPacket[]) {
    this.#pieces = piecesOf(packets);
  }

  /** What comes behind the end of the recording is not looked at. */
  feed(bytes: Uint8Array): void {
    for (let off = 0; off < bytes.length && this.#refill(); ) {
      const nBytes = Math.min(this.#due.length, bytes.length - off);
      const given = bytes.subarray(off, off + nBytes);
      if (Buffer.compare(given, this.#due.subarray(0, nBytes)) !== 0) {
        assert.equal(Buffer.from(given).toString(), Buffer.from(this.#due).toString());
      }
      this.#due = this.#due.subarray(nBytes);
      this.matchedBytes += nBytes;
      off += nBytes;
    }
  }

  #refill(): boolean {
    while (this.#due.length === 0) {
      const next = this.#pieces.next();
      if (next.done) return false;
      this.#due = next.value;
    }
    return true;
  }
}

/** One of ours in the place of the original that said `own`; what it says leaves at once. */
class Replay {
  readonly clock = new VirtualClock();
  readonly match: ByteMatch;
  readonly #name: Name;
  readonly #own: Direction;
  readonly #out: VirtualStream;
  readonly #end: VirtualEnd;

  constructor(name: Name, own: Direction) {
    this.#name = name;
    this.#own = own;
    const packets = readRecording(name, own);
    this.match = new ByteMatch(packets);
    this.#out = new VirtualStream(this.clock, { ...LINK, delayUs: 0, bytesPerS: 1e12 }, new Prng(1));
    this.#out.onData((bytes, off, end) => this.match.feed(bytes.subarray(off, end)));
    this.#end = this.#makeEnd(/"connection_id":"([^"]+)"/.exec(packets[0]!.head)![1]!);
  }

  get bytesSaid(): number {
    return this.#out.bytesDelivered;
  }

  /** Says what the other side said, when it said it; returns how many bytes of ours were due by the end. */
  run(): number {
    const theirs = readRecording(this.#name, this.#own === 'C>L' ? 'L>C' : 'C>L').values();
    const ours = readRecording(this.#name, this.#own).values();
    const lines = readLines(this.#name);
    const shiftUs = this.clock.nowUs - lines[0]!.t_us;
    let dueBytes = 0;
    this.#end.start();
    for (const { t_us, dir, omitted } of lines) {
      this.clock.runFor(t_us + shiftUs - this.clock.nowUs);
      const isOurs = dir === this.#own;
      const packets = Array.from({ length: omitted ?? 1 }, () => (isOurs ? ours : theirs).next().value!);
      if (isOurs) dueBytes += sizeOf(packets);
      else this.#hear(packets, dueBytes);
    }
    return dueBytes;
  }

  #hear(packets: readonly RecordedPacket[], dueBytes: number): void {
    assert.ok(
      this.match.matchedBytes >= dueBytes,
      `only ${this.match.matchedBytes} of ${dueBytes} bytes said`,
    );
    for (const piece of piecesOf(packets)) this.#end.handleData(piece, 0, piece.length);
    assert.equal(this.#end.failure, null);
  }

  #makeEnd(connectionId: string): VirtualEnd {
    const isClient = this.#own === 'C>L';
    return new VirtualEnd(
      this.clock,
      this.#out,
      {
        maxPacketSizeBytes: 64_000_000,
        writeBytes: 1 << 20,
        connectionId: isClient ? connectionId : null,
      },
      (transport, nowUs) =>
        isClient
          ? new ClientSession(
              { name: 'cli', measure: MEASURES[this.#name], timeoutUs: TIMEOUT_US },
              transport,
              nowUs,
            )
          : new ListenerSession(
              { name: 'srv', maxPacketSizeBytes: 64_000_000, timeoutUs: TIMEOUT_US },
              transport,
              nowUs,
            ),
    );
  }
}

function sizeOf(packets: readonly RecordedPacket[]): number {
  return packets.reduce(
    (sum, { head, data }) => sum + head.length + (typeof data === 'number' ? data : Buffer.byteLength(data)),
    0,
  );
}

describe('in the place of an original, over TCP', () => {
  for (const name of ['tcp-idle.jsonl', 'tcp-monitor.jsonl'] as const) {
    it(`the listener says exactly what the original said in ${name}`, () => {
      const replay = new Replay(name, 'L>C');
      const dueBytes = replay.run();
      assert.equal(replay.match.matchedBytes, dueBytes);
      assert.equal(replay.bytesSaid, dueBytes, 'and nothing more');
    });
  }

  it('the client says exactly what the original said in tcp-idle.jsonl', () => {
    const replay = new Replay('tcp-idle.jsonl', 'C>L');
    const dueBytes = replay.run();
    assert.equal(replay.match.matchedBytes, dueBytes);
    assert.equal(replay.bytesSaid, dueBytes, 'and nothing more');
  });

  it('the client says exactly what the original said in tcp-monitor.jsonl, which ends within an Up phase', () => {
    const replay = new Replay('tcp-monitor.jsonl', 'C>L');
    const dueBytes = replay.run();
    replay.clock.runUntil(() => replay.match.matchedBytes >= dueBytes);
    assert.ok(dueBytes > 100e6, `${dueBytes} bytes were compared`);
  });
});
