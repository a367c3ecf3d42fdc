import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseConnect } from '../../src/options/addresses/connect-uri.js';
import { parseListen } from '../../src/options/addresses/endpoint.js';
import type { Family } from '../../src/options/types.js';
import { AS_THE_SYSTEM_HAS_IT, assertRefused, given } from './fixture.js';

const LIMITS = { maxPacketSizeBytes: 64_000_000, timeoutMs: 5000 };

const LISTENS: readonly (readonly [text: string, host: string | null, port: number, family: Family])[] = [
  ['tcp:1234', null, 1234, 0],
  ['tcp://1234', null, 1234, 0],
  ['TCP:1234', null, 1234, 0],
  ['tcp::1234', null, 1234, 0],
  ['tcp:*:1234', null, 1234, 0],
  ['tcp:0', null, 0, 0],
  ['tcp:65535', null, 65_535, 0],
  ['tcp:127.0.0.1:1234', '127.0.0.1', 1234, 0],
  ['tcp://0.0.0.0:1234', '0.0.0.0', 1234, 0],
  ['tcp://0.0.0.0:1234/', '0.0.0.0', 1234, 0],
  ['tcp:localhost:1234', 'localhost', 1234, 0],
  ['tcp:[::1]:1234', '::1', 1234, 0],
  ['tcp:[fe80::1%eth0]:1234', 'fe80::1%eth0', 1234, 0],
  ['tcp:[fe80::1%25eth0.7]:1234', 'fe80::1%eth0.7', 1234, 0],
  ['tcp4:1234', null, 1234, 4],
  ['tcp4:127.0.0.1:1234', '127.0.0.1', 1234, 4],
  ['tcp6:1234', null, 1234, 6],
  ['tcp6:[::]:1234', '::', 1234, 6],
];

for (const [text, host, port, family] of LISTENS) {
  test(`--listen ${text} listens on ${host ?? 'every address'}, port ${port}`, () => {
    assert.deepEqual(parseListen(given(text), 0), [
      { text, protocol: 'tcp', host, port, family, latency: 'event', socket: AS_THE_SYSTEM_HAS_IT },
    ]);
  });
}

test('--listen with a range and a list of ports is a listen for each, under one text', () => {
  const text = 'udp:127.0.0.1:8000-8002,9000,8001';
  const listens = parseListen(given(text), 0);
  assert.deepEqual(
    listens.map(({ port }) => port),
    [8000, 8001, 8002, 9000],
  );
  for (const listen of listens) {
    assert.deepEqual(
      { ...listen, port: 0 },
      {
        text,
        protocol: 'udp',
        host: '127.0.0.1',
        port: 0,
        family: 0,
        latency: 'event',
        socket: AS_THE_SYSTEM_HAS_IT,
      },
    );
  }
});

const PORTS = 'ports go from 0 to 65535';

const REFUSED_LISTENS: readonly (readonly [text: string, problem: string])[] = [
  ['', 'no protocol; write e.g. tcp:127.0.0.1:1234'],
  ['1234', "no protocol; write 'tcp:1234'"],
  ['localhost:1234', "no protocol; write 'tcp:localhost:1234'"],
  ['[::1]:1234', "no protocol; write 'tcp:[::1]:1234'"],
  ['tpc:1234x', "unknown protocol 'tpc'; did you mean 'tcp'?"],
  ['https://example.org', "unknown protocol 'https'; write e.g. tcp:127.0.0.1:1234"],
  ['tcp:', 'no port; end the address in one, as in :1234'],
  ['tcp:localhost', 'no port; end the address in one, as in :1234'],
  ['tcp:localhost:', 'no port; end the address in one, as in :1234'],
  ['tcp:[::1]', 'no port; end the address in one, as in :1234'],
  ['tcp:65536', `port 65536 is out of range; ${PORTS}`],
  ['tcp:99999999999999999999', `port 99999999999999999999 is out of range; ${PORTS}`],
  ['tcp:localhost:http', `'http' is not a port; ${PORTS}`],
  ['tcp:0-10', "'0-10' is out of range; ports go from 1 to 65535"],
  ['tcp:10-5', 'the range 10-5 runs backwards; write 5-10'],
  ['tcp:1-4000', '4000 ports to listen on; the most is 2048'],
  ['tcp:localhost:-1', `'-1' is not a port; ${PORTS}`],
  ['tcp:[::1]1234', `'1234' is not a port; ${PORTS}`],
  ['tcp:::1:1234', 'an IPv6 address goes in brackets, as in tcp://[::1]:1234'],
  ['tcp:[127.0.0.1]:1', "'127.0.0.1' is not an IPv6 address; brackets are for those only"],
  ['tcp:[fe80::1%]:1', "'fe80::1%' is not an IPv6 address; brackets are for those only"],
  ['tcp:300.0.0.1:1', '300.0.0.1 is not an IPv4 address; each of its numbers goes from 0 to 255'],
  ['tcp:me@host:1', "'me@host' is not a host name or address"],
  ['tcp:a..b:1', "'a..b' is not a host name or address"],
  ['tcp:-a:1', "'-a' is not a host name or address"],
  ['tcp:a b:1', "'a b' is not a host name or address"],
  [
    'tcp:1234?phase=1s',
    'a listen address over tcp takes cc, df, dscp, latency, rcvbuf, sndbuf, tos; the connecting side sets phase',
  ],
];

