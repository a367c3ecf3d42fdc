import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { readLines } from '../../src/analysis/line-reader.js';
import { logFile } from './log.js';

const texts = fc
  .array(fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 30 }))
  .map((all) => all.join(''));

test('ranges side by side hand over each line once, and the end is that of the last whole line', (t) => {
  const cases = fc.tuple(texts, fc.array(fc.nat({ max: 400 }), { maxLength: 6 }));
  fc.assert(
    fc.property(cases, ([text, cuts]) => {
      const file = openSync(logFile(t, text), 'r');
      const places = [...new Set([0, ...cuts.filter((cut) => cut < text.length), text.length])].sort(
        (a, b) => a - b,
      );
      const lines: string[] = [];
      const ends = places.slice(1).map((to, index) =>
        readLines(file, { from: places[index]!, to }, (bytes, start, end) => {
          lines.push(bytes.toString('latin1', start, end));
        }),
      );
      closeSync(file);
      const whole = text.lastIndexOf('\n') + 1;
      assert.deepEqual(
        lines,
        text
          .slice(0, whole)
          .split('\n')
          .filter((line) => line !== ''),
      );
      if (places.length === 2) assert.deepEqual(ends, [whole]);
    }),
    { numRuns: 300 },
  );
});
