import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { hasExactly, parseJson, toInteger } from '../../src/wire/json.js';
import { decodeUtf8Strict } from '../../src/wire/text.js';
import { Prng } from '../support/prng.js';
import { looseJson } from './loose.js';
import { mutate } from './mutate.js';
import { fromBytes, toBytes } from './naive.js';

/** What the language's own parser makes of it; undefined when it throws. */
function parseByEngine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Without the difference between objects with and without a prototype. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

const { value: values } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 4 }), tie('value'), { maxKeys: 4 }),
  ),
}));

const REFUSED = [
  '',
  ' ',
  '1 2',
  '01',
  '-',
  '+1',
  '1.0',
  '1e3',
  '1E3',
  '.5',
  'nul',
  'True',
  '[1,]',
  '[,1]',
  '[1',
  ']',
  '{"a":1,}',
  '{"a" 1}',
  '{"a"}',
  '{a:1}',
  '{1:1}',
  '"a',
  '"a\nb"',
  '"\\n\n"',
  '"\\x"',
  '"\\u12g4"',
  '"\\u12',
  '"\\',
  "'a'",
  '[1]\u00a0',
  '\ufeff1',
];

describe('parseJson', () => {
  for (const text of REFUSED) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseJson(text), undefined));
  }

  it('reads every value that JSON can write without fractions, in any layout', () => {
    fc.assert(
      fc.property(values, fc.integer(), (value, seed) => {
        const text = looseJson(value, new Prng(seed));
        assert.deepEqual(plain(parseJson(text)), plain(value));
      }),
    );
  });

  it('reads escapes, surrogates included, as JSON.parse does', () => {
    const text = String.raw`"\"\\\/\b\f\n\r\t\u00fc\uD83D\ude00\ud800 \u0000."`;
    assert.equal(parseJson(text), JSON.parse(text));
  });

  it('takes a field named __proto__, and the last of two of one name, as JSON.parse does', () => {
    const value = parseJson('{"__proto__":1,"a":2,"a":3}');
    assert.ok(hasExactly(value, ['__proto__', 'a']));
    assert.equal(value.a, 3);
  });

  it('goes as deep as any message needs, and no deeper than its limit', () => {
    assert.notEqual(parseJson('['.repeat(16) + ']'.repeat(16)), undefined);
    assert.equal(parseJson('['.repeat(17) + ']'.repeat(17)), undefined);
    assert.equal(parseJson('{"a":'.repeat(100_000)), undefined);
  });

  it('accepts of mutated texts what JSON.parse accepts, but for fractions and exponents', () => {
    fc.assert(
      fc.property(values, fc.integer(), (value, seed) => {
        const prng = new Prng(seed);
        const text = fromBytes(mutate(toBytes(looseJson(value, prng)), prng));
        const expected = parseByEngine(text);
        const actual = parseJson(text);
        if (actual !== undefined) assert.deepEqual(plain(actual), plain(expected));
        else if (expected !== undefined) assert.match(text, /\d[.eE]/);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('toInteger', () => {
  it('takes safe integers only, and -0 for 0', () => {
    assert.deepEqual([-0, 7, -7].map(toInteger), [0, 7, -7]);
    for (const other of [0.5, 2 ** 53, Number.NaN, '7', null, [7]]) assert.equal(toInteger(other), null);
  });
});

describe('decodeUtf8Strict', () => {
  it('tells a replacement character that was sent from one that was put in', () => {
    assert.equal(decodeUtf8Strict(toBytes('a\xef\xbf\xbd\xc3\xbc')), 'a\ufffdü');
    assert.equal(decodeUtf8Strict(toBytes('a\xff')), null);
    assert.equal(decodeUtf8Strict(toBytes('a\xff\xff\xff')), null);
    assert.equal(decodeUtf8Strict(toBytes('\xed\xa0\x80')), null);
  });
});
