import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { retryDelayMs } from '../../src/session/backoff.js';

const failures = fc.integer({ min: 1, max: 1_000_000 });
const ms = fc.integer({ min: 1, max: 3_600_000 });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const MIDDLE = 0.5;

describe('the pause before a retry', () => {
  it('is the delay, however often it failed, unless the maximum is above it', () => {
    fc.assert(
      fc.property(failures, ms, ms, (n, delayMs, below) => {
        const maxMs = Math.min(delayMs, below);
        assert.equal(retryDelayMs(n, delayMs, maxMs, MIDDLE), delayMs);
      }),
    );
  });

  it('doubles with each failure up to the maximum, and stays there', () => {
    const delays = [1, 2, 3, 4, 5, 6, 100].map((n) => retryDelayMs(n, 1000, 10_000, MIDDLE));
    assert.deepEqual(delays, [1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
  });

  it('is the plain delay where nothing has failed yet', () => {
    assert.equal(retryDelayMs(0, 1000, 60_000, MIDDLE), 1000);
  });

  it('is at most 10 % off, to either side', () => {
    fc.assert(
      fc.property(failures, ms, ms, random, (n, delayMs, maxMs, drawn) => {
        const middleMs = retryDelayMs(n, delayMs, maxMs, MIDDLE);
        const givenMs = retryDelayMs(n, delayMs, maxMs, drawn);
        assert.ok(Math.abs(givenMs - middleMs) <= 0.1 * middleMs + 0.5, `${givenMs} around ${middleMs}`);
      }),
    );
    assert.equal(retryDelayMs(1, 1000, 1000, 0), 900);
    assert.equal(retryDelayMs(1, 1000, 1000, 1 - 2 ** -53), 1100);
  });

  it('never shrinks with another failure, nor leaves what the two limits allow', () => {
    fc.assert(
      fc.property(failures, ms, ms, random, (n, delayMs, maxMs, drawn) => {
        const givenMs = retryDelayMs(n, delayMs, maxMs, drawn);
        assert.ok(
          givenMs >= Math.floor(0.9 * delayMs) && givenMs <= Math.ceil(1.1 * Math.max(delayMs, maxMs)),
        );
        assert.ok(retryDelayMs(n + 1, delayMs, maxMs, drawn) >= givenMs);
        assert.ok(Number.isInteger(givenMs));
      }),
    );
  });
});
