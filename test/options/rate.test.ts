import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseRate } from '../../src/options/values/rate.js';
import { assertRefused, given } from './fixture.js';

const ACCEPTED: readonly (readonly [text: string, rateBps: number])[] = [
  ['1000', 1000],
  ['1kbit', 1000],
  ['500k', 500_000],
  ['2.5kbit', 2500],
  ['10mbit', 10_000_000],
  ['10 Mbit', 10_000_000],
  ['10Mbit/s', 10_000_000],
  ['10m', 10_000_000],
  ['0.0015mbit', 1500],
  ['1.5gbit', 1_500_000_000],
  ['1000g', 1e12],
  [' 64kbit ', 64_000],
];

for (const [text, rateBps] of ACCEPTED) {
  test(`the rate '${text}' is ${rateBps} bit/s`, () => {
    assert.equal(parseRate(given(text)), rateBps);
  });
}

const WRITE = 'write e.g. 500kbit, 10mbit, 1.5gbit';
const RANGE = 'out of range; write 1kbit to 1000gbit';

const REFUSED: readonly (readonly [text: string, problem: string])[] = [
  ['', `not a rate; ${WRITE}`],
  ['mbit', `not a rate; ${WRITE}`],
  ['-1', `not a rate; ${WRITE}`],
  ['1e6', `not a rate; ${WRITE}`],
  ['1,5mbit', `not a rate; ${WRITE}`],
  ['9'.repeat(33), `not a rate; ${WRITE}`],
  // Bytes or bits? One of the two readings is off by 8.
  ['5mb', `unknown unit 'mb'; ${WRITE}`],
  ['10mbps', `unknown unit 'mbps'; ${WRITE}`],
  ['10MiB', `unknown unit 'MiB'; ${WRITE}`],
  ['1000.5', `not a whole number of bits a second; ${WRITE}`],
  ['0', RANGE],
  ['999', RANGE],
  ['0.5k', RANGE],
  ['1001gbit', RANGE],
];

for (const [text, problem] of REFUSED) {
  test(`the rate '${text}' is refused: ${problem}`, () => {
    assertRefused(() => parseRate(given(text)), `--it '${text}': ${problem}`);
  });
}

test('a whole number of any unit is exactly that many bits a second', () => {
  const units = fc.constantFrom(['', 1], ['kbit', 1000], ['mbit', 1e6], ['gbit', 1e9]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), units, (count, [unit, factor]) => {
      fc.pre(count * Number(factor) >= 1000);
      assert.equal(parseRate(given(`${count}${unit}`)), count * Number(factor));
    }),
  );
});
