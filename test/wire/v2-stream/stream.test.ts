import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FRAME, StreamFramer } from '../../../src/wire/framer.js';
import { MAX_MESSAGE_BYTES } from '../../../src/wire/limits.js';
import { MIN_SEND_BUFFER_BYTES, SendBuffer } from '../../../src/wire/send-buffer.js';
import { StreamWriter } from '../../../src/wire/stream-writer.js';
import { V2_META } from '../../../src/wire/v2/meta.js';
import { OwdMeter } from '../../../src/wire/v2/owd-meter.js';
import { StreamHeadReader } from '../../../src/wire/v2/stream-head-reader.js';
import { metaTemplate, stampedTemplate } from '../../../src/wire/v2/stream-template.js';
import { Prng } from '../../support/prng.js';
import { naivePacket, stampText } from './naive.js';

const ID = '6b1e9d3c-5f0e-4d9b-9a54-1c2a7f3d8e10+2';
const NOW_NS = 12_345_678_901;

function stamped() {
  const template = stampedTemplate(ID);
  template.setTime(NOW_NS);
  return template;
}

function bulk(index: number, sizeBytes: number): string {
  const data = sizeBytes < 16 ? '%'.repeat(sizeBytes) : stampText(NOW_NS) + '%'.repeat(sizeBytes - 16);
  return naivePacket(ID, index, ['Bulk', 0], data);
}

function message(index: number, data: string): string {
  return naivePacket(ID, index, ['Normal'], data);
}

function filled(writer: StreamWriter, buffer: SendBuffer, limitBytes?: number): string {
  const sizeBytes = writer.fill(buffer, limitBytes);
  return Buffer.from(buffer.bytes.buffer, 0, sizeBytes).toString('latin1');
}

interface Read {
  readonly messages: { kind: number; index: number; data: string }[];
  readonly framer: StreamFramer;
  readonly owd: OwdMeter;
}

/** Reads in random pieces, by way of one buffer that is overwritten each time. */
function readV2(text: string, prng: Prng, maxPieceBytes: number): Read {
  const owd = new OwdMeter(() => {});
  const reader = new StreamHeadReader(ID, owd);
  const framer = new StreamFramer({ maxDataBytes: 10 });
  framer.readHeadsBy(reader);
  const bytes = Buffer.from(text, 'latin1');
  const chunk = new Uint8Array(maxPieceBytes);
  const messages: Read['messages'] = [];
  for (let off = 0, end = 0; off < bytes.length; off = end) {
    end = Math.min(bytes.length, off + 1 + prng.below(maxPieceBytes));
    chunk.set(bytes.subarray(off, end));
    framer.feed(chunk, 0, end - off);
    for (let frame = framer.next(); frame === FRAME.message; frame = framer.next()) {
      const { kind, index } = reader.header;
      messages.push({ kind, index, data: Buffer.from(framer.message).toString('latin1') });
    }
    chunk.fill(0xff);
  }
  return { messages, framer, owd };
}

