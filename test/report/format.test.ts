import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  formatBytes,
  formatCount,
  formatLatency,
  formatRate,
  formatSpan,
  formatTimes,
  formatUptime,
} from '../../src/report/print/format.js';
import { wrapText } from '../../src/report/print/wrap.js';
import { shortTarget } from '../../src/report/words/peer-name.js';

function assertTable<T>(format: (value: T) => string, rows: readonly (readonly [T, string])[]): void {
  for (const [value, text] of rows) assert.equal(format(value), text);
}

test('rates are bytes per second in decimal units with three significant digits', () => {
  assertTable(
    (rateBps: number | null) => formatRate(rateBps, false),
    [
      [null, '-'],
      [0, '0 B/s'],
      [7992, '999 B/s'],
      [8000, '1.00 kB/s'],
      [1_000_000, '125 kB/s'],
      [8_000_000, '1.00 MB/s'],
      [99_960_000, '12.5 MB/s'],
      [7_999_999_999, '1.00 GB/s'],
      [9_600_000_000, '1.20 GB/s'],
    ],
  );
});

test('with --bits they are bits per second', () => {
  assertTable(
    (rateBps: number | null) => formatRate(rateBps, true),
    [
      [null, '-'],
      [999, '999 bit/s'],
      [940_000_000, '940 Mbit/s'],
      [9_400_000_000, '9.40 Gbit/s'],
      [2_000_000_000_000_000, '2000 Tbit/s'],
    ],
  );
});

test('latencies take the unit that leaves one to three digits before the point', () => {
  assertTable(formatLatency, [
    [null, '-'],
    [0, '0 ns'],
    [640, '640 ns'],
    [999.4, '999 ns'],
    [999.6, '1.00 us'],
    [9_994, '9.99 us'],
    [9_996, '10.0 us'],
    [23_400, '23.4 us'],
    [99_960, '100 us'],
    [1_204_000, '1.20 ms'],
    [2_500_000_000, '2.50 s'],
    [75_000_000_000, '75.0 s'],
  ]);
});

test('no figure is ever four digits before its unit, below a thousand of the largest', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 9e11, noNaN: true }), (value) => {
      assert.match(formatLatency(value), /^\d{1,3}(\.\d{1,2})? (ns|us|ms|s)$/);
      assert.match(formatRate(value, false), /^\d{1,3}(\.\d{1,2})? [kMG]?B\/s$/);
    }),
  );
});

test('counts have thousands separators up to a billion', () => {
  assertTable(formatCount, [
    [null, '-'],
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1_234_567, '1,234,567'],
    [999_999_999, '999,999,999'],
    [1_234_567_890, '1.23 G'],
    [2e12, '2.00 T'],
  ]);
});

test('sizes below 10,000 are exact and larger ones have no idle zeros', () => {
  assertTable(formatBytes, [
    [null, '-'],
    [1, '1 B'],
    [1472, '1,472 B'],
    [128_000, '128 kB'],
    [120_000, '120 kB'],
    [5_000_000, '5 MB'],
    [1_500_000, '1.5 MB'],
    [1_234_000_000, '1.23 GB'],
  ]);
});

test('uptimes read as a clock, with days in front', () => {
  assertTable(formatUptime, [
    [null, '-'],
    [0, '00:00'],
    [3999, '00:03'],
    [60_000, '01:00'],
    [3_723_000, '1:02:03'],
    [86_399_999, '23:59:59'],
    [3 * 86_400_000 + 4 * 3_600_000 + 5 * 60_000, '3d 04:05'],
  ]);
});

test('spans within a sentence name their unit', () => {
  assertTable(formatSpan, [
    [0.0432, '43.2 us'],
    [0.4321, '432 us'],
    [250, '250 ms'],
    [999.5, '1.0 s'],
    [3200, '3.2 s'],
    [59_949, '59.9 s'],
    [59_950, '1 min 00 s'],
    [125_000, '2 min 05 s'],
    [3_720_000, '1 h 02 min'],
  ]);
});

test('one of a thing is singular', () => {
  assert.equal(formatTimes(1, 'retry', 'retries'), '1 retry');
  assert.equal(formatTimes(0, 'retry', 'retries'), '0 retries');
  assert.equal(formatTimes(1234, 'shard'), '1,234 shards');
});

test('a short target is its host and port', () => {
  assertTable(shortTarget, [
    ['tcp://host:1234?monitor-bandwidth&phase=1s', 'host:1234'],
    ['tcp:host:1234', 'host:1234'],
    ['tcp6://[fe80::1%25eth0]:1234', '[fe80::1%25eth0]:1234'],
    ['tcp:1234', '1234'],
  ]);
});

test('wrapped text keeps its words and its width', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(fc.array(word), fc.integer({ min: 5, max: 40 }), (words, width) => {
      const lines = wrapText(words.join(' '), width);
      assert.equal(lines.join('').replaceAll(' ', ''), words.join(''));
      for (const line of lines) assert.ok(line.length <= width && line === line.trim());
    }),
  );
});
