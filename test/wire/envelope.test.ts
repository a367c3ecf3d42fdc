import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { IdMark, readEnvelope } from '../../src/wire/envelope.js';
import { encodeV2Packet } from '../../src/wire/v2/datagram.js';
import { V2_META, type V2Meta } from '../../src/wire/v2/meta.js';
import { Prng } from '../support/prng.js';
import { testSeed, withSeed } from '../support/seed.js';
import { mutate } from './mutate.js';

const ID = '6b1e9d3c-5f0e-4d9b-9a54-1c2a7f3d8e10';
const MARKED = `${ID}+2`;
const MUTATIONS = 60_000;
const encoder = new TextEncoder();

function bears(bytes: Uint8Array, id: string): boolean {
  return new IdMark(id).standsIn(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length);
}

function frame(header: string, data = ''): Uint8Array {
  return encoder.encode(`${encoder.encode(header).length}\n${data.length}\n${header}${data}`);
}

function canonical(index: number, id: string, meta: string, data = ''): Uint8Array {
  return frame(`{"index":${index},"connection_id":${JSON.stringify(id)},"meta":${meta}}`, data);
}

const METAS: readonly (readonly [index: number, meta: V2Meta | null])[] = [
  [0, null],
  [7, null],
  [2, { kind: 'resend', copy: 3 }],
  [0, { kind: 'accept', token: '0123456789abcdef', copy: 0 }],
  [1, { kind: 'token', token: '0123456789abcdef', copy: 2 }],
  [-1, { kind: 'bye', reason: 'done' }],
  [-1, { kind: 'reset' }],
];

describe('the envelope of a datagram', () => {
  it('names connection, kind and index of each packet of v2', () => {
    for (const [index, meta] of METAS) {
      const out = new Uint8Array(500);
      const bytes = out.subarray(0, encodeV2Packet(out, 0, index, MARKED, meta, new Uint8Array(0)));
      const kind = V2_META[meta?.kind ?? 'normal'];
      assert.deepEqual(readEnvelope(bytes), { connectionId: MARKED, kind, index });
    }
    for (const [name, index] of [
      ['bulk', 9],
      ['datagram', -1],
    ] as const) {
      const meta = name === 'bulk' ? '["Bulk",0]' : '["Datagram",5]';
      const envelope = readEnvelope(canonical(index, MARKED, meta, '%'.repeat(100)));
      assert.deepEqual(envelope, { connectionId: MARKED, kind: V2_META[name], index });
    }
  });

  it('of v1 tells Normal packets, and that others are none', () => {
    assert.deepEqual(readEnvelope(canonical(0, ID, '["Normal"]')), {
      connectionId: ID,
      kind: V2_META.normal,
      index: 0,
    });
    const ack = readEnvelope(canonical(-1, ID, '["Ack",19]'));
    assert.deepEqual([ack?.connectionId, ack?.index], [ID, -1]);
    assert.notEqual(ack?.kind, V2_META.normal);
  });

  it('is null for v2`s metas under an id without the mark, and for what is no packet', () => {
    for (const bytes of [
      canonical(-1, ID, '["Reset"]'),
      canonical(3, ID, '["Bulk",0]', '%%'),
      canonical(0, MARKED, '["Nonsense"]'),
      canonical(0, MARKED, '["Normal"]', 'data').subarray(0, -1),
      new Uint8Array(0),
      encoder.encode('%'.repeat(1400)),
    ]) {
      assert.equal(readEnvelope(bytes), null);
    }
  });

  it('is read in any order of fields and with any white space; the quick look then passes', () => {
    const bytes = frame(` {"meta" : ["Normal"],\t"connection_id":"${MARKED}","index" : 4}`);
    assert.deepEqual(readEnvelope(bytes), { connectionId: MARKED, kind: V2_META.normal, index: 4 });
    assert.equal(bears(bytes, MARKED), false);
  });
});

describe('the quick look for an id', () => {
  const ids = fc.oneof(
    fc.uuid(),
    fc.uuid().map((uuid) => `${uuid}+2`),
    // A DEL in front of a character above U+FFFF may be read as a NaN, which is like nothing.
    fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }).filter((id) => !id.includes('\x7f')),
  );
  const metas = fc.constantFrom(
    '["Normal"]',
    '["Ack",19]',
    '["Resend",1]',
    '["Bulk",0]',
    '["Datagram",17]',
    '["Reset"]',
  );

  it('says what the whole header says, of all canonical packets', () => {
    fc.assert(
      fc.property(
        ids,
        ids,
        fc.integer({ min: 0, max: 2 ** 53 - 1 }),
        metas,
        fc.nat(100),
        (id, other, n, meta, size) => {
          const index = /Normal|Resend|Bulk/.test(meta) ? n : -1;
          const bytes = canonical(index, id, meta, '%'.repeat(meta.includes('Reset') ? 0 : size));
          assert.equal(bears(bytes, id), true);
          assert.equal(bears(bytes, other), id === other);
          const envelope = readEnvelope(bytes);
          if (envelope !== null) assert.deepEqual([envelope.connectionId, envelope.index], [id, index]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('is not taken in by an id that only begins like it, or stands in the data', () => {
    assert.equal(bears(canonical(1, MARKED, '["Normal"]'), ID), false);
    assert.equal(bears(canonical(1, ID, '["Normal"]'), MARKED), false);
    const inData = canonical(1, 'x', '["Normal"]', Buffer.from(canonical(1, ID, '["Normal"]')).toString());
    assert.equal(bears(inData, ID), false);
  });

  it('neither throws nor contradicts the header, whatever comes', () => {
    withSeed(testSeed(), (seed) => {
      const prng = new Prng(seed);
      const packets = [
        canonical(10, MARKED, '["Normal"]', '["Latency",["Ping"]]'),
        canonical(-1, MARKED, '["Datagram",3]', '%'.repeat(20)),
        canonical(-1, ID, '["Ack",19]'),
        canonical(0, MARKED, '["Token","0123456789abcdef",0]'),
      ];
      for (let n = 0; n < MUTATIONS; n++) {
        const bytes = mutate(prng.pick(packets), prng);
        const envelope = readEnvelope(bytes);
        for (const id of [ID, MARKED]) {
          const isIts = bears(bytes, id);
          if (isIts && envelope !== null)
            assert.equal(envelope.connectionId, id, Buffer.from(bytes).toString());
        }
      }
    });
  });
});
