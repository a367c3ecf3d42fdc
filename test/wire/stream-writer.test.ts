import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MAX_MESSAGE_BYTES, MAX_QUEUED_ITEMS } from '../../src/wire/limits.js';
import { PING_BYTES } from '../../src/wire/message.js';
import { MAX_SEND_BUFFER_BYTES, MIN_SEND_BUFFER_BYTES, SendBuffer } from '../../src/wire/send-buffer.js';
import { StreamWriter } from '../../src/wire/stream-writer.js';
import { Prng } from '../support/prng.js';
import { fromBytes, naiveEncode } from './naive.js';

const ID = '6b1e9d3c-5f0e-4d9b-9a54-1c2a7f3d8e10';

type Item = string | readonly [nPackets: number, packetSizeBytes: number];

function queue(writer: StreamWriter, item: Item): void {
  if (typeof item === 'string') writer.queueMessage(Buffer.from(item));
  else writer.queueBulk(item[0], item[1]);
}

function naiveBytes(items: readonly Item[], id: string, firstIndex = 0): string {
  const datas = items.flatMap((item) =>
    typeof item === 'string' ? [item] : Array<string>(item[0]).fill('%'.repeat(item[1])),
  );
  const packets = datas.map((data, i) =>
    naiveEncode({ index: firstIndex + i, connectionId: id, meta: ['Normal'] }, data),
  );
  return packets.join('');
}

/** All that is pending, by way of these buffers in turn. */
function drain(writer: StreamWriter, bufs: readonly SendBuffer[]): string {
  let text = '';
  for (let i = 0; writer.pending; i++) {
    const buf = bufs[i % bufs.length]!;
    const nBytes = writer.fill(buf);
    assert.ok(nBytes > 0, 'a fill writes something while anything is pending');
    text += fromBytes(buf.bytes.subarray(0, nBytes));
  }
  return text;
}

