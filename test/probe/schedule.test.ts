import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Schedule } from '../../src/probe/schedule.js';

const ALL = { first: 0, step: 1, total: 10, parallel: 100, ratePerS: null };

function takeAll(schedule: Schedule, nowUs: number): number[] {
  const taken: number[] = [];
  for (let index = schedule.take(nowUs); index >= 0; index = schedule.take(nowUs)) taken.push(index);
  return taken;
}

test('a thread takes every step-th probe from its first on', () => {
  assert.deepEqual(takeAll(new Schedule({ ...ALL, first: 1, step: 3 }, 0), 0), [1, 4, 7]);
});

test('no more than the allowed number are under way at once', () => {
  const schedule = new Schedule({ ...ALL, parallel: 4 }, 0);
  assert.deepEqual(takeAll(schedule, 0), [0, 1, 2, 3]);
  assert.equal(schedule.pollTimeout(), Number.POSITIVE_INFINITY);
  schedule.handleDone();
  assert.deepEqual(takeAll(schedule, 0), [4]);
});

test('retries come behind all first tries, and it is done only after them', () => {
  const schedule = new Schedule({ ...ALL, total: 3, parallel: 1 }, 0);
  assert.equal(schedule.take(0), 0);
  schedule.handleRetry(0);
  const later: number[] = [];
  for (let i = 0; i < 3; i++) {
    assert.equal(schedule.isDone, false);
    later.push(schedule.take(0));
    schedule.handleDone();
  }
  assert.deepEqual(later, [1, 2, 0]);
  assert.equal(schedule.isDone, true);
});

test('the rate is kept from the first try on, and says when the next is due', () => {
  const schedule = new Schedule({ ...ALL, ratePerS: 100 }, 5000);
  assert.deepEqual(takeAll(schedule, 5000), [0]);
  assert.equal(schedule.pollTimeout(), 15_000);
  assert.equal(schedule.take(14_999), -1);
  assert.deepEqual(takeAll(schedule, 15_000), [1]);
});

test('whoever comes late catches up on 20 ms of the rate, and no more', () => {
  const schedule = new Schedule({ ...ALL, total: 1000, ratePerS: 1000 }, 0);
  assert.equal(takeAll(schedule, 10_000_000).length, 21);
});

test('every probe is taken exactly once by exactly one of the threads, whatever their number', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1, max: 9 }), (total, step) => {
      const shares = Array.from({ length: step }, (_, first) =>
        takeAll(new Schedule({ first, step, total, parallel: 1000, ratePerS: null }, 0), 0),
      );
      const all = shares.flat().sort((a, b) => a - b);
      assert.deepEqual(
        all,
        Array.from({ length: total }, (_, i) => i),
      );
    }),
  );
});
