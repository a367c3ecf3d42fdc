import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  decodeMessage,
  encodeMessage,
  type Message,
  PING_BYTES,
  PONG_BYTES,
} from '../../src/wire/message.js';
import { Prng } from '../support/prng.js';
import { looseJson } from './loose.js';
import { fromBytes, naiveMessage, toBytes, utf8 } from './naive.js';

const GOLDEN: readonly (readonly [Message, string])[] = [
  [{ kind: 'hello', name: 'sender' }, '["Hello",{"name":"sender"}]'],
  [{ kind: 'ping' }, '["Latency",["Ping"]]'],
  [{ kind: 'pong' }, '["Latency",["Pong"]]'],
  [
    { kind: 'bandwidth', direction: 'up', nPackets: 182857, packetSizeBytes: 1400 },
    '["Bandwidth",{"direction":["Up"],"n_packets":182857,"packet_size":1400}]',
  ],
  [
    { kind: 'bandwidth', direction: 'down', nPackets: 182857, packetSizeBytes: 1400 },
    '["Bandwidth",{"direction":["Down"],"n_packets":182857,"packet_size":1400}]',
  ],
];

const REFUSED = [
  '',
  ' ',
  '%%%%',
  'null',
  '{}',
  '[]',
  '["Hello"]',
  '["Hello",{}]',
  '["Hello",{"name":7}]',
  '["Hello",{"name":"a","colour":"b"}]',
  '["Hello",{"name":"a"},1]',
  '["Hello",{"name":"a"}]x',
  '["Hello",["name","a"]]',
  '["Hello",{"name":"a","__proto__":1}]',
  '["hello",{"name":"a"}]',
  '["Latency","Ping"]',
  '["Latency",[]]',
  '["Latency",["Pung"]]',
  '["Latency",["Ping","Ping"]]',
  '["Latency",{"0":"Ping","length":1}]',
  '["Goodbye",[]]',
  '["Bandwidth",{"direction":["Up"],"n_packets":1}]',
  '["Bandwidth",{"direction":["Up"],"n_packets":1,"packet_size":1,"x":1}]',
  '["Bandwidth",{"direction":"Up","n_packets":1,"packet_size":1}]',
  '["Bandwidth",{"direction":["Left"],"n_packets":1,"packet_size":1}]',
  '["Bandwidth",{"direction":["Up"],"n_packets":-1,"packet_size":1}]',
  '["Bandwidth",{"direction":["Down"],"n_packets":1,"packet_size":-1}]',
  '["Bandwidth",{"direction":["Up"],"n_packets":1.0,"packet_size":1}]',
  '["Bandwidth",{"direction":["Up"],"n_packets":1e3,"packet_size":1}]',
  '["Bandwidth",{"direction":["Up"],"n_packets":"1","packet_size":1}]',
  '["Bandwidth",{"direction":["Up"],"n_packets":1,"packet_size":9007199254740992}]',
  `${'['.repeat(60_000)}`,
];

const counts = fc.oneof(fc.nat(), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
const messages: fc.Arbitrary<Message> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 50 }).map((name) => ({ kind: 'hello' as const, name })),
  fc.constant({ kind: 'ping' as const }),
  fc.constant({ kind: 'pong' as const }),
  fc
    .tuple(fc.constantFrom('up' as const, 'down' as const), counts, counts)
    .map(([direction, nPackets, packetSizeBytes]) => ({
      kind: 'bandwidth' as const,
      direction,
      nPackets,
      packetSizeBytes,
    })),
);

describe('messages', () => {
  for (const [message, bytes] of GOLDEN) {
    it(`writes and reads ${bytes}`, () => {
      assert.equal(fromBytes(encodeMessage(message)), bytes);
      assert.deepEqual(decodeMessage(toBytes(bytes)), message);
    });
  }

  it('has Ping and Pong ready as bytes', () => {
    assert.deepEqual(decodeMessage(PING_BYTES), { kind: 'ping' });
    assert.deepEqual(decodeMessage(PONG_BYTES), { kind: 'pong' });
  });

  for (const bytes of REFUSED) {
    it(`refuses ${JSON.stringify(bytes.slice(0, 80))}`, () => {
      assert.equal(naiveMessage(bytes), null);
      const refused = decodeMessage(toBytes(bytes));
      assert.ok('code' in refused);
      assert.equal(refused.code, 'BAD_MESSAGE');
    });
  }

  it('accepts a phase of no packets, and packets without data', () => {
    const bytes = '["Bandwidth",{"direction":["Up"],"n_packets":0,"packet_size":-0}]';
    const expected = { kind: 'bandwidth', direction: 'up', nPackets: 0, packetSizeBytes: 0 };
    assert.deepEqual(decodeMessage(toBytes(bytes)), expected);
  });

  it('takes dots, exponents and quotes inside a name for text', () => {
    const name = 'host-1.0e3 "E" \\';
    assert.deepEqual(decodeMessage(encodeMessage({ kind: 'hello', name })), { kind: 'hello', name });
  });

  it('reads names in UTF-8 and in JSON escapes alike, and shows ill-formed ones with replacements', () => {
    const named = (name: string) => decodeMessage(toBytes(`["Hello",{"name":"${name}"}]`));
    assert.deepEqual(named(utf8('Zürich')), { kind: 'hello', name: 'Zürich' });
    assert.deepEqual(named('Z\\u00fcrich'), { kind: 'hello', name: 'Zürich' });
    assert.deepEqual(named('Z\xfcrich'), { kind: 'hello', name: 'Z\ufffdrich' });
  });

  it('refuses a byte order mark, as the original does', () => {
    assert.ok('code' in decodeMessage(toBytes('\xef\xbb\xbf["Latency",["Ping"]]')));
  });

  it('names what came and what would be right, safe for a terminal and short', () => {
    const textOf = (bytes: string) => {
      const refused = decodeMessage(toBytes(bytes));
      return 'code' in refused ? refused.text : assert.fail('accepted');
    };
    assert.equal(
      textOf('["Latency",["Pung"]]'),
      'message ["Latency",["Pung"]] where ["Latency",["Ping"]] or ["Latency",["Pong"]] was due',
    );
    assert.equal(
      textOf(''),
      'message without data where a Hello, Latency or Bandwidth message in JSON was due',
    );
    assert.match(textOf('\x1b[31m\xff'), /^message \\x1b\[31m\\xff where /);
    assert.match(textOf('%'.repeat(1000)), /^message %{80}\.\.\. where /);
    assert.match(
      textOf('["Bandwidth",{"direction":["Up"],"n_packets":-1,"packet_size":1}]'),
      /each N an integer from 0 to 9007199254740991\) was due$/,
    );
  });

  it('reads back every message that it writes', () => {
    fc.assert(
      fc.property(messages, (message) => {
        assert.deepEqual(decodeMessage(encodeMessage(message)), message);
      }),
    );
  });

  it('reads any order of fields and any white space', () => {
    fc.assert(
      fc.property(messages, fc.integer(), (message, seed) => {
        const value: unknown = JSON.parse(Buffer.from(encodeMessage(message)).toString());
        const bytes = utf8(looseJson(value, new Prng(seed)));
        assert.deepEqual(decodeMessage(toBytes(bytes)), message);
        assert.deepEqual(naiveMessage(bytes), message);
      }),
    );
  });
});
