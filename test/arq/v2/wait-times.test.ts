/** What a sender waits for, each made on a simulated path. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BulkPlan } from '../../../src/arq/v2/bulk.js';
import { WAIT, type Wait, WaitTimes } from '../../../src/arq/v2/wait-times.js';
import { Pair, type PairOptions } from './pair.js';
import { BULK } from './transfer.js';

const SECOND_US = 1_000_000;

/** The share of a second of sending, some time after its start, in which this was waited for. */
function shareOf(wait: Wait, options: Omit<PairOptions, 'seed'>, plan: Partial<BulkPlan> = {}): number {
  const pair = new Pair({ seed: 1, ...options });
  pair.open();
  const { engine } = pair.client;
  engine.startBulk(pair.nowUs, { ...BULK, ...plan });
  pair.runFor(SECOND_US);
  const before = engine.waits.us(pair.nowUs, wait);
  pair.runFor(SECOND_US);
  return (engine.waits.us(pair.nowUs, wait) - before) / SECOND_US;
}

const LONG = { delayUs: 10_000 };
const SLOW = { delayUs: 1000, rateBps: 20e6, queueBytes: 50_000 };

test('a sender to a small window waits for it', () => {
  const share = shareOf(WAIT.window, { up: LONG, down: LONG, listener: { windowPackets: 40 } });
  assert.ok(share > 0.8, `${share} of the time`);
});

test('a sender on a slow link waits for its congestion window and pace', () => {
  const share = shareOf(WAIT.congestion, { up: SLOW, down: LONG });
  assert.ok(share > 0.9, `${share} of the time`);
});

test('a sender at a set rate waits for that', () => {
  const share = shareOf(WAIT.rate, { up: LONG, down: LONG }, { rateBps: 5e6 });
  assert.ok(share > 0.9, `${share} of the time`);
});

test('a sender of unreliable data at a set rate waits for that as well', () => {
  const share = shareOf(WAIT.rate, { up: LONG, down: LONG }, { rateBps: 5e6, reliable: false });
  assert.ok(share > 0.9, `${share} of the time`);
});

test('a sender that has sent all that it had waits for more', () => {
  const share = shareOf(WAIT.application, { up: LONG, down: LONG }, { packets: 10 });
  assert.ok(share > 0.99, `${share} of the time`);
});

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
