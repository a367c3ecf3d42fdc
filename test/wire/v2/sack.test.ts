import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FAULT } from '../../../src/wire/errors.js';
import { encodeV2Packet, V2Reader } from '../../../src/wire/v2/datagram.js';
import type { Sack } from '../../../src/wire/v2/meta.js';
import { MAX_SACK_RANGES, SackCodec, SackView } from '../../../src/wire/v2/sack.js';
import { ID } from './vectors.js';

const NO_DATA = new Uint8Array(0);

/** Legal ones: gaps and lengths, dealt out from the top. */
const sacks: fc.Arbitrary<Sack> = fc
  .tuple(
    fc.nat({ max: 2 ** 40 }),
    fc.tuple(fc.nat(), fc.nat({ max: 9 })),
    fc.nat(),
    fc.nat({ max: 16_384 }),
    fc.array(fc.tuple(fc.integer({ min: 2, max: 50 }), fc.nat({ max: 50 })), { maxLength: MAX_SACK_RANGES }),
  )
  .map(([next, last, delayUs, window, steps]) => {
    let at = 0;
    const ranges = steps.map(([gap, length]) => {
      const from = at + gap;
      at = from + length;
      return [from, at] as const;
    });
    return { next, last, delayUs, window, ranges: ranges.reverse() };
  });

function toObject(view: SackView): Sack {
  const ranges = Array.from(
    { length: view.nRanges },
    (_, i) => [view.from[i]! - view.next, view.to[i]! - view.next] as const,
  );
  const last = [view.lastIndex, view.lastCopy] as const;
  return { next: view.next, last, delayUs: view.delayUs, window: view.window, ranges };
}

function encode(sack: Sack): Uint8Array {
  const out = new Uint8Array(4096);
  return out.subarray(0, encodeV2Packet(out, 0, -1, ID, { kind: 'sack', sack }, NO_DATA));
}

function faultOf(json: string): number {
  const header = `{"index":-1,"connection_id":"${ID}","meta":["Sack",${json}]}`;
  const bytes = new TextEncoder().encode(`${header.length}\n0\n${header}`);
  return new V2Reader(ID).read(bytes, 0, bytes.length);
}

describe('a Sack', () => {
  it('comes back from its bytes, and is written as JSON writes it', () => {
    const codec = new SackCodec(ID);
    const out = new Uint8Array(4096);
    fc.assert(
      fc.property(sacks, (sack) => {
        const bytes = encode(sack);
        const reader = new V2Reader(ID);
        assert.equal(reader.read(bytes, 0, bytes.length), FAULT.none);
        assert.deepEqual(toObject(reader.view.sack), sack);
        const sizeBytes = codec.write(out, 3, reader.view.sack);
        assert.deepEqual(out.subarray(3, 3 + sizeBytes), bytes);
      }),
    );
  });

  it('is read in any order of fields and with white space', () => {
    fc.assert(
      fc.property(sacks, fc.integer({ min: 0, max: 4 }), ({ next, last, delayUs, window, ranges }, turn) => {
        const fields = Object.entries({ next, last, delay_us: delayUs, window, ranges });
        const turned = Object.fromEntries([...fields.slice(turn), ...fields.slice(0, turn)]);
        const header = JSON.stringify({ meta: ['Sack', turned], connection_id: ID, index: -1 }, null, 1);
        const bytes = new TextEncoder().encode(`${header.length}\n0\n${header}`);
        const reader = new V2Reader(ID);
        const isTooLong = header.length > 4096;
        assert.equal(reader.read(bytes, 0, bytes.length), isTooLong ? FAULT.headerTooLong : FAULT.none);
        if (!isTooLong) assert.deepEqual(toObject(reader.view.sack), { next, last, delayUs, window, ranges });
      }),
    );
  });

  it('says by -1 that it does not fit, and writes nothing', () => {
    const view = new SackView();
    const bytes = encode(toObject(view));
    const tight = new Uint8Array(bytes.length);
    assert.equal(new SackCodec(ID).write(tight, 1, view), -1);
    assert.ok(tight.every((byte) => byte === 0));
    assert.equal(new SackCodec(ID).write(tight, 0, view), bytes.length);
  });

  it('stays below 1,200 bytes with every range and large indices', () => {
    const ranges = Array.from(
      { length: MAX_SACK_RANGES },
      (_, i) => [16_384 - 2 * i, 16_384 - 2 * i] as const,
    );
    const sack = { next: 10 ** 12, last: [10 ** 12, 1], delayUs: 5000, window: 16_384, ranges } as const;
    assert.ok(encode(sack).length < 1200);
  });

  it('is refused when its ranges overlap, touch, ascend or cover next, and when a field is missing or mistyped', () => {
    const rest = '"last":[0,0],"delay_us":0,"window":1';
    assert.equal(faultOf(`{"next":5,${rest},"ranges":[[4,6],[1,2]]}`), FAULT.none);
    for (const ranges of [
      '[[4,6],[1,3]]',
      '[[4,6],[1,5]]',
      '[[1,2],[4,6]]',
      '[[0,2]]',
      '[[3,2]]',
      '[[1]]',
      '[1]',
      '{}',
    ]) {
      assert.equal(faultOf(`{"next":5,${rest},"ranges":${ranges}}`), FAULT.badHeader, ranges);
    }
    for (const json of [
      `{"next":-1,${rest},"ranges":[]}`,
      `{"next":1.0,${rest},"ranges":[]}`,
      `{"next":05,${rest},"ranges":[]}`,
      `{${rest},"ranges":[]}`,
      `{"next":5,${rest},"ranges":[],"more":1}`,
      `{"next":5,${rest},"ranges":[${'[9,9],'.repeat(MAX_SACK_RANGES)}[9,9]]}`,
      'null',
    ]) {
      assert.equal(faultOf(json), FAULT.badHeader, json);
    }
  });
});