describe('a v2 stream`s writer', () => {
  it('writes messages between bulk packets, behind the one that has been begun', () => {
    const writer = new StreamWriter(ID);
    const buffer = new SendBuffer(MIN_SEND_BUFFER_BYTES);
    writer.queueBulk(Number.POSITIVE_INFINITY, 6000, stamped());
    let text = filled(writer, buffer);
    writer.interject(Buffer.from('one'));
    writer.interject(Buffer.from('two'));
    for (let i = 0; i < 2; i++) text += filled(writer, buffer);
    const due = [bulk(0, 6000), message(1, 'one'), message(2, 'two'), bulk(3, 6000)].join('');
    assert.equal(text, due.slice(0, text.length));
    assert.ok(text.length > bulk(0, 6000).length + 300);
  });

  it('writes messages before bulk packets of which none has been begun', () => {
    const writer = new StreamWriter(ID);
    writer.queueBulk(2, 100, stamped());
    writer.interject(Buffer.from('one'));
    writer.interject(Buffer.from('two'));
    const due = [message(0, 'one'), message(1, 'two'), bulk(2, 100), bulk(3, 100)].join('');
    assert.equal(filled(writer, new SendBuffer(10_000)), due);
    assert.equal(writer.pending, false);
  });

  it('stops bulk that has no end, and finishes a packet that has been begun', () => {
    const writer = new StreamWriter(ID);
    const buffer = new SendBuffer(MIN_SEND_BUFFER_BYTES);
    writer.queueBulk(Number.POSITIVE_INFINITY, 3000, stamped());
    let text = filled(writer, buffer);
    writer.interject(Buffer.from('one'));
    writer.stopBulk();
    writer.stopBulk();
    assert.equal(writer.isBulkPending, true);
    text += filled(writer, buffer);
    assert.equal(text, [bulk(0, 3000), bulk(1, 3000), message(2, 'one')].join(''));
    assert.deepEqual([writer.isBulkPending, writer.pending], [false, false]);
    assert.deepEqual(
      [writer.bulkPacketsWritten, writer.bulkBytesWritten, writer.packetsWritten],
      [2, 6000, 3],
    );
  });

  it('has nothing to stop when no bulk was begun', () => {
    const writer = new StreamWriter(ID);
    writer.queueBulk(Number.POSITIVE_INFINITY, 100, stamped());
    writer.stopBulk();
    assert.deepEqual([writer.isBulkPending, writer.pending], [false, false]);
  });

  it('repeats a layout with new indices and a new stamp', () => {
    const writer = new StreamWriter(ID);
    const buffer = new SendBuffer(8192);
    const template = stamped();
    // Small enough never to be split over fills of this size.
    writer.queueBulk(Number.POSITIVE_INFINITY, 300, template);
    for (let fill = 0, index = 0; fill < 5; fill++) {
      template.setTime(NOW_NS + fill);
      const text = filled(writer, buffer, fill === 3 ? 5000 : undefined);
      let due = '';
      for (; due.length < text.length; index++) {
        due += naivePacket(ID, index, ['Bulk', 0], stampText(NOW_NS + fill) + '%'.repeat(284));
      }
      assert.ok(text.length > 4000);
      assert.equal(text, due);
    }
  });

  it('writes other metas, and packets without an index', () => {
    const writer = new StreamWriter(ID);
    const meta = { kind: 'accept', token: '0123456789abcdef', copy: 0 } as const;
    writer.interject(Buffer.from('hello'), metaTemplate(ID, meta));
    writer.interjectPacket(Buffer.from(naivePacket(ID, -1, ['Bye', 'x'], '')));
    writer.interject(Buffer.from('next'));
    const accept = ['Accept', { version: 2, token: '0123456789abcdef', copy: 0 }];
    const due = [
      naivePacket(ID, 0, accept, 'hello'),
      naivePacket(ID, -1, ['Bye', 'x'], ''),
      message(1, 'next'),
    ];
    assert.equal(filled(writer, new SendBuffer(10_000)), due.join(''));
  });
});

