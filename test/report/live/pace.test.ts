import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pace } from '../../../src/report/live/pace.js';
import { Rates } from '../../../src/report/live/rates.js';
import { peer, runSnapshot } from '../fixture.js';

/** Figures that take 20 ms to collect, as those of a thousand rows do, and how often they were. */
function slowFigures() {
  const state = { nowMs: 0, collected: 0 };
  const pace = new Pace(
    () => {},
    1000,
    () => state.nowMs,
  );
  const collect = () => {
    state.collected++;
    state.nowMs += 20;
  };
  return { state, pace, ask: () => pace.collect(collect) };
}

test('collecting figures takes at most a sixtieth of the time', () => {
  const { state, ask } = slowFigures();
  // The first ones are not spared: a run begins with what one wants to see.
  for (; state.nowMs < 5000; state.nowMs += 100) ask();
  assert.equal(state.collected, 5);
  const startMs = state.nowMs;
  for (; state.nowMs < startMs + 60_000; state.nowMs += 100) ask();
  const share = ((state.collected - 5) * 20) / 60_000;
  assert.ok(share > 0.014 && share <= 0.017, `${share}`);
});

test('where an interval brings figures, slow ones are not collected in between', () => {
  const { state, pace, ask } = slowFigures();
  ask();
  for (; state.nowMs < 60_000; state.nowMs += 100) {
    if (state.nowMs % 1000 < 100) pace.handleCollected();
    ask();
  }
  assert.equal(state.collected, 1);
});

test('the course of a rate is that of the last sixty intervals, and of rows that are still there', () => {
  const rates = new Rates();
  const intervals = Array.from({ length: 250 }, (_, index) => index);
  for (const index of intervals) {
    const up = { ...peer().up, rateBps: index };
    rates.handleSnapshot(runSnapshot(index, { clients: [peer({ up })] }));
    const expected = intervals.slice(Math.max(0, index - 59), index + 1);
    assert.deepEqual(rates.of('client 0').up, expected);
  }
  rates.handleSnapshot(runSnapshot(250, {}));
  assert.deepEqual(rates.of('client 0').up, []);
});