describe('StreamWriter', () => {
  it('keeps the order of messages and bulk runs', () => {
    const items: Item[] = ['hello', [3, 10], 'ping', [2, 0], [1, 5], ''];
    const writer = new StreamWriter(ID);
    for (const item of items) queue(writer, item);
    assert.equal(drain(writer, [new SendBuffer(100_000)]), naiveBytes(items, ID));
    assert.deepEqual(
      [writer.packetsWritten, writer.bulkPacketsWritten, writer.bulkBytesWritten, writer.nextIndex],
      [9, 6, 35, 9],
    );
  });

  it('has nothing to write when nothing is queued', () => {
    const writer = new StreamWriter(ID);
    writer.queueBulk(0, 1400);
    assert.equal(writer.pending, false);
    assert.equal(writer.fill(new SendBuffer(10_000)), 0);
  });

  it('fills no more than a message needs', () => {
    const writer = new StreamWriter(ID);
    writer.queueMessage(PING_BYTES);
    assert.equal(writer.fill(new SendBuffer(1_000_000)), 110);
  });

  it('carries a packet of 5 MB over many fills, and counts its data as it goes', () => {
    const writer = new StreamWriter(ID);
    const buf = new SendBuffer(1_000_000);
    writer.queueBulk(2, 5_000_000);
    const headBytes = '84\n5000000\n'.length + 84;
    assert.equal(writer.fill(buf), 1_000_000);
    assert.deepEqual([writer.bulkBytesWritten, writer.packetsWritten], [1_000_000 - headBytes, 0]);
    for (let i = 0; i < 4; i++) assert.equal(writer.fill(buf), 1_000_000);
    assert.equal(writer.packetsWritten, 0);
    assert.equal(writer.fill(buf), 1_000_000);
    assert.deepEqual([writer.packetsWritten, writer.bulkPacketsWritten, writer.nextIndex], [1, 1, 2]);
  });

  it('renews indices in place through all lengths of an index, and stops at the end of a run', () => {
    const items: Item[] = [[1500, 100], 'between', [700, 100], [30, 99], 'end'];
    const writer = new StreamWriter(ID);
    for (const item of items) queue(writer, item);
    assert.equal(drain(writer, [new SendBuffer(8192)]), naiveBytes(items, ID));
  });

  it('leaves whole small frames in a fill, so that the next begins with a head', () => {
    const writer = new StreamWriter(ID);
    const buf = new SendBuffer(100_000);
    writer.queueBulk(1_000_000, 1400);
    for (let i = 0; i < 50; i++) {
      const nBytes = writer.fill(buf);
      assert.match(fromBytes(buf.bytes.subarray(0, 3)), /^8\d\n/);
      assert.equal(buf.bytes[nBytes - 1], 0x25);
      assert.ok(nBytes > 100_000 * (1 - 1 / 16));
    }
  });

  it('leaves a buffer all filler but for what it wrote', () => {
    const buf = new SendBuffer(8192);
    const writer = new StreamWriter(ID);
    writer.queueMessage(new Uint8Array(7000));
    writer.fill(buf);
    writer.queueBulk(40, 10);
    writer.fill(buf);
    for (let i = 0; i < 60; i++) writer.queueMessage(PING_BYTES);
    while (writer.pending) writer.fill(buf);
    writer.queueMessage(PING_BYTES);
    const nBytes = writer.fill(buf);
    assert.ok(buf.bytes.subarray(nBytes).every((byte) => byte === 0x25));
  });

  it('writes what the naive codec writes, for any items, with buffers shared by two connections', () => {
    const items = fc.array(
      fc.oneof(
        fc.string({ unit: 'binary-ascii', maxLength: 6000 }),
        fc.tuple(fc.nat({ max: 130 }), fc.constantFrom(0, 1, 100, 100, 400)),
        fc.tuple(fc.nat({ max: 3 }), fc.integer({ min: 150, max: 12_000 })),
      ),
      { maxLength: 12 },
    );
    const sizes = fc.constantFrom(MIN_SEND_BUFFER_BYTES, 5000, 9973, 40_000);
    fc.assert(
      fc.property(items, items, sizes, fc.integer(), (ours, theirs, sizeBytes, seed) => {
        const prng = new Prng(seed);
        const bufs = [new SendBuffer(sizeBytes), new SendBuffer(sizeBytes)] as const;
        const sides = [
          { items: ours, id: ID, writer: new StreamWriter(ID), queued: 0, text: '' },
          { items: theirs, id: 'short', writer: new StreamWriter('short'), queued: 0, text: '' },
        ];
        while (sides.some((side) => side.writer.pending || side.queued < side.items.length)) {
          const side = prng.pick(sides);
          const nItems = prng.below(3);
          for (let i = 0; i < nItems && side.queued < side.items.length; i++) {
            queue(side.writer, side.items[side.queued++]!);
          }
          const buf = prng.pick(bufs);
          side.text += fromBytes(buf.bytes.subarray(0, side.writer.fill(buf)));
        }
        for (const side of sides) assert.ok(side.text === naiveBytes(side.items, side.id), 'other bytes');
      }),
      { numRuns: 150 },
    );
  });

  it('bounds its queue, and says in time that it grows', () => {
    const writer = new StreamWriter(ID);
    for (let i = 0; i < MAX_QUEUED_ITEMS; i++) {
      assert.equal(writer.isCrowded, i >= MAX_QUEUED_ITEMS / 2);
      writer.queueMessage(PING_BYTES);
    }
    assert.throws(() => writer.queueMessage(PING_BYTES), /256 items are waiting/);
    assert.throws(() => writer.queueBulk(1, 1), /256 items are waiting/);
    const expected = naiveBytes(Array<string>(MAX_QUEUED_ITEMS).fill('["Latency",["Ping"]]'), ID);
    assert.equal(drain(writer, [new SendBuffer(1_000_000)]), expected);
    assert.equal(writer.isCrowded, false);
  });

  it('throws for misuse', () => {
    const writer = new StreamWriter(ID);
    assert.throws(
      () => writer.queueMessage(new Uint8Array(MAX_MESSAGE_BYTES + 1)),
      /at most 65536 bytes, not 65537/,
    );
    assert.throws(() => writer.queueBulk(-1, 10), /not -1 packets of 10 bytes/);
    assert.throws(() => writer.queueBulk(1, 0.5), /not 1 packets of 0.5 bytes/);
    assert.throws(
      () => new SendBuffer(MIN_SEND_BUFFER_BYTES - 1),
      /a send buffer has 4130 to 67108864 bytes, not 4129/,
    );
    assert.throws(() => new SendBuffer(MAX_SEND_BUFFER_BYTES + 1), RangeError);
    assert.throws(() => new SendBuffer(Number.NaN), RangeError);
  });
});
