import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FRAME, StreamFramer } from '../../src/wire/framer.js';
import { decodeMessage } from '../../src/wire/message.js';
import { SendBuffer } from '../../src/wire/send-buffer.js';
import { StreamWriter } from '../../src/wire/stream-writer.js';
import { Prng } from '../support/prng.js';
import { fromBytes } from './naive.js';
import { piecesOf, type RecordedPacket, readRecording } from './recording.js';

const RECORDINGS = [
  ['tcp-idle.jsonl', 'C>L'],
  ['tcp-idle.jsonl', 'L>C'],
  ['tcp-monitor.jsonl', 'C>L'],
  ['tcp-monitor.jsonl', 'L>C'],
] as const;

/** Reads the stream in chunks that are cut anywhere, and returns its messages. */
function readStream(packets: readonly RecordedPacket[], framer: StreamFramer, prng: Prng): string[] {
  const messages: string[] = [];
  for (const piece of piecesOf(packets)) {
    for (let off = 0, end = 0; off < piece.length; off = end) {
      end = Math.min(piece.length, off + 1 + prng.below(prng.pick([3, 100, 200_000])));
      framer.feed(piece, off, end);
      for (let frame = framer.next(); frame !== FRAME.more; frame = framer.next()) {
        assert.notEqual(frame, FRAME.error, framer.error?.text);
        if (frame === FRAME.message) messages.push(takeMessage(framer));
      }
    }
  }
  return messages;
}

function takeMessage(framer: StreamFramer): string {
  const message = decodeMessage(framer.message);
  if ('code' in message) assert.fail(message.text);
  if (message.kind === 'bandwidth' && message.direction === 'up') framer.count(message.nPackets);
  return fromBytes(framer.message);
}

/** The id in the first header. */
function connectionIdOf(packets: readonly RecordedPacket[]): string {
  return /"connection_id":"([^"]+)"/.exec(packets[0]!.head)![1]!;
}

/** Asks for what the original was asked for. A phase is queued by its request, as a session does. */
function queueAll(packets: readonly RecordedPacket[], writer: StreamWriter): void {
  for (const { data } of packets) {
    if (typeof data === 'number') continue;
    writer.queueMessage(Buffer.from(data));
    const message = decodeMessage(Buffer.from(data));
    if ('kind' in message && message.kind === 'bandwidth') {
      writer.queueBulk(message.nPackets, message.packetSizeBytes);
    }
  }
}

describe('recordings of two originals over TCP', () => {
  for (const [name, dir] of RECORDINGS) {
    const packets = readRecording(name, dir);
    const bulk = packets.filter(({ data }) => typeof data === 'number');

    it(`${name} ${dir}: the framer finds the recorded messages and counts the bulk data`, () => {
      const framer = new StreamFramer({ maxDataBytes: 128_000 });
      const messages = readStream(packets, framer, new Prng(20_301));
      assert.deepEqual(
        messages,
        packets.map(({ data }) => data).filter((data) => typeof data === 'string'),
      );
      assert.equal(framer.packets, packets.length);
      assert.equal(framer.bulkPackets, bulk.length);
      assert.equal(framer.bulkBytes, bulk.length * 128_000);
      assert.equal(framer.partial, false);
      assert.equal(framer.header.connectionId, connectionIdOf(packets));
    });

    it(`${name} ${dir}: the writer gives the recorded bytes`, () => {
      const writer = new StreamWriter(connectionIdOf(packets));
      queueAll(packets, writer);
      const buf = new SendBuffer(300_000);
      let unread: Uint8Array = new Uint8Array(0);
      for (const piece of piecesOf(packets)) {
        for (let rest = piece; rest.length > 0; ) {
          if (unread.length === 0) unread = buf.bytes.subarray(0, writer.fill(buf));
          const nBytes = Math.min(rest.length, unread.length);
          assert.ok(nBytes > 0, 'the writer ended before the recording');
          assert.equal(Buffer.compare(rest.subarray(0, nBytes), unread.subarray(0, nBytes)), 0);
          rest = rest.subarray(nBytes);
          unread = unread.subarray(nBytes);
        }
      }
      if (bulk.length === 0) assert.deepEqual([unread.length, writer.pending], [0, false]);
    });
  }
});
