import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCommandArgv } from '../../src/cli/command-argv.js';
import { PROBE_FLAGS } from '../../src/options/flags/probe.js';
import { type ProbeOptions, parseProbe } from '../../src/options/probe.js';

function parse(...argv: string[]): ProbeOptions {
  return parseProbe(readCommandArgv('probe', PROBE_FLAGS, argv), {}, 4);
}

test('a target has a protocol, a host and ports, sorted and without repeats', () => {
  const [target] = parse('udp://db.example:5000-5010,1234,5005-5020').targets;
  assert.deepEqual(target, {
    protocol: 'udp',
    host: 'db.example',
    family: 0,
    prefixBits: null,
    ports: [
      { from: 1234, to: 1234 },
      { from: 5000, to: 5020 },
    ],
  });
});

test('blocks of addresses and IPv6 literals are read', () => {
  const [v4, v6, literal] = parse('tcp://10.0.0.0/24:22', 'tcp://[fd00::/120]:22', 'tcp6://[::1]:80').targets;
  assert.deepEqual([v4?.host, v4?.prefixBits], ['10.0.0.0', 24]);
  assert.deepEqual([v6?.host, v6?.prefixBits], ['fd00::', 120]);
  assert.deepEqual([literal?.host, literal?.prefixBits, literal?.family], ['::1', null, 6]);
});

test('without flags silence is believed after 2 s, over UDP after two tries', () => {
  const { timeoutMs, tries, parallel, ratePerS, watchMs, expect, asksTcp } = parse('tcp://h:1');
  assert.deepEqual(
    { timeoutMs, tries, parallel, ratePerS, watchMs, expect, asksTcp },
    {
      timeoutMs: 2000,
      tries: { tcp: 1, udp: 2 },
      parallel: 500,
      ratePerS: null,
      watchMs: null,
      expect: null,
      asksTcp: true,
    },
  );
});

test('threads are as many as there is work for, and never more than tries at once', () => {
  assert.equal(parse('tcp://h:1-2000').workers, 1);
  assert.equal(parse('tcp://h:1-2001').workers, 2);
  assert.equal(parse('tcp://h:1-65535').workers, 4);
  assert.equal(parse('tcp://h:1-65535', '--parallel', '3').workers, 3);
  assert.equal(parse('tcp://h:1', '--workers', '7').workers, 7);
});

test('a large block of addresses needs --yes, and a whole host does not', () => {
  assert.equal(parse('tcp://10.0.0.0/20:22').targets.length, 1);
  assert.throws(
    () => parse('tcp://10.0.0.0/19:22'),
    /8192 ports of address blocks; above 4096 say with --yes/,
  );
  assert.equal(parse('tcp://10.0.0.0/19:22', '--yes').targets.length, 1);
  assert.equal(parse('tcp://h:1-65535').targets.length, 1);
  assert.throws(() => parse('tcp://10.0.0.0/8:22', '-y'), /16777216 ports in all; the most is 4000000/);
});

const MISTAKES: readonly (readonly [argv: readonly string[], says: RegExp])[] = [
  [[], /nothing to probe; write e\.g\. 'tcp:\/\/127\.0\.0\.1:1-1024'/],
  [['tcp://h'], /no ports; end it in some, as in :1-1024/],
  [['tcp://:80'], /no host; write e\.g\. tcp:\/\/127\.0\.0\.1:80/],
  [['h:80'], /no protocol; write 'tcp:\/\/h:80'/],
  [['tcp://h:0'], /'0' is out of range; ports go from 1 to 65535/],
  [['tcp://h:1-70000'], /'1-70000' is out of range/],
  [['tcp://h:9-3'], /the range 9-3 runs backwards; write 3-9/],
  [['tcp://h:ssh'], /'ssh' is no port or range/],
  [['tcp://h:1,'], /'' is no port or range/],
  [['tcp://10.0.0.0/33:1'], /\/33 is no prefix of IPv4; write \/0 to \/32/],
  [['tcp://h.example/24:1'], /'h\.example' is a name; a block needs an address/],
  [['tcp://::1:80'], /an IPv6 address goes in brackets/],
  [['tcp://h:1', '--paralel', '5'], /unknown option '--paralel'; did you mean '--parallel'\?/],
  [['tcp://h:1', '--frobnicate'], /unknown option '--frobnicate'; conntest probe --help lists them all/],
  [['tcp://h:1', '--timeout'], /--timeout: its value is missing; write --timeout <duration>/],
  [['tcp://h:1', '--timeout', '--all'], /--timeout: its value is missing/],
  [['tcp://h:1', '--all=yes'], /--all takes no value/],
  [['tcp://h:1', '--timeout', '1ms'], /too short; the least is 20ms/],
  [['tcp://h:1', '--rate', '0'], /--rate '0': out of range; write 1 to 1000000/],
  [['tcp://h:1', '--tries', 'x'], /--tries 'x': not a whole number/],
  [['tcp://h:1', '--expect', 'opne'], /not one of open, conntest, closed, filtered; did you mean 'open'\?/],
  [['tcp://h:1', '--ui', 'jsn'], /not one of text, json, csv, none; did you mean 'json'\?/],
  [['tcp://h:1', '-4', '-6'], /-4 and -6 exclude each other/],
  [['tcp://[::1]:1', '-4'], /::1 is an IPv6 address, but -4 asks for IPv4/],
];

for (const [argv, says] of MISTAKES) {
  test(`conntest probe ${argv.join(' ')} is refused with what would be right`, () => {
    assert.throws(() => parse(...argv), { code: 'ERR_CONNTEST_USAGE', message: says });
  });
}
