import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testSeed, withSeed } from '../../support/seed.js';
import { drawPlan, measureTheirListener, type Outcome, serveTheirClient } from './trials.js';

const RUNS = 1000;
const N_PACKETS = 200;

/** All phases complete, and not one datagram more than two originals would need. */
function assertPerfect(
  { begun, completed, lab }: Outcome,
  datagrams: readonly [up: number, down: number],
): void {
  assert.deepEqual({ begun, completed }, { begun: 2, completed: 2 });
  assert.deepEqual([lab.up.counters.sent, lab.down.counters.sent], datagrams);
}

test(`without loss ${RUNS} sessions of our client with an original listener run to their end`, () => {
  const base = testSeed();
  // Up: 6 messages, 200 of data, 10 Acks, and a Ping to begin anew. Down: 2 messages, 200 of data, 10 Acks.
  for (let run = 0; run < RUNS; run++) {
    withSeed(base + run, (seed) => {
      assertPerfect(measureTheirListener(drawPlan(seed, N_PACKETS, {}), 1), [6 + 200 + 10, 2 + 200 + 10]);
    });
  }
});

test(`without loss ${RUNS} sessions of an original client with our listener run to their end`, () => {
  const base = testSeed();
  for (let run = 0; run < RUNS; run++) {
    withSeed(base + run, (seed) => {
      assertPerfect(serveTheirClient(drawPlan(seed, N_PACKETS, {}), 1), [6 + 200 + 10, 2 + 200 + 10]);
    });
  }
});
