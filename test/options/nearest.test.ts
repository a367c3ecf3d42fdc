import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { didYouMean } from '../../src/options/values/nearest.js';

const WORDS = ['connections', 'direction', 'packet-size', 'phase', 'up', 'tcp'];

const SLIPS: readonly (readonly [kind: string, word: string, meant: string])[] = [
  ['one letter changed', 'packet-sise', 'packet-size'],
  ['one letter too many', 'phasee', 'phase'],
  ['one letter missing', 'conections', 'connections'],
  ['two neighbours swapped', 'tpc', 'tcp'],
  ['two neighbours swapped at the end', 'phaes', 'phase'],
  ['a short word', 'ip', 'up'],
  ['a separator left out', 'packetsize', 'packet-size'],
];

for (const [kind, word, meant] of SLIPS) {
  test(`${kind}: '${word}' is taken for '${meant}'`, () => {
    assert.equal(didYouMean(word, WORDS), `; did you mean '${meant}'?`);
  });
}

for (const word of ['', 'bandwidth', 'xyz', 'pa']) {
  test(`'${word}' is near to none of the words`, () => {
    assert.equal(didYouMean(word, WORDS), '');
  });
}

test('a word of five letters or more is found again after any single slip', () => {
  const known = WORDS.filter(({ length }) => length >= 5);
  fc.assert(
    fc.property(fc.constantFrom(...known), fc.nat(), fc.constantFrom('x', ''), (word, where, replacement) => {
      const at = where % word.length;
      const slipped = word.slice(0, at) + replacement + word.slice(at + 1);
      assert.equal(didYouMean(slipped, known), `; did you mean '${word}'?`);
    }),
  );
});
