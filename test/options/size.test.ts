import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatSize, parseSize } from '../../src/options/values/size.js';
import { assertRefused, given } from './fixture.js';

const RANGE = { minBytes: 1, maxBytes: 1e15 };

const ACCEPTED: readonly (readonly [text: string, sizeBytes: number])[] = [
  ['1400', 1400],
  ['1400b', 1400],
  ['128kb', 128_000],
  ['128K', 128_000],
  ['128 kB', 128_000],
  ['5mb', 5_000_000],
  ['5M', 5_000_000],
  ['256MB', 256_000_000],
  ['1g', 1_000_000_000],
  ['2GB', 2_000_000_000],
  ['64KiB', 65_536],
  ['64kib', 65_536],
  ['1MiB', 1_048_576],
  ['1GiB', 1_073_741_824],
  ['1.5mb', 1_500_000],
  ['1.1kb', 1100],
  ['0.5KiB', 512],
  [' 7 ', 7],
  ['007', 7],
];

for (const [text, sizeBytes] of ACCEPTED) {
  test(`the size '${text}' is ${sizeBytes} bytes`, () => {
    assert.equal(parseSize(given(text), RANGE), sizeBytes);
  });
}

const WRITE = 'write e.g. 1400, 128kb, 5mb, 64KiB';

const REFUSED: readonly (readonly [text: string, problem: string])[] = [
  ['', `not a size; ${WRITE}`],
  ['mb', `not a size; ${WRITE}`],
  ['-1', `not a size; ${WRITE}`],
  ['1e6', `not a size; ${WRITE}`],
  ['1,5mb', `not a size; ${WRITE}`],
  ['0x10', `not a size; ${WRITE}`],
  ['.5mb', `not a size; ${WRITE}`],
  ['5.mb', `not a size; ${WRITE}`],
  ['5mx', `unknown unit 'mx'; ${WRITE}`],
  ['5mbit', `unknown unit 'mbit'; ${WRITE}`],
  ['1.5', `not a whole number of bytes; ${WRITE}`],
  ['1.0001kb', `not a whole number of bytes; ${WRITE}`],
  ['0', 'too small; the least is 1'],
  ['1000001gb', 'too large; the most is 1000000gb'],
];

for (const [text, problem] of REFUSED) {
  test(`the size '${text}' is refused: ${problem}`, () => {
    assertRefused(() => parseSize(given(text), RANGE), `--it '${text}': ${problem}`);
  });
}

test('a size above its range is told how to move the limit', () => {
  const range = { minBytes: 1, maxBytes: 64_000_000, hint: ' (set by --max-packet-size)' };
  assertRefused(
    () => parseSize(given('65mb'), range),
    "--it '65mb': too large; the most is 64mb (set by --max-packet-size)",
  );
});

test('a size of a thousand digits is refused before any arithmetic', () => {
  const text = '9'.repeat(1000);
  assertRefused(() => parseSize(given(text), RANGE), `--it '${'9'.repeat(100)}...': not a size; ${WRITE}`);
});

test('every size reads back from its own spelling', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e15 }), fc.constantFrom(1, 1000, 1e6, 1e9), (count, factor) => {
      const sizeBytes = Math.min(1e15, Math.ceil(count / factor) * factor);
      assert.equal(parseSize(given(formatSize(sizeBytes)), RANGE), sizeBytes);
    }),
  );
});

test('a fraction of a unit is exactly that many bytes', () => {
  fc.assert(
    fc.property(fc.nat(999_999), fc.nat(999_999), (whole, millionths) => {
      fc.pre(whole + millionths > 0);
      const text = `${whole}.${String(millionths).padStart(6, '0')}mb`;
      assert.equal(parseSize(given(text), RANGE), whole * 1_000_000 + millionths);
    }),
  );
});
