import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_PROBE_US, MIN_PROBE_US } from '../../../src/arq/v1/limits.js';
import { ProbeTimer } from '../../../src/arq/v1/probe-timer.js';

test('before the first round trip a probe waits for 0.3 s, then twice as long each time, up to 1 s', () => {
  const timer = new ProbeTimer();
  assert.deepEqual(
    [0, 1, 2, 50].map((fruitless) => timer.waitUs(fruitless, 0)),
    [300_000, 600_000, MAX_PROBE_US, MAX_PROBE_US],
  );
});

test('a probe waits for the smoothed round trip and four times its variation, as RFC 6298 has it', () => {
  const timer = new ProbeTimer();
  timer.handleSample(100_000);
  assert.equal(timer.waitUs(0, 0), 100_000 + 4 * 50_000);
  timer.handleSample(140_000);
  // rttvar = 3/4 * 50 + 1/4 * 40 ms, srtt = 7/8 * 100 + 1/8 * 140 ms
  assert.equal(timer.waitUs(0, 0), 105_000 + 4 * 47_500);
  assert.equal(timer.minRttUs, 100_000);
});

test('on the shortest of paths a probe still waits for the least time', () => {
  const timer = new ProbeTimer();
  for (let i = 0; i < 50; i++) timer.handleSample(20);
  assert.equal(timer.waitUs(0, 0), MIN_PROBE_US);
});

test('data under way is given its time: that of 1 Mbit/s at first, then what the path showed', () => {
  const timer = new ProbeTimer();
  for (let i = 0; i < 50; i++) timer.handleSample(20);
  assert.equal(timer.waitUs(0, 45_000), MIN_PROBE_US + 45_000 * 8);
  for (let i = 0; i < 50; i++) timer.handleDelivered(30_000, 3000);
  assert.ok(Math.abs(timer.waitUs(0, 45_000) - MIN_PROBE_US - 4500) < 10);
  timer.handleDelivered(0, 1e9);
  timer.handleDelivered(1, 1e9);
  assert.ok(timer.waitUs(0, 45_000) < MIN_PROBE_US + 45_000 * 8);
});
