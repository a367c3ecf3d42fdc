import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FAULT } from '../../../src/wire/errors.js';
import { encodeV2Packet, V2Reader } from '../../../src/wire/v2/datagram.js';
import { controlTemplate } from '../../../src/wire/v2/head-template.js';
import { isMarked, markId } from '../../../src/wire/v2/mark.js';
import { MAX_REASON_LENGTH, V2_META } from '../../../src/wire/v2/meta.js';
import { readDueNs, readSentNs, STAMP_BYTES, Stamp } from '../../../src/wire/v2/stamp.js';
import { Prng } from '../../support/prng.js';
import { testSeed, withSeed } from '../../support/seed.js';
import { readVectors } from './protocol.js';
import { ID } from './vectors.js';

const MUTATIONS = 500_000;
const KINDS = { Bulk: V2_META.bulk, Datagram: V2_META.datagram, Normal: V2_META.normal } as const;

function frame(header: string, data = ''): Uint8Array {
  return new TextEncoder().encode(`${header.length}\n${data.length}\n${header}${data}`);
}

function faultOf(index: number, meta: string): number {
  const bytes = frame(`{"index":${index},"connection_id":"${ID}","meta":${meta}}`);
  return new V2Reader(ID).read(bytes, 0, bytes.length);
}

describe('a datagram of v2', () => {
  it('is read the same whether its head was learnt or not', () => {
    const packets = fc.tuple(
      fc.constantFrom('Bulk', 'Datagram', 'Normal'),
      fc.oneof(fc.nat({ max: 1200 }), fc.nat()),
      fc.nat({ max: 3 }),
      fc.nat({ max: 40 }),
    );
    fc.assert(
      fc.property(fc.array(packets, { minLength: 1, maxLength: 40 }), (sequence) => {
        const known = new V2Reader(ID);
        for (const [name, number, copy, dataBytes] of sequence) {
          const isDatagram = name === 'Datagram';
          const metas = {
            Bulk: `["Bulk",${copy}]`,
            Datagram: `["Datagram",${number}]`,
            Normal: '["Normal"]',
          };
          const header = `{"index":${isDatagram ? -1 : number},"connection_id":"${ID}","meta":${metas[name]}}`;
          const bytes = frame(header, '%'.repeat(dataBytes));
          const fresh = new V2Reader(ID);
          for (const reader of [known, known, fresh]) {
            assert.equal(reader.read(bytes, 0, bytes.length), FAULT.none);
            const { view } = reader;
            assert.equal(isDatagram ? view.sequence : view.index, number);
            if (!isDatagram) assert.equal(view.copy, name === 'Bulk' ? copy : 0);
            assert.equal(view.kind, KINDS[name]);
            assert.deepEqual([view.dataOff, view.next], [bytes.length - dataBytes, bytes.length]);
            assert.equal(view.connectionId, ID);
          }
        }
      }),
    );
  });

  it('is written the same by a template as field by field, or not at all where there is no room', () => {
    const numbers = fc.oneof(fc.nat({ max: 1200 }), fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER));
    const template = controlTemplate(ID);
    fc.assert(
      fc.property(numbers, fc.uint8Array({ maxLength: 200 }), fc.nat({ max: 9 }), (index, data, off) => {
        const [one, other] = [new Uint8Array(600), new Uint8Array(600)];
        const sizeBytes = encodeV2Packet(one, off, index, ID, null, data);
        assert.equal(template.write(other, off, index, data), sizeBytes);
        assert.deepEqual(other, one);
        assert.equal(template.write(new Uint8Array(off + sizeBytes - 1), off, index, data), -1);
      }),
    );
  });

  it('is never read behind its end, and every truncation is found', () => {
    for (const { bytes, name } of readVectors().values()) {
      if (name.startsWith('v1')) continue;
      const reader = new V2Reader(ID);
      for (let round = 0; round < 2; round++) {
        for (let end = 0; end < bytes.length; end++) {
          assert.equal(reader.read(bytes, 0, end), FAULT.truncated, `${name} cut at ${end}`);
        }
        assert.equal(reader.read(bytes, 0, bytes.length), FAULT.none);
      }
    }
  });

  it('of another connection says so by its id, learnt heads or not', () => {
    const reader = new V2Reader(ID);
    const own = frame(`{"index":4,"connection_id":"${ID}","meta":["Bulk",0]}`, '%%');
    const other = frame(`{"index":4,"connection_id":"${ID.replace('6', '7')}","meta":["Bulk",0]}`, '%%');
    for (const bytes of [own, other, own, other]) {
      assert.equal(reader.read(bytes, 0, bytes.length), FAULT.none);
      assert.equal(reader.view.connectionId === ID, bytes === own);
    }
  });

  it('is refused for a meta that is unknown, mistyped or out of place', () => {
    for (const [index, meta] of [
      [0, '["Ack",1]'],
      [-1, '["Normal"]'],
      [0, '["Resend",0]'],
      [0, '["Resend"]'],
      [-1, '["Resend",1]'],
      [-1, '["Bulk",0]'],
      [0, '["Bulk",-1]'],
      [0, '["Bulk","0"]'],
      [0, '["Bulk",0,0]'],
      [0, '["Datagram",0]'],
      [-1, '["Datagram",-1]'],
      [0, '["Reset"]'],
      [-1, '["Reset",null]'],
      [0, '["Bye","x"]'],
      [-1, '["Bye",1]'],
      [-1, `["Bye","${'x'.repeat(MAX_REASON_LENGTH + 1)}"]`],
      [0, '["Accept",{"version":3,"token":"0123456789abcdef","copy":0}]'],
      [0, '["Accept",{"version":2,"token":"0123456789ABCDEF","copy":0}]'],
      [0, '["Accept",{"version":2,"token":"0123456789abcdef"}]'],
      [1, '["Token","0123456789abcde",0]'],
      [1, '["Token","0123456789abcdef"]'],
      [0, '["Sack",{}]'],
      [0, '[]'],
      [0, '"Normal"'],
    ] as const) {
      assert.equal(faultOf(index, meta), FAULT.badHeader, `${index} ${meta}`);
    }
  });

  it('does not fit into less room than it takes', () => {
    const data = new Uint8Array(5);
    const sizeBytes = encodeV2Packet(new Uint8Array(500), 0, 7, ID, { kind: 'resend', copy: 2 }, data);
    const tight = new Uint8Array(sizeBytes - 1);
    assert.equal(encodeV2Packet(tight, 0, 7, ID, { kind: 'resend', copy: 2 }, data), -1);
    assert.ok(tight.every((byte) => byte === 0));
  });

  const seed = testSeed();
  it(`neither throws nor reads beyond its end when bytes are changed (CONNTEST_SEED=${seed})`, () => {
    withSeed(seed, () => {
      const rand = new Prng(seed);
      const reader = new V2Reader(ID);
      const originals = [...readVectors().values()].map(({ bytes }) => bytes);
      for (let n = 0; n < MUTATIONS; n++) {
        const bytes = rand.pick(originals).slice();
        for (let k = rand.below(3); k >= 0; k--) bytes[rand.below(bytes.length)] = rand.below(256);
        const end = bytes.length - (rand.below(4) === 0 ? rand.below(bytes.length) : 0);
        const fault = reader.read(bytes, 0, end);
        if (fault === FAULT.none)
          assert.ok(reader.view.next <= end && reader.view.dataOff <= reader.view.next);
      }
    });
  });
});

