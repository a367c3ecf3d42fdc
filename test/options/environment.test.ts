import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseArgv } from '../../src/cli/program.js';
import { FLAGS } from '../../src/options/flags/run.js';
import { assertRefused, CONTEXT, run } from './fixture.js';

const LISTEN = ['--listen', 'tcp:1234'] as const;

/** A value for each flag that may stand in the environment; all but IPV6, which IPV4 excludes, no default. */
const SETTINGS = {
  CONNTEST_LISTEN: 'tcp:1\ttcp:2',
  CONNTEST_CONNECT: 'tcp://h:1?monitor-bandwidth  tcp://h:2?connections=9',
  CONNTEST_NAME: 'envy',
  CONNTEST_IPV4: 'yes',
  CONNTEST_IPV6: 'no',
  CONNTEST_TIME: '5s',
  CONNTEST_INTERVAL: '2s',
  CONNTEST_TIMEOUT: '3s',
  CONNTEST_UDP_IO: 'dgram',
  CONNTEST_RETRY_DELAY: '2s',
  CONNTEST_RETRY_MAX: '9s',
  CONNTEST_UI: 'log',
  CONNTEST_LOG: 'a.csv',
  CONNTEST_HDR_LOG: 'a.hlog',
  CONNTEST_LOG_SIZE: '1mb',
  CONNTEST_LOG_KEEP: '3',
  CONNTEST_OMIT: '1s',
  CONNTEST_BITS: '1',
  CONNTEST_COLUMNS: 'name,up',
  CONNTEST_FAIL_IF: 'p99>20ms up<1gbit',
  CONNTEST_CONFIG: 'settings.json',
  CONNTEST_LOG_LEVEL: 'warning',
  CONNTEST_LOG_FORMAT: 'json',
  CONNTEST_LOG_PACKETS: 'TRUE',
  CONNTEST_COLOR: 'never',
  CONNTEST_UI_EMPHASIS: 'cyan',
  CONNTEST_WORKERS: '7',
  CONNTEST_MAX_PACKET_SIZE: '1mb',
};

test('every flag but the questions may stand in the environment', () => {
  const variables = FLAGS.map(({ long }) => `CONNTEST_${long.toUpperCase().replaceAll('-', '_')}`);
  const expected = variables.filter(
    (name) => !['CONNTEST_HELP', 'CONNTEST_VERSION', 'CONNTEST_PRINT_CONFIG'].includes(name),
  );
  assert.deepEqual(Object.keys(SETTINGS).sort(), expected.sort());

  const { listens, connects, failIf, ...rest } = run([], SETTINGS).options;
  assert.deepEqual(
    failIf.map(({ text }) => text),
    ['p99>20ms', 'up<1gbit'],
  );
  assert.deepEqual(
    listens.map(({ port, family }) => [port, family]),
    [
      [1, 4],
      [2, 4],
    ],
  );
  assert.deepEqual(
    connects.map(({ port, connections, measure }) => [port, connections, measure.monitorBandwidth]),
    [
      [1, 1, true],
      [2, 9, false],
    ],
  );
  assert.deepEqual(rest, {
    name: 'envy',
    workers: 7,
    timeMs: 5000,
    omitMs: 1000,
    intervalMs: 2000,
    timeoutMs: 3000,
    udpIo: 'dgram',
    retryDelayMs: 2000,
    retryMaxMs: 9000,
    maxPacketSizeBytes: 1_000_000,
    uis: [{ name: 'log', file: null }],
    logs: [{ file: 'a.csv', format: 'csv' }],
    hdrLog: 'a.hlog',
    logLimits: { partBytes: 1_000_000, keepParts: 3 },
    uiEmphasis: 'cyan',
    columns: ['name', 'up'],
    logLevel: 'warning',
    logFormat: 'json',
    logPackets: true,
    bits: true,
    color: 'never',
  });
});

test('the command line goes before the environment, lists as a whole', () => {
  const { options } = run(['--listen', 'tcp:9', '--name', 'argv'], SETTINGS);
  assert.equal(options.name, 'argv');
  assert.deepEqual(
    options.listens.map(({ port }) => port),
    [9],
  );
});

test('CONNTEST_IPV6 asks for IPv6 as -6 does', () => {
  assert.equal(run(LISTEN, { CONNTEST_IPV6: '1' }).options.listens[0]?.family, 6);
});

test('an empty variable counts as unset', () => {
  const { options, isDemo } = run([], { CONNTEST_TIMEOUT: '', CONNTEST_LISTEN: ' ', CONNTEST_BITS: '' });
  assert.equal(options.timeoutMs, 5000);
  assert.equal(options.bits, false);
  assert.equal(isDemo, true);
});

test('a switch can be off', () => {
  for (const off of ['0', 'false', 'no', 'Off']) {
    assert.equal(run(LISTEN, { CONNTEST_BITS: off }).options.bits, false);
  }
});

test('an error names the variable that it is about', () => {
  assertRefused(
    () => run(LISTEN, { CONNTEST_TIMEOUT: '5x' }),
    "CONNTEST_TIMEOUT '5x': unknown unit 'x'; the units are h, m, s and ms",
  );
  assertRefused(
    () => run(LISTEN, { CONNTEST_BITS: 'maybe' }),
    "CONNTEST_BITS 'maybe': not one of 1, true, yes, on, 0, false, no, off",
  );
  assertRefused(
    () => run([], { CONNTEST_CONNECT: 'tcp://h:1 tcp://h:x' }),
    "CONNTEST_CONNECT 'tcp://h:x': 'x' is not a port; ports go from 1 to 65535",
  );
});

test('CONNTEST_VERSION and CONNTEST_HELP ask nothing', () => {
  const env = { CONNTEST_VERSION: '1', CONNTEST_HELP: '1' };
  assert.equal(parseArgv(LISTEN, env, CONTEXT).kind, 'run');
});

const COLORS: readonly (readonly [env: Record<string, string>, color: string])[] = [
  [{}, 'auto'],
  [{ NO_COLOR: '1' }, 'never'],
  [{ NO_COLOR: '' }, 'auto'],
  [{ FORCE_COLOR: '1' }, 'always'],
  [{ FORCE_COLOR: '' }, 'always'],
  [{ FORCE_COLOR: '0' }, 'never'],
  [{ FORCE_COLOR: 'false' }, 'never'],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, 'always'],
  [{ CONNTEST_COLOR: 'auto', FORCE_COLOR: '1' }, 'auto'],
];

for (const [env, color] of COLORS) {
  test(`with ${JSON.stringify(env)} colour is ${color}`, () => {
    assert.equal(run(LISTEN, env).options.color, color);
  });
}

test('--color goes before NO_COLOR and FORCE_COLOR', () => {
  assert.equal(run([...LISTEN, '--color', 'always'], { NO_COLOR: '1' }).options.color, 'always');
  assert.equal(run([...LISTEN, '--color', 'never'], { FORCE_COLOR: '1' }).options.color, 'never');
});