describe('a v2 stream`s reader', () => {
  it('reads what was written, however it is split and filled', () => {
    const step = fc.oneof(
      fc.record({ say: fc.string({ maxLength: 50 }) }),
      fc.record({
        bulk: fc.constantFrom(0, 1, 15, 16, 17, 300, 5000),
        packets: fc.integer({ min: 0, max: 9 }),
      }),
      fc.record({ fills: fc.integer({ min: 1, max: 3 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.integer(), (steps, seed) => {
        const prng = new Prng(seed);
        const writer = new StreamWriter(ID);
        const buffer = new SendBuffer(prng.pick([MIN_SEND_BUFFER_BYTES, 9000]));
        const template = stamped();
        const said: string[] = [];
        let text = '';
        for (const one of steps) {
          if ('say' in one) {
            const data = Buffer.from(one.say);
            said.push(data.toString('latin1'));
            writer.interject(data);
          } else if ('fills' in one) {
            for (let i = 0; i < one.fills; i++)
              text += filled(writer, buffer, MIN_SEND_BUFFER_BYTES + prng.below(5000));
          } else if (!writer.isBulkPending) writer.queueBulk(one.packets, one.bulk, template);
        }
        while (writer.pending) text += filled(writer, buffer);
        const { messages, framer } = readV2(text, prng, prng.pick([1, 30, 200, 2000]));
        assert.equal(framer.error, null);
        assert.deepEqual(
          messages.map(({ data }) => data),
          said,
        );
        assert.deepEqual(
          [framer.packets, framer.bulkPackets, framer.bulkBytes, framer.partial],
          [writer.packetsWritten, writer.bulkPacketsWritten, writer.bulkBytesWritten, false],
        );
      }),
      { numRuns: 300 },
    );
  });

  it('counts bulk packets of any size, for a refusal must find the stream in order', () => {
    const { framer, messages } = readV2(bulk(0, 100_000) + message(1, 'm'), new Prng(1), 4096);
    assert.deepEqual([framer.error, framer.bulkBytes, messages.length], [null, 100_000, 1]);
  });

  it('tells the reason of a Bye', () => {
    const { messages } = readV2(naivePacket(ID, -1, ['Bye', 'over'], ''), new Prng(1), 7);
    assert.deepEqual(messages, [{ kind: V2_META.bye, index: -1, data: '' }]);
  });

  const broken: readonly (readonly [what: string, text: string, code: string])[] = [
    ['a meta that only datagrams need', naivePacket(ID, 0, ['Resend', 1], ''), 'BAD_HEADER'],
    ['an unknown meta', naivePacket(ID, 0, ['Bulky', 1], ''), 'BAD_HEADER'],
    ['a length that is none', 'x\n', 'BAD_LENGTH'],
    ['a header above the limit', '99999\n0\n', 'HEADER_TOO_LONG'],
    ['a Bye with data', naivePacket(ID, -1, ['Bye', 'x'], 'y'), 'DATA_TOO_LONG'],
    [
      'a message above the limit',
      message(0, '').replace('\n0\n', `\n${MAX_MESSAGE_BYTES + 1}\n`),
      'DATA_TOO_LONG',
    ],
  ];
  for (const [what, text, code] of broken) {
    it(`stops at ${what}, wherever it is split`, () => {
      for (const maxPieceBytes of [1, 20, 1000]) {
        const { framer, messages } = readV2(message(0, 'fine') + text, new Prng(1), maxPieceBytes);
        assert.equal(framer.error?.code, code);
        assert.equal(messages.length, 1);
      }
    });
  }
});

describe('one-way delay', () => {
  it('is told above the least one, once for packets that left together', () => {
    const owdsNs: number[] = [];
    const meter = new OwdMeter((owdNs) => owdsNs.push(owdNs));
    for (const [sentNs, arrivedNs] of [
      [1000, 5000],
      [2000, 5500],
      [3000, 9000],
    ] as const) {
      meter.nowNs = arrivedNs;
      meter.handleArrival(sentNs);
    }
    meter.flush();
    assert.deepEqual(owdsNs, [500, 0, 2500]);
    assert.equal(meter.minNs, 3500);
    // RFC 3550 §6.4.1: 500/16, then (2500 - 31.25)/16 more.
    assert.equal(meter.jitterNs, 31.25 + (2500 - 31.25) / 16);
  });

  it('is handed out in parts when there are many', () => {
    let n = 0;
    const meter = new OwdMeter((owdNs) => {
      n++;
      assert.ok(owdNs >= 0);
    });
    meter.nowNs = 1e9;
    for (let i = 0; i < 5000; i++) meter.handleArrival(i);
    meter.flush();
    assert.equal(n, 5000);
  });

  it('starts anew with each phase, and takes no stamp for one that no clock could give', () => {
    const meter = new OwdMeter(() => assert.fail('nothing is pending'));
    meter.handleArrival(7);
    meter.resetPhase();
    meter.handleArrival(2 ** 63);
    meter.flush();
    assert.deepEqual([meter.minNs, meter.jitterNs], [Number.POSITIVE_INFINITY, 0]);
  });
});