describe('the mark', () => {
  it('is behind an id, and is no id', () => {
    assert.equal(markId('6b1e'), '6b1e+2');
    assert.deepEqual(
      [isMarked('6b1e+2'), isMarked('6b1e'), isMarked('+2'), isMarked('6b1e+2 ')],
      [true, false, false, false],
    );
  });
});

describe('a stamp', () => {
  it('keeps times up to 104 days to the ns', () => {
    const view = new DataView(new ArrayBuffer(STAMP_BYTES + 3));
    const stamp = new Stamp();
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (sentNs, dueNs) => {
        stamp.set(sentNs, dueNs);
        stamp.write(view, 3);
        assert.deepEqual([readSentNs(view, 3), readDueNs(view, 3)], [sentNs, dueNs]);
      }),
    );
  });

  it('is big-endian, sent before due, as docs/protocol.md says', () => {
    const view = new DataView(new ArrayBuffer(STAMP_BYTES));
    const stamp = new Stamp();
    stamp.set(1_500_000_000, 1_250_000_000);
    stamp.write(view, 0);
    const words = [0, 4, 8, 12].map((off) => view.getUint32(off).toString(16).padStart(8, '0'));
    assert.deepEqual(words, ['00000000', '59682f00', '00000000', '4a817c80']);
  });
});
