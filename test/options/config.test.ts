/** --config and --print-config. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../../src/cli/config.js';
import { parseArgv } from '../../src/cli/program.js';
import type { Environment } from '../../src/options/environment.js';
import type { RunOptions } from '../../src/options/types.js';
import { assertRefused, CONTEXT } from './fixture.js';

const FILE = ['--config', 'run.json'] as const;

/** Parses an argv with `config` in the file. */
function parse(argv: readonly string[], config: unknown, env: Environment = {}) {
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  return parseArgv(argv, env, { ...CONTEXT, readConfig: (path) => parseConfig(text, path) });
}

function optionsOf(argv: readonly string[], config: unknown, env: Environment = {}): RunOptions {
  const request = parse(argv, config, env);
  assert.ok(request.kind === 'run');
  return request.options;
}

function printed(argv: readonly string[]): string {
  const request = parse([...argv, '--print-config'], {});
  assert.ok(request.kind === 'help');
  return request.text;
}

test('a file sets flags of all kinds by their long names', () => {
  const config = { listen: ['tcp:1', 'udp:2'], connect: 'tcp://h:3', timeout: '3s', workers: 2, bits: true };
  const { listens, connects, timeoutMs, workers, bits } = optionsOf(FILE, config);
  assert.deepEqual(
    listens.map(({ protocol, port }) => `${protocol} ${port}`),
    ['tcp 1', 'udp 2'],
  );
  assert.deepEqual([connects.length, timeoutMs, workers, bits], [1, 3000, 2, true]);
});

test('a file by a name of YAML is read as such', () => {
  const config = 'listen:\n  - tcp:1\n  - udp:2 # both\ntimeout: 3s\nworkers: 2\nbits: true\n';
  for (const path of ['run.yaml', 'RUN.YML']) {
    const { listens, timeoutMs, workers, bits } = optionsOf(['--config', path], config);
    assert.deepEqual([listens.length, timeoutMs, workers, bits], [2, 3000, 2, true]);
  }
});

test('a file that is no YAML is told with the place', () => {
  assert.throws(
    () => parseConfig('listen: [tcp:1', 'run.yaml'),
    /^ConntestError: run\.yaml is no YAML: .* at line 1, column \d+$/,
  );
});

test('the command line goes before the environment, and that before the file', () => {
  const config = { listen: ['tcp:1'], name: 'file', timeout: '1s', interval: '1s', bits: true };
  const env = { CONNTEST_NAME: 'env', CONNTEST_TIMEOUT: '2s', CONNTEST_BITS: 'off' };
  const { name, timeoutMs, intervalMs, bits } = optionsOf([...FILE, '--name', 'argv'], config, env);
  assert.deepEqual([name, timeoutMs, intervalMs, bits], ['argv', 2000, 1000, false]);
});

test('what is printed is read back to the same options', () => {
  const runs = [
    ['--listen', 'tcp:1234'],
    [
      ...['-4', '--listen', 'udp:9', '--connect', 'tcp://h:1?connections=3&monitor-bandwidth', '-t', '1m30s'],
      ...['-i', '250ms', '--retry-delay', '300ms', '--retry-max', '1m', '--ui', 'log', '--bits', '--columns'],
      ...['name,sent', '--log-level', 'error', '--log-format', 'json', '--log-packets', '--color', 'never'],
      ...['--ui-emphasis', 'bright-red', '-w', '3', '--max-packet-size', '1mb', '--name', 'x y'],
      ...[
        '--ui',
        'json=a b.jsonl',
        '--log',
        'a.csv',
        '--log-size',
        '1mb',
        '--log-keep',
        '3',
        '--hdr-log',
        'a.hlog',
      ],
    ],
  ];
  for (const argv of runs) {
    assert.deepEqual(optionsOf(FILE, printed(argv)), optionsOf(argv, {}), argv.join(' '));
  }
});

const REFUSED: readonly (readonly [config: unknown, message: string])[] = [
  [{ timeuot: '1s' }, `run.json: "timeuot" is no flag; did you mean 'timeout'?`],
  [{ config: 'x' }, 'run.json: "config" is no flag; conntest --print-config shows all that there are'],
  [{ timeout: true }, 'run.json: timeout: not a text; write it as on the command line, in quotes'],
  [
    { timeout: 'soon' },
    "run.json: timeout 'soon': not a duration; write e.g. 10 (seconds), 300ms, 1.5s, 1m30s",
  ],
  [{ listen: [1234] }, 'run.json: listen: not a list of texts; write ["tcp:1234", "udp:1234"]'],
  [{ bits: 'yes' }, 'run.json: bits: neither on nor off; write true or false'],
  [[], `run.json: not an object; write {"timeout": "3s"}, with the flags' long names`],
];

for (const [config, message] of REFUSED) {
  test(`a file with ${JSON.stringify(config)} is refused`, () => {
    assertRefused(() => parse(FILE, config), message);
  });
}

test('a file that is no JSON is refused with its place', () => {
  assert.throws(() => parse(FILE, '{"name": }'), /run\.json is no JSON: .*position 9|run\.json is no JSON/);
});
