import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { readCommandArgv } from '../../src/cli/command-argv.js';
import { parseArgv } from '../../src/cli/program.js';
import { PROBE_FLAGS } from '../../src/options/flags/probe.js';
import { SWEEP_FLAGS } from '../../src/options/flags/sweep.js';
import { assertRefused, CONTEXT, run } from './fixture.js';

const HELP = new URL('../../../test/options/help.txt', import.meta.url);

/** After a wanted change: UPDATE_GOLDEN=1 npm test, then read the text before it is committed. */
test('--help is the text of help.txt, to the character', async () => {
  const request = parseArgv(['--help'], {}, CONTEXT);
  assert.equal(request.kind, 'help');
  if (process.env.UPDATE_GOLDEN === '1') await writeFile(HELP, request.text);
  assert.equal(request.text, await readFile(HELP, 'utf8'));
});

test('--help fits a terminal of 80 columns', () => {
  const request = parseArgv(['-h'], {}, CONTEXT);
  assert.equal(request.kind, 'help');
  const tooWide = request.text.split('\n').filter((line) => line.length > 80 || /\s$/.test(line));
  assert.deepEqual(tooWide, []);
});

test('the commands that --help shows are accepted', () => {
  const request = parseArgv(['-h'], {}, CONTEXT);
  assert.equal(request.kind, 'help');
  const examples = request.text.slice(request.text.indexOf('Examples:'), request.text.indexOf('Values:'));
  const commands =
    examples.replaceAll('\\\n', ' ').match(/^ {4}conntest(?! report| diff| replay).*$/gm) ?? [];
  assert.equal(commands.length, 10);
  for (const command of commands) {
    const argv = command
      .replace(/ (>|\|\|).*$/, '')
      .replaceAll("'", '')
      .trim()
      .split(/\s+/)
      .slice(1);
    if (argv[0] === 'probe')
      assert.equal(readCommandArgv('probe', PROBE_FLAGS, argv.slice(1)).targets.length, 2, command);
    else if (argv[0] === 'sweep')
      assert.equal(readCommandArgv('sweep', SWEEP_FLAGS, argv.slice(1)).targets.length, 1);
    else assert.equal(parseArgv(argv, {}, CONTEXT).kind, 'run', command);
  }
});

test('--version is the version on a line', () => {
  for (const flag of ['-V', '--version']) {
    assert.deepEqual(parseArgv([flag], {}, CONTEXT), { kind: 'version', text: '1.2.3\n' });
  }
});

test('a question is answered whatever else is wrong', () => {
  assert.equal(parseArgv(['--help', '--nonsense', '-w', 'x'], {}, CONTEXT).kind, 'help');
  assert.equal(parseArgv(['--timeout', 'x', '-V'], {}, CONTEXT).kind, 'version');
});

test('--listen and --connect may be repeated, in their order', () => {
  const { options } = run([
    '--connect',
    'tcp:h:3',
    '--listen',
    'tcp:1',
    '--connect=tcp:h:4',
    '--listen',
    'tcp:2',
  ]);
  assert.deepEqual(
    options.listens.map(({ text }) => text),
    ['tcp:1', 'tcp:2'],
  );
  assert.deepEqual(
    options.connects.map(({ text }) => text),
    ['tcp:h:3', 'tcp:h:4'],
  );
});

test('short flags take their value attached, and -4 is no negative number', () => {
  const { options } = run(['-4', '-w3', '-t10', '--listen', 'tcp:1']);
  assert.equal(options.listens[0]?.family, 4);
  assert.equal(options.workers, 3);
  assert.equal(options.timeMs, 10_000);
});

test('what is left out at the start is shorter than the run', () => {
  const { options } = run(['-O', '1.5s', '-t10', '--listen', 'tcp:1']);
  assert.deepEqual([options.omitMs, options.timeMs], [1500, 10_000]);
  assert.equal(run(['--omit', '3', '--listen', 'tcp:1']).options.omitMs, 3000);
  assert.equal(run(['--listen', 'tcp:1']).options.omitMs, null);
  assertRefused(
    () => run(['-O', '10s', '-t', '10', '--listen', 'tcp:1']),
    "--omit '10s': nothing is left of a run of 10s; write less, or a longer --time",
  );
});

test('without an address the run is the loopback demo of 10 s', () => {
  const { isDemo, options } = run([]);
  assert.equal(isDemo, true);
  assert.equal(options.timeMs, 10_000);
  assert.equal(options.workers, 2);
  assert.deepEqual(
    options.listens.map(({ text }) => text),
    ['tcp:127.0.0.1:4321'],
  );
  assert.deepEqual(
    options.connects.map(({ text, measure }) => [text, measure.monitorBandwidth]),
    [['tcp://127.0.0.1:4321?monitor-bandwidth', true]],
  );
});

test('the demo keeps the time and the family that were given', () => {
  const { isDemo, options } = run(['-6', '-t', '3']);
  assert.equal(isDemo, true);
  assert.equal(options.timeMs, 3000);
  assert.deepEqual(
    options.connects.map(({ text, family }) => [text, family]),
    [['tcp://[::1]:4321?monitor-bandwidth', 6]],
  );
});

const REFUSED: readonly (readonly [argv: readonly string[], message: string])[] = [
  [['--lisen', 'tcp:1'], "unknown option '--lisen'; did you mean '--listen'?"],
  [['--lisen=tcp:1'], "unknown option '--lisen'; did you mean '--listen'?"],
  [['--listen', 'tcp:1', '--nonsense'], "unknown option '--nonsense'; conntest --help lists them all"],
  [['-x'], "unknown option '-x'; conntest --help lists them all"],
  [
    ['--packet-size', '5mb'],
    "--packet-size belongs in the URI; write --connect 'tcp://host:1234?packet-size=SIZE'",
  ],
  [
    ['--monitor-bandwidth'],
    "--monitor-bandwidth belongs in the URI; write --connect 'tcp://host:1234?monitor-bandwidth'",
  ],
  [['--timeout'], '--timeout: its value is missing; write --timeout <duration>'],
  [['-t'], '--time: its value is missing; write --time <duration>'],
  [['--listen', '--connect', 'tcp:h:1'], '--listen: its value is missing; write --listen <address>'],
  [['--name', '--ui=json'], '--name: its value is missing; write --name <text>'],
  [['--listen', ''], "--listen '': no protocol; write e.g. tcp:127.0.0.1:1234"],
  [['tcp:1234'], "unexpected argument 'tcp:1234'; did you mean --listen 'tcp:1234'?"],
  [
    ['tcp://h:1?monitor-bandwidth'],
    "unexpected argument 'tcp://h:1?monitor-bandwidth'; did you mean --connect 'tcp://h:1?monitor-bandwidth'?",
  ],
  [
    ['--listen', 'tcp:1', 'now'],
    "unexpected argument 'now'; every setting is a flag; conntest --help lists them",
  ],
  [['relpay', 'run.jsonl'], "unexpected argument 'relpay'; did you mean conntest replay?"],
];

for (const [argv, message] of REFUSED) {
  test(`conntest ${argv.join(' ')} is refused: ${message}`, () => {
    assertRefused(() => run(argv), message);
  });
}
