import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WAIT, WaitTimes } from '../../../src/arq/v2/wait-times.js';

test('time is counted for what was waited for, the running wait included', () => {
  const waits = new WaitTimes(1000);
  waits.note(1500, WAIT.none);
  waits.note(1600, WAIT.window);
  waits.note(4600, WAIT.rate);
  assert.equal(waits.us(4700, WAIT.application), 500);
  assert.equal(waits.us(4700, WAIT.none), 100);
  assert.equal(waits.us(4700, WAIT.window), 3000);
  assert.equal(waits.us(4700, WAIT.rate), 100);
  assert.equal(waits.us(4700, WAIT.congestion), 0);
});

test('a clock that was read out of order adds nothing', () => {
  const waits = new WaitTimes(1000);
  waits.note(900, WAIT.rate);
  assert.equal(waits.us(900, WAIT.application), 0);
});
