import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FRAME, StreamFramer } from '../../src/wire/framer.js';
import { MAX_HEADER_BYTES, MAX_MESSAGE_BYTES } from '../../src/wire/limits.js';
import { Prng } from '../support/prng.js';
import { looseJson } from './loose.js';
import { fromBytes, naiveEncode, naiveStream, toBytes, utf8 } from './naive.js';
import { runFramer } from './run-framer.js';

const ID = '6b1e9d3c-5f0e-4d9b-9a54-1c2a7f3d8e10';
const LIMITS = { maxDataBytes: 5000, maxMessageBytes: 200 };

function packet(index: number, data: string): string {
  return naiveEncode({ index, connectionId: ID, meta: ['Normal'] }, data);
}

/** A framer that has read `text` to its end. */
function framerAfter(text: string, framer = new StreamFramer({ maxDataBytes: 64_000_000 })): StreamFramer {
  framer.feed(toBytes(text), 0, text.length);
  while (framer.next() === FRAME.message);
  return framer;
}

function errorOf(text: string): string {
  const { error } = framerAfter(text);
  return error === null ? assert.fail('accepted') : `${error.code}: ${error.text}`;
}

describe('StreamFramer', () => {
  it('hands out messages one by one, with their headers', () => {
    const framer = new StreamFramer({ maxDataBytes: 1000 });
    const chunk = toBytes(`##${packet(0, 'one')}${packet(1, '')}${packet(2, 'three')}`);
    framer.feed(chunk, 2, chunk.length);
    for (const [index, data] of ['one', '', 'three'].entries()) {
      assert.equal(framer.next(), FRAME.message);
      assert.equal(fromBytes(framer.message), data);
      assert.equal(framer.header.index, index);
      assert.equal(framer.header.connectionId, ID);
    }
    assert.equal(framer.next(), FRAME.more);
    assert.equal(framer.packets, 3);
  });

  it('reads a stream that comes byte by byte, in one buffer used again and again', () => {
    const framer = new StreamFramer({ maxDataBytes: 1000 });
    const buf = new Uint8Array(1);
    const seen: string[] = [];
    for (const byte of toBytes(packet(0, 'one') + packet(1, '') + packet(2, 'three'))) {
      buf[0] = byte;
      framer.feed(buf, 0, 1);
      while (framer.next() === FRAME.message) seen.push(fromBytes(framer.message));
      buf[0] = 0;
    }
    assert.deepEqual(seen, ['one', '', 'three']);
  });

  it('keeps nothing of a chunk that was read to its end', () => {
    const framer = new StreamFramer({ maxDataBytes: 1000 });
    const whole = toBytes(packet(0, 'one') + packet(1, 'two'));
    const cut = whole.length - 40;
    const chunk = whole.slice();
    framer.feed(chunk, 0, cut);
    assert.equal(framer.next(), FRAME.message);
    assert.equal(framer.next(), FRAME.more);
    assert.equal(framer.message.length, 0);
    chunk.fill(0);
    framer.feed(whole, cut, whole.length);
    assert.equal(framer.next(), FRAME.message);
    assert.equal(fromBytes(framer.message), 'two');
  });

  it('counts announced packets in one call, then goes back to messages', () => {
    const framer = new StreamFramer({ maxDataBytes: 1000 });
    const chunk = toBytes(
      packet(0, 'go') + packet(1, '%%%') + packet(2, '') + packet(3, '["?"]') + packet(4, 'on'),
    );
    framer.feed(chunk, 0, chunk.length);
    assert.equal(framer.next(), FRAME.message);
    framer.count(3);
    assert.equal(framer.next(), FRAME.counted);
    assert.deepEqual([framer.packets, framer.bulkPackets, framer.bulkBytes], [4, 3, 8]);
    assert.equal(framer.header.index, 3);
    assert.equal(framer.next(), FRAME.message);
    assert.equal(fromBytes(framer.message), 'on');
    assert.equal(framer.next(), FRAME.more);
  });

  it('tells at once that none of no packets is missing', () => {
    const framer = new StreamFramer({ maxDataBytes: 1000 });
    framer.count(0);
    assert.equal(framer.next(), FRAME.counted);
    assert.equal(framer.next(), FRAME.more);
  });

  it('counts the data of an unfinished bulk packet', () => {
    const framer = new StreamFramer({ maxDataBytes: 1000 });
    framer.count(1);
    framerAfter(packet(0, '%'.repeat(500)).slice(0, -100), framer);
    assert.deepEqual([framer.bulkPackets, framer.bulkBytes, framer.partial], [0, 400, true]);
    framer.feed(toBytes('%'.repeat(100)), 0, 100);
    assert.equal(framer.next(), FRAME.counted);
    assert.deepEqual([framer.bulkPackets, framer.bulkBytes, framer.partial], [1, 500, false]);
  });

  it('passes what is in the middle of a bulk packet, and nothing else', () => {
    const framer = framerAfter(packet(0, 'go').slice(0, -1));
    assert.equal(framer.bulkAheadBytes, 0, 'a message is read');
    framer.feed(toBytes('o'), 0, 1);
    assert.equal(framer.next(), FRAME.message);
    framer.count(1);
    assert.equal(framer.next(), FRAME.more);
    assert.equal(framer.bulkAheadBytes, 0, 'a head is read');
    const text = packet(1, '%'.repeat(100)).slice(0, -60);
    framer.feed(toBytes(text), 0, text.length);
    assert.equal(framer.next(), FRAME.more);
    assert.equal(framer.bulkAheadBytes, 59);
    framer.passBulk(50);
    framer.passBulk(9);
    assert.equal(framer.bulkBytes, 99);
    assert.equal(framer.bulkAheadBytes, 0, 'the end of a packet is read');
    framer.feed(toBytes('%'), 0, 1);
    assert.equal(framer.next(), FRAME.counted);
    assert.equal(framer.bulkBytes, 100);
  });

  it('says whether half a packet is here', () => {
    const text = packet(0, 'data');
    for (let end = 0; end < text.length; end++) {
      assert.equal(framerAfter(text.slice(0, end)).partial, end > 0, `${end} bytes`);
    }
    assert.equal(framerAfter(text).partial, false);
  });

  it('counts a packet of 1 GB without keeping it', () => {
    const sizeBytes = 1_000_000_000;
    const chunk = new Uint8Array(1_000_000).fill(0x25);
    const framer = new StreamFramer({ maxDataBytes: sizeBytes });
    framer.count(1);
    framerAfter(packet(0, '').replace('\n0\n', `\n${sizeBytes}\n`), framer);
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 1000; i++) {
      framer.feed(chunk, 0, chunk.length);
      assert.equal(framer.next(), i < 999 ? FRAME.more : FRAME.counted);
    }
    assert.equal(framer.bulkBytes, sizeBytes);
    assert.ok(process.memoryUsage().arrayBuffers - before < 4_000_000);
  });

  it('holds nothing between packets', () => {
    const before = process.memoryUsage().arrayBuffers;
    const framers = Array.from({ length: 1000 }, () => framerAfter(packet(0, 'data')));
    const heldBytes = process.memoryUsage().arrayBuffers - before;
    assert.ok(framers.every((framer) => !framer.partial));
    assert.ok(heldBytes < 1000 * 1024, `${heldBytes} bytes for 1000 idle streams`);
  });

  it('holds a few KB for each of many half headers', () => {
    const before = process.memoryUsage().arrayBuffers;
    const framers = Array.from({ length: 1000 }, () => framerAfter(packet(0, '').slice(0, 50)));
    const heldBytes = process.memoryUsage().arrayBuffers - before;
    assert.ok(framers.every((framer) => framer.partial));
    assert.ok(heldBytes < 1000 * 8192, `${heldBytes} bytes for 1000 half headers`);
  });

  it('names a header that is too long, and the limit', () => {
    assert.equal(
      errorOf(`${MAX_HEADER_BYTES + 1}\n`),
      'HEADER_TOO_LONG: header length 4097 is above the limit of 4096 bytes',
    );
  });

  it('names a data length above the limit as soon as it is read', () => {
    assert.equal(
      errorOf('84\n1000000000000000\n'),
      'DATA_TOO_LONG: data length 1000000000000000 is above the limit of 64000000 bytes (--max-packet-size)',
    );
    assert.equal(
      errorOf('84\n5000000\n'),
      `DATA_TOO_LONG: data length 5000000 where a control message was due, which has at most ${MAX_MESSAGE_BYTES} bytes`,
    );
  });

  it('lets a control message be longer than a small limit for bulk packets', () => {
    const framer = new StreamFramer({ maxDataBytes: 1 });
    framer.feed(toBytes(packet(0, 'message')), 0, packet(0, 'message').length);
    assert.equal(framer.next(), FRAME.message);
    framer.count(1);
    assert.equal(framerAfter(packet(1, '%%'), framer).error?.code, 'DATA_TOO_LONG');
  });

  it('quotes what came instead of a length or a header', () => {
    const right = 'is not a decimal integer from 0 to 9007199254740991 without leading zeros';
    assert.equal(
      errorOf('GET / HTTP/1.1\r\n\r\n'),
      `BAD_LENGTH: header length "GET / HTTP/1.1\\x0d" ${right}`,
    );
    assert.equal(errorOf('84\n-5\n'), `BAD_LENGTH: data length "-5" ${right}`);
    assert.equal(errorOf('\n'), `BAD_LENGTH: header length "" ${right}`);
    assert.equal(
      errorOf('2\n0\n{}'),
      'BAD_HEADER: header {} is not of the form {"index":0,"connection_id":"ID","meta":["Normal"]}',
    );
  });

  it('stays in error, and takes no more', () => {
    const framer = framerAfter(`x${packet(0, 'one')}`);
    const { error } = framer;
    assert.equal(error?.code, 'BAD_LENGTH');
    framerAfter(packet(0, 'one'), framer);
    assert.equal(framer.next(), FRAME.error);
    assert.equal(framer.error, error);
    assert.equal(framer.packets, 0);
  });

  it('hands out what came before an error', () => {
    const framer = new StreamFramer({ maxDataBytes: 1000 });
    const chunk = toBytes(`${packet(0, 'one')}x`);
    framer.feed(chunk, 0, chunk.length);
    assert.deepEqual([framer.next(), framer.next()], [FRAME.message, FRAME.error]);
  });

  it('throws for misuse', () => {
    const framer = new StreamFramer({ maxDataBytes: 1000 });
    assert.throws(() => framer.count(-1), /integer >= 0, not -1/);
    assert.throws(() => framer.count(0.5), /integer >= 0, not 0.5/);
    framer.count(2);
    assert.throws(() => framer.count(1), /2 packets are still being counted/);
    framer.feed(new Uint8Array(5), 0, 5);
    assert.throws(() => framer.feed(new Uint8Array(5), 0, 5), /before next had returned "more"/);
  });

  it('recognises bulk heads through changes of index length, size, id and layout', () => {
    const framer = new StreamFramer({ maxDataBytes: 1000 });
    const heads = [8, 9, 10, 10, 11, 99, 100].map((index) => packet(index, '%%%%%%%%'));
    const other = (index: number) => naiveEncode({ index, connectionId: 'other', meta: ['Normal'] }, '%');
    const odd = packet(12, '').replace('{', '{ ').replace('86\n', '87\n').replace('85\n', '86\n');
    const ack = naiveEncode({ index: -1, connectionId: ID, meta: ['Ack', 3] }, '');
    const last = heads.at(-1)!;
    const strangers = [other(1), other(2), packet(101, ''), odd, ack].flatMap((text) => [
      text,
      last,
      last,
      last,
    ]);
    const stream = [...heads, ...strangers, other(3), other(4), ...heads];
    framer.count(stream.length);
    for (const text of stream) {
      const expected = naiveStream(text, LIMITS, () => null).events[0]!;
      assert.notEqual(expected, 'counted');
      framerAfter(text, framer);
      assert.equal(framer.error, null);
      if (expected === 'counted') continue;
      assert.equal(framer.header.index, expected.header.index);
      assert.equal(framer.header.connectionId, expected.header.connectionId);
      assert.equal(framer.header.metaKind, expected.header.meta[0] === 'Ack' ? 1 : 0);
    }
    assert.equal(framer.bulkPackets, stream.length);
  });

  it('refuses a bulk head that differs from the one before in one byte that matters', () => {
    const good = packet(5, '%');
    for (let at = 0; at < good.length - 1; at++) {
      const bad = `${good.slice(0, at)}\x7f${good.slice(at + 1)}`;
      const isText = at >= good.indexOf(ID) && at < good.indexOf(ID) + ID.length;
      const framer = new StreamFramer({ maxDataBytes: 1000 });
      framer.count(4);
      framerAfter(good + good + good + bad, framer);
      assert.equal(framer.error === null, isText, `byte ${at}`);
    }
  });

  it('refuses a bulk head whose index has a leading zero, as any other', () => {
    const framer = new StreamFramer({ maxDataBytes: 1000 });
    framer.count(4);
    framerAfter(
      packet(54, '') + packet(55, '') + packet(56, '') + packet(57, '').replace(':57', ':07'),
      framer,
    );
    assert.deepEqual([framer.error?.code, framer.bulkPackets], ['BAD_HEADER', 3]);
  });

  it('does not take a bulk head for known when messages of another id came in between', () => {
    const framer = new StreamFramer({ maxDataBytes: 1000 });
    for (let i = 0; i < 2; i++) {
      framer.count(3);
      framerAfter(packet(5, '').repeat(3), framer);
      assert.deepEqual([framer.header.connectionId, framer.header.index], [ID, 5]);
      framerAfter(naiveEncode({ index: 6, connectionId: 'other', meta: ['Normal'] }, '').repeat(3), framer);
      assert.deepEqual([framer.header.connectionId, framer.header.index], ['other', 6]);
    }
  });

  it('takes the next chunk as soon as the last one is used up', () => {
    const framer = new StreamFramer({ maxDataBytes: 1000 });
    for (const index of [4, 5, 6]) {
      framer.count(2);
      const text = packet(index, '').repeat(2);
      framer.feed(toBytes(text), 0, text.length);
      assert.equal(framer.next(), FRAME.counted);
      assert.equal(framer.header.index, index);
    }
  });

  it('tells what the naive codec tells, for any packets, any white space and any splits', () => {
    const datas = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 250 }).map(utf8),
      fc.nat({ max: 12 }).map((n) => `count ${n}`),
    );
    const packets = fc.array(fc.tuple(fc.maxSafeInteger(), fc.constantFrom(ID, ID, 'ü'), datas), {
      maxLength: 25,
    });
    fc.assert(
      fc.property(packets, fc.integer(), (sequence, seed) => {
        const prng = new Prng(seed);
        const texts = sequence.map(([index, id, data]) => {
          if (prng.below(2) > 0) return naiveEncode({ index, connectionId: id, meta: ['Normal'] }, data);
          const header = utf8(looseJson({ index, connection_id: id, meta: ['Ack', index] }, prng));
          return `${header.length}\n${data.length}\n${header}${data}`;
        });
        const bytes = texts.join('');
        const expected = naiveStream(bytes, LIMITS, countAfter);
        assert.deepEqual(runFramer(toBytes(bytes), LIMITS, countAfter, prng), expected);
      }),
    );
  });
});

function countAfter(data: string): number | null {
  const match = /^count (\d+)$/.exec(data);
  return match === null ? null : Number(match[1]);
}
