import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constants, deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { inflateFixed } from '../../src/stats/inflate.js';

const FIXED = { strategy: constants.Z_FIXED };
const out = Buffer.alloc(1 << 12);

/** Bytes as histograms have them: few values, many of them alike, and so matches of all lengths. */
const payloads = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 400 })), { maxLength: 8 })
  .map((runs) => Buffer.concat(runs.map(([byte, count]) => Buffer.alloc(count, byte))));

test('what zlib has deflated with fixed codes comes back', () => {
  const bytes = fc.oneof(payloads, fc.uint8Array({ maxLength: 2000 }));
  fc.assert(
    fc.property(bytes, (payload) => {
      const length = inflateFixed(deflateSync(payload, FIXED), out);
      assert.deepEqual([...out.subarray(0, length)], [...payload]);
    }),
  );
});

test('matches reach back as far as the output does', () => {
  const noise = Buffer.from(Array.from({ length: 2000 }, (_, i) => (i * i * 31 + (i >> 3)) & 0xff));
  const payload = Buffer.concat([noise, noise]);
  const length = inflateFixed(deflateSync(payload, FIXED), out);
  assert.deepEqual(out.subarray(0, length), payload);
});

test('a broken stream is turned down, or is what zlib makes of it', () => {
  const cases = fc.tuple(payloads, fc.nat(), fc.integer({ min: 0, max: 255 }), fc.nat());
  fc.assert(
    fc.property(cases, ([payload, at, byte, cut]) => {
      const broken = deflateSync(payload, FIXED);
      broken[at % broken.length] = byte;
      const stream = broken.subarray(0, broken.length - (cut % 6));
      const length = inflateFixed(stream, out);
      if (length !== -1) assert.deepEqual(inflateSync(stream), out.subarray(0, length));
    }),
    { numRuns: 2000 },
  );
});

test('stored and dynamic blocks, and more than there is room for, are left to others', () => {
  const payload = Buffer.from('abcabcabdabcabe'.repeat(40));
  assert.equal(inflateFixed(deflateSync(payload, { level: 0 }), out), -1);
  const text = Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 7919) % 23));
  assert.equal(inflateFixed(deflateSync(text), out), -1);
  assert.equal(inflateFixed(deflateSync(Buffer.alloc(5000), FIXED), out), -1);
  assert.equal(inflateFixed(new Uint8Array(0), out), -1);
});
