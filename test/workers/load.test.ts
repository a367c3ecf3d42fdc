import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nowUs } from '../../src/io/clock.js';
import { Load } from '../../workers/load.js';

const TICK_US = 50_000;

test('a tick that comes in time says how busy the thread was, and no more', () => {
  const startUs = nowUs();
  const load = new Load(startUs, TICK_US);
  load.tick(startUs + TICK_US); // what was done before this test
  const busyUs = load.busyUs;
  const share = load.tick(startUs + 2 * TICK_US + 5000);
  assert.ok(share >= 0 && share < 0.9, `${share}`);
  assert.ok(load.busyUs - busyUs < TICK_US);
});

test('a tick that comes late has met a process that was stopped: it counts as busy', () => {
  const startUs = nowUs();
  const load = new Load(startUs, TICK_US);
  load.tick(startUs + TICK_US);
  const busyUs = load.busyUs;
  const share = load.tick(startUs + 11 * TICK_US);
  assert.ok(share >= 0.9 && share <= 1, `${share}`);
  assert.ok(load.busyUs - busyUs >= 9 * TICK_US - 1);
});

test('work is busy time, and looking for datagrams that have not come is none', () => {
  const load = new Load(nowUs(), TICK_US);
  const before = load.busyUs;
  const endUs = nowUs() + 20_000;
  while (nowUs() < endUs);
  const workedUs = load.busyUs - before;
  assert.ok(workedUs >= 15_000, `${workedUs} us`);
  load.noteIdle(workedUs);
  assert.ok(load.busyUs - before < 15_000);
});
