import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FAULT } from '../../src/wire/errors.js';
import { decodeHeader, encodeHeader, HeaderView, META, type MetaKind } from '../../src/wire/header.js';
import { MAX_ID_LENGTH } from '../../src/wire/limits.js';
import { Prng } from '../support/prng.js';
import { looseJson } from './loose.js';
import { fromBytes, type NaiveHeader, naiveHeader, toBytes, utf8 } from './naive.js';

const ID = '6b1e9d3c-5f0e-4d9b-9a54-1c2a7f3d8e10';
const NORMAL = `{"index":7,"connection_id":"${ID}","meta":["Normal"]}`;

const REFUSED = [
  '',
  '{}',
  '[]',
  'null',
  `{"index":7,"connection_id":"${ID}"}`,
  `{"index":7,"meta":["Normal"]}`,
  `{"connection_id":"${ID}","meta":["Normal"]}`,
  `{"index":7,"connection_id":"${ID}","meta":["Normal"],"ttl":1}`,
  `{"index":"7","connection_id":"${ID}","meta":["Normal"]}`,
  `{"index":7.0,"connection_id":"${ID}","meta":["Normal"]}`,
  `{"index":7e0,"connection_id":"${ID}","meta":["Normal"]}`,
  `{"index":07,"connection_id":"${ID}","meta":["Normal"]}`,
  `{"index":+7,"connection_id":"${ID}","meta":["Normal"]}`,
  `{"index":,"connection_id":"${ID}","meta":["Normal"]}`,
  `{"index":9007199254740992,"connection_id":"${ID}","meta":["Normal"]}`,
  `{"index":7,"connection_id":1,"meta":["Normal"]}`,
  `{"index":7,"connection_id":"\xff","meta":["Normal"]}`,
  `{"index":7,"connection_id":"${'x'.repeat(MAX_ID_LENGTH + 1)}","meta":["Normal"]}`,
  `{"index":7,"connection_id":"${ID}","meta":"Normal"}`,
  `{"index":7,"connection_id":"${ID}","meta":[]}`,
  `{"index":7,"connection_id":"${ID}","meta":["Normal",1]}`,
  `{"index":7,"connection_id":"${ID}","meta":["Sack"]}`,
  `{"index":7,"connection_id":"${ID}","meta":["Ack"]}`,
  `{"index":7,"connection_id":"${ID}","meta":["Ack","7"]}`,
  `{"index":7,"connection_id":"${ID}","meta":["Ack",7.0]}`,
  `{"index":7,"connection_id":"${ID}","meta":["Ack",7,8]}`,
  `{"index":7,"connection_id":"${ID}","meta":["Normal"]} x`,
  '{"index":'.repeat(400),
];

function decode(bytes: string, view = new HeaderView()): NaiveHeader | null {
  const padded = toBytes(`##${bytes}##`);
  return decodeHeader(padded, 2, 2 + bytes.length, view) === FAULT.none ? headerOf(view) : null;
}

function headerOf(view: HeaderView): NaiveHeader {
  const metas = { 0: ['Normal'], 1: ['Ack', view.ackIndex], 2: ['Resend_ack'] } as const;
  return { index: view.index, connectionId: view.connectionId, meta: metas[view.metaKind] };
}

const integers = fc.oneof(fc.integer(), fc.maxSafeInteger());
const metas = fc.oneof(
  fc.constant([META.normal, 0] as const),
  fc.tuple(fc.constant(META.ack), integers),
  fc.constant([META.resendAck, 0] as const),
);
const ids = fc.oneof(fc.uuid(), fc.string({ unit: 'binary', maxLength: 40 }));

function encode(index: number, id: string, meta: readonly [MetaKind, number]): string {
  return fromBytes(encodeHeader(index, id, meta[0], meta[1]));
}

describe('headers', () => {
  it('writes canonical bytes', () => {
    assert.equal(encode(7, ID, [META.normal, 0]), NORMAL);
    assert.equal(encode(-1, ID, [META.ack, 19]), `{"index":-1,"connection_id":"${ID}","meta":["Ack",19]}`);
    assert.equal(
      encode(3, ID, [META.resendAck, 0]),
      `{"index":3,"connection_id":"${ID}","meta":["Resend_ack"]}`,
    );
    assert.equal(encode(0, ID, [META.normal, 0]).length, 84);
  });

  for (const bytes of REFUSED) {
    it(`refuses ${JSON.stringify(bytes.slice(0, 100))}`, () => {
      assert.equal(naiveHeader(bytes), null);
      assert.equal(decode(bytes), null);
      const accustomed = new HeaderView();
      decode(NORMAL, accustomed);
      assert.equal(decode(bytes, accustomed), null);
      assert.deepEqual(headerOf(accustomed), naiveHeader(NORMAL), 'the view keeps the last good header');
    });
  }

  it('follows the id from header to header', () => {
    const view = new HeaderView();
    for (const id of [ID, ID, 'other', '', '', ID]) {
      const header = { index: 12, connectionId: id, meta: ['Normal'] };
      assert.deepEqual(decode(encode(12, id, [META.normal, 0]), view), header);
    }
  });

  it('forgets the Ack of the header before', () => {
    const view = new HeaderView();
    decode(NORMAL, view);
    decode(encode(-1, ID, [META.ack, 19]), view);
    assert.equal(view.ackIndex, 19);
    decode(NORMAL, view);
    assert.deepEqual([view.metaKind, view.ackIndex, view.index], [META.normal, 0, 7]);
  });

  it('reads back every header that it writes, whatever header came before', () => {
    const view = new HeaderView();
    fc.assert(
      fc.property(integers, ids, metas, (index, id, meta) => {
        const bytes = encode(index, id, meta);
        const expected = naiveHeader(bytes);
        assert.equal(expected?.index, index);
        assert.equal(expected?.connectionId, id);
        assert.deepEqual(decode(bytes, view), expected);
        assert.deepEqual(decode(bytes, view), expected);
      }),
    );
  });

  it('reads any order of fields and any white space', () => {
    fc.assert(
      fc.property(integers, ids, metas, fc.integer(), (index, id, meta, seed) => {
        const value: unknown = JSON.parse(Buffer.from(encodeHeader(index, id, meta[0], meta[1])).toString());
        const bytes = utf8(looseJson(value, new Prng(seed)));
        assert.deepEqual(decode(bytes), naiveHeader(encode(index, id, meta)));
        assert.deepEqual(naiveHeader(bytes), naiveHeader(encode(index, id, meta)));
      }),
    );
  });
});
