import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { deal } from '../../src/session/deal.js';

const total = fc.integer({ min: 0, max: 20_000 });
const parts = fc.integer({ min: 1, max: 64 });
const offset = fc.integer({ min: 0, max: 1000 });

function sum(shares: readonly number[]): number {
  return shares.reduce((a, b) => a + b, 0);
}

describe('dealing', () => {
  it('keeps the sum, and gives no part more than one above another', () => {
    fc.assert(
      fc.property(total, parts, offset, (given, n, from) => {
        const shares = deal(given, n, from);
        assert.equal(shares.length, n);
        assert.equal(sum(shares), given);
        assert.ok(Math.max(...shares) - Math.min(...shares) <= 1, String(shares));
      }),
    );
  });

  it('starts with the part that the offset names', () => {
    assert.deepEqual(deal(1, 4, 2), [0, 0, 1, 0]);
    assert.deepEqual(deal(7, 4, 3), [2, 2, 1, 2]);
    assert.deepEqual(deal(3, 2), [2, 1]);
  });

  it('is fair over many small totals, when each starts where the one before it ended', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 }), parts, (totals, n) => {
        const sums = new Array<number>(n).fill(0);
        let dealt = 0;
        for (const given of totals) {
          for (const [part, share] of deal(given, n, dealt).entries()) sums[part]! += share;
          dealt += given;
        }
        assert.ok(Math.max(...sums) - Math.min(...sums) <= 1, String(sums));
      }),
    );
  });
});