for (const [text, problem] of REFUSED_LISTENS) {
  test(`--listen '${text}' is refused: ${problem}`, () => {
    assertRefused(() => parseListen(given(text), 0), `--it '${text}': ${problem}`);
  });
}

test('a port to connect to starts at 1', () => {
  assertRefused(
    () => parseConnect(given('tcp://127.0.0.1:0'), 0, LIMITS),
    "--it 'tcp://127.0.0.1:0': port 0 is out of range; ports go from 1 to 65535",
  );
});

test('-4 and -6 set the family of an address that leaves it open', () => {
  assert.equal(parseListen(given('tcp:1234'), 4)[0]?.family, 4);
  assert.equal(parseListen(given('tcp:1234'), 6)[0]?.family, 6);
  assert.equal(parseListen(given('tcp:[::1]:1234'), 6)[0]?.family, 6);
  assert.equal(parseConnect(given('tcp://host:1234'), 6, LIMITS).family, 6);
  assert.equal(parseConnect(given('tcp6://host:1234'), 6, LIMITS).family, 6);
});

const CONTRADICTIONS: readonly (readonly [text: string, forced: Family, problem: string])[] = [
  ['tcp4:host:1', 6, 'tcp4: and -6 contradict each other; drop one'],
  ['tcp6:host:1', 4, 'tcp6: and -4 contradict each other; drop one'],
  ['tcp:127.0.0.1:1', 6, '127.0.0.1 is an IPv4 address, but -6 asks for IPv6'],
  ['tcp:[::1]:1', 4, '::1 is an IPv6 address, but -4 asks for IPv4'],
  ['tcp4:[::1]:1', 0, '::1 is an IPv6 address, but tcp4: asks for IPv4'],
  ['tcp6:127.0.0.1:1', 0, '127.0.0.1 is an IPv4 address, but tcp6: asks for IPv6'],
];

for (const [text, forced, problem] of CONTRADICTIONS) {
  test(`${text} with -${forced || '4 and -6 left out'} is refused: ${problem}`, () => {
    assertRefused(() => parseListen(given(text), forced), `--it '${text}': ${problem}`);
    assertRefused(() => parseConnect(given(text), forced, LIMITS), `--it '${text}': ${problem}`);
  });
}

test('control characters in an address never reach the terminal', () => {
  assertRefused(
    () => parseListen(given('tcp:\u001b[31m:1'), 0),
    "--it 'tcp:\\u{1b}[31m:1': '\\u{1b}[31m' is not a host name or address",
  );
});

test('whatever the text, an address is read or refused with an error of our own', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.string().map((rest) => `tcp:${rest}`),
    fc.string().map((rest) => `tcp://h:1?${rest}`),
  );
  fc.assert(
    fc.property(texts, (text) => {
      for (const parse of [() => parseListen(given(text), 0), () => parseConnect(given(text), 0, LIMITS)]) {
        try {
          for (const target of [parse()].flat()) assert.equal(target.text, text);
        } catch (error) {
          assert.equal((error as { code?: unknown }).code, 'ERR_CONNTEST_USAGE', String(error));
        }
      }
    }),
    { numRuns: 2000 },
  );
});
