import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../src/options/values/duration.js';
import { assertRefused, given } from './fixture.js';

const MOST_MS = 24 * 24 * 3_600_000;

const ACCEPTED: readonly (readonly [text: string, durationMs: number])[] = [
  ['10', 10_000],
  ['0.25', 250],
  ['300ms', 300],
  ['10s', 10_000],
  ['10S', 10_000],
  ['1.5s', 1500],
  ['1m30s', 90_000],
  ['1h', 3_600_000],
  ['2h', 7_200_000],
  ['1h1ms', 3_600_001],
  ['1h2m3s4ms', 3_723_004],
  ['1.5m', 90_000],
  ['0.001s', 1],
  ['90m', 5_400_000],
  ['576h', MOST_MS],
  [' 5s ', 5000],
];

for (const [text, durationMs] of ACCEPTED) {
  test(`the duration '${text}' is ${durationMs} ms`, () => {
    assert.equal(parseDuration(given(text), 1), durationMs);
  });
}

const WRITE = 'write e.g. 10 (seconds), 300ms, 1.5s, 1m30s';
const UNITS = 'the units are h, m, s and ms';

const REFUSED: readonly (readonly [text: string, problem: string])[] = [
  ['', `not a duration; ${WRITE}`],
  ['s', `not a duration; ${WRITE}`],
  ['-5s', `not a duration; ${WRITE}`],
  ['soon', `not a duration; ${WRITE}`],
  ['1'.repeat(33), `not a duration; ${WRITE}`],
  ['1.2.3', `'1.2.3' is not a number; ${WRITE}`],
  ['1.s', `'1.' is not a number; ${WRITE}`],
  ['5x', `unknown unit 'x'; ${UNITS}`],
  ['5sec', `unknown unit 'sec'; ${UNITS}`],
  ['1 m', `unknown unit ' m'; ${UNITS}`],
  ['1m30', `'30' has no unit; ${UNITS}`],
  ['30s1m', `units go from large to small; ${WRITE}`],
  ['1s1s', `units go from large to small; ${WRITE}`],
  ['1.5ms', `not a whole number of milliseconds; ${WRITE}`],
  ['0', 'too short; the least is 1ms'],
  ['577h', 'too long; the most is 576h'],
];

for (const [text, problem] of REFUSED) {
  test(`the duration '${text}' is refused: ${problem}`, () => {
    assertRefused(() => parseDuration(given(text), 1), `--it '${text}': ${problem}`);
  });
}

test('a duration outside the range of its option is told the nearest that would do', () => {
  assertRefused(
    () => parseDuration(given('99ms'), 100, 90_000),
    "--it '99ms': too short; the least is 100ms",
  );
  assertRefused(() => parseDuration(given('91'), 100, 90_000), "--it '91': too long; the most is 1m30s");
});

test('the longest duration is one that a timer holds', () => {
  assert.ok(MOST_MS < 2 ** 31);
});

test('every duration reads back from its own spelling', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: MOST_MS }), (durationMs) => {
      assert.equal(parseDuration(given(formatDuration(durationMs)), 1), durationMs);
    }),
  );
});

test('a bare number is seconds, to the millisecond', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000_000_000 }), (durationMs) => {
      const text = `${Math.floor(durationMs / 1000)}.${String(durationMs % 1000).padStart(3, '0')}`;
      assert.equal(parseDuration(given(text), 1), durationMs);
    }),
  );
});

test('no duration at all is spelt 0s', () => {
  assert.equal(formatDuration(0), '0s');
});
