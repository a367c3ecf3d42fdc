import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  CC_NAMES,
  decodeV2Message,
  encodeV2Message,
  REFUSAL_CODES,
  type V2Message,
} from '../../../src/wire/v2/message.js';

const REQUIRED = [
  'kind',
  'phase',
  'final',
  'packets',
  'bytes',
  'elapsedUs',
  'busyUs',
  'lost',
  'recovered',
  'residual',
  'reordered',
  'duplicates',
  'resent',
  'jitterNs',
  'owd',
] as const;

/** As JSON.parse makes them. */
const PLAIN = { noNullPrototype: true } as const;

const count = fc.maxSafeNat();
const start = fc.record(
  {
    kind: fc.constant('start' as const),
    phase: count,
    direction: fc.constantFrom('up' as const, 'down' as const),
    packetSizeBytes: count,
    reliable: fc.boolean(),
    rateBps: count,
    bound: fc.oneof(
      fc.record({ kind: fc.constant('time' as const), us: count }, PLAIN),
      fc.record({ kind: fc.constant('packets' as const), packets: count }, PLAIN),
      fc.record({ kind: fc.constant('bytes' as const), bytes: count }, PLAIN),
    ),
    cc: fc.constantFrom(...CC_NAMES),
  },
  PLAIN,
);
const done = fc.record(
  {
    kind: fc.constant('done' as const),
    phase: count,
    packets: count,
    bytes: count,
    elapsedUs: count,
    resent: count,
    spurious: count,
  },
  PLAIN,
);
const report = fc.record(
  {
    kind: fc.constant('report' as const),
    phase: count,
    final: fc.boolean(),
    packets: count,
    bytes: count,
    elapsedUs: count,
    lost: count,
    recovered: count,
    residual: count,
    reordered: count,
    duplicates: count,
    resent: count,
    jitterNs: count,
    busyUs: fc.maxSafeNat(),
    queueDrops: fc.maxSafeNat(),
    owdMinNs: fc.maxSafeInteger(),
    owd: fc.string({ unit: 'grapheme-ascii' }),
  },
  { requiredKeys: [...REQUIRED], noNullPrototype: true },
);
const refuse = fc.record(
  {
    kind: fc.constant('refuse' as const),
    phase: count,
    code: fc.constantFrom(...REFUSAL_CODES),
    limit: count,
  },
  PLAIN,
);
const hello = fc.record({ kind: fc.constant('hello' as const), name: fc.string() }, PLAIN);

function decode(text: string): V2Message | { readonly code: string; readonly text: string } {
  return decodeV2Message(new TextEncoder().encode(text));
}

describe('the messages of v2', () => {
  it('come back from their bytes', () => {
    fc.assert(
      fc.property(fc.oneof(start, done, report, refuse, hello), (message) => {
        assert.deepEqual(decodeV2Message(encodeV2Message(message)), message);
      }),
    );
  });

  it('are read in any order of fields and with white space', () => {
    fc.assert(
      fc.property(fc.oneof(start, done, report, refuse), (message) => {
        const [name, body] = JSON.parse(new TextDecoder().decode(encodeV2Message(message))) as [
          string,
          object,
        ];
        const turned = Object.fromEntries(Object.entries(body).reverse());
        assert.deepEqual(decode(JSON.stringify([name, turned], null, 2)), message);
      }),
    );
  });

  it('are refused with a field more or less, or of another type, and the text says what would be right', () => {
    fc.assert(
      fc.property(fc.oneof(start, done, refuse), fc.nat(), (message, pick) => {
        const [name, body] = JSON.parse(new TextDecoder().decode(encodeV2Message(message))) as [
          string,
          object,
        ];
        const field = Object.keys(body)[pick % Object.keys(body).length]!;
        const less = Object.fromEntries(Object.entries(body).filter(([key]) => key !== field));
        for (const wrong of [
          { ...body, more: 1 },
          less,
          { ...body, [field]: null },
          { ...body, [field]: -1 },
        ]) {
          const error = decode(JSON.stringify([name, wrong]));
          assert.ok('code' in error && 'text' in error && error.code === 'BAD_MESSAGE');
          assert.match(error.text, new RegExp(name));
        }
      }),
    );
  });

  it('have no Bandwidth among them', () => {
    const error = decode('["Bandwidth",{"direction":["Up"],"n_packets":1,"packet_size":1}]');
    assert.ok('text' in error);
    assert.match(error.text, /a Start \(Bandwidth is of version 1\) was due/);
  });

  it('have one body', () => {
    for (const text of ['["Done",{},1]', '[]', '["Report"]', '{}', 'x', '']) {
      assert.ok('text' in decode(text), text);
    }
  });
});
