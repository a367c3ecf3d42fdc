import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { lineChars, narrowed } from '../../src/report/print/narrow.js';

const LATENCY = '    latency      min 238 us     mean 2.07 ms   p50 238 us     p90 3.90 ms';
const SENTENCE = 'Latency is half the round trip, as the original conntest defines it.';

test('what has room stays as it is, and so does all that goes to no terminal', () => {
  assert.deepEqual(narrowed([LATENCY, '', SENTENCE], 80), [LATENCY, '', SENTENCE]);
  assert.deepEqual(narrowed([LATENCY], null), [LATENCY]);
  assert.deepEqual(narrowed([LATENCY], 0), [LATENCY], 'a terminal that does not say');
  assert.deepEqual(
    [lineChars(null), lineChars(0), lineChars(60), lineChars(7)],
    [Infinity, Infinity, 60, 40],
  );
});

test('figures are not torn apart, and stand below each other', () => {
  assert.deepEqual(narrowed([LATENCY], 60), [
    '    latency      min 238 us     mean 2.07 ms   p50 238 us',
    '                 p90 3.90 ms',
  ]);
  assert.deepEqual(narrowed([LATENCY], 50), [
    '    latency      min 238 us     mean 2.07 ms',
    '                 p50 238 us     p90 3.90 ms',
  ]);
});

test('sentences are broken between words, and below their beginning', () => {
  const limit = "      limit      the receiver's CPU: the peer's window held data back 66% of the time";
  assert.deepEqual(narrowed([limit, SENTENCE], 60), [
    "      limit      the receiver's CPU: the peer's window held",
    '                 data back 66% of the time',
    'Latency is half the round trip, as the original conntest',
    'defines it.',
  ]);
});

test('a field keeps to 80 columns in a wider terminal and without one, and is broken once', () => {
  const system =
    '    system       round trip 917 us, +-877 us, least 1.00 us, 0 segments sent again, congestion window 4.32 MB';
  const [first, second] = [
    '    system       round trip 917 us, +-877 us, least 1.00 us, 0 segments sent',
    '                 again, congestion window 4.32 MB',
  ];
  for (const columns of [null, 200, 80]) assert.deepEqual(narrowed([system], columns), [first, second]);
  assert.deepEqual(narrowed([system], 60), [
    '    system       round trip 917 us, +-877 us, least 1.00 us,',
    '                 0 segments sent again, congestion window',
    '                 4.32 MB',
  ]);
});

test('a rule is cut, colours take no room, and what has no blank is left to the terminal', () => {
  const rule = `== Summary: \u001b[36msender\u001b[39m, 00:03 ${'='.repeat(54)}`;
  const [cut] = narrowed([rule], 60);
  assert.equal(stripVTControlCharacters(cut!).length, 60);
  const painted = `\u001b[2m${SENTENCE}\u001b[22m`;
  assert.deepEqual(narrowed([painted], 80), [painted]);
  assert.deepEqual(
    narrowed([painted], 60).map((line) => stripVTControlCharacters(line)),
    ['Latency is half the round trip, as the original conntest', 'defines it.'],
  );
  const word = 'x'.repeat(70);
  assert.deepEqual(narrowed([word], 60), [word]);
});
