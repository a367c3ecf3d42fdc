/** conntest completion, read by the shells that are here, and the man page. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { manPage } from '../src/cli/man.js';
import { parseArgv } from '../src/cli/program.js';
import { COMMANDS } from '../src/options/commands.js';
import { FLAGS } from '../src/options/flags/run.js';
import { assertRefused, CONTEXT } from './options/fixture.js';
import { runChild } from './support/children.js';
import { CLI_PATH } from './support/instance.js';

function scriptFor(shell: string): string {
  const request = parseArgv(['completion', shell], {}, CONTEXT);
  assert.ok(request.kind === 'help');
  return request.text;
}

/** What bash offers behind these words. */
function offered(...words: readonly string[]): string[] {
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const lines = [
    scriptFor('bash'),
    `COMP_WORDS=(conntest ${quoted}); COMP_CWORD=${words.length}; _conntest`,
    'printf "%s\\n" "$' + '{COMPREPLY[@]}"',
  ];
  const { stdout, stderr } = spawnSync('bash', ['--norc'], { input: lines.join('\n'), encoding: 'utf8' });
  assert.equal(stderr, '');
  return stdout.split('\n').filter(Boolean);
}

test('bash completes flags, and values where there is a choice', () => {
  assert.deepEqual(offered('--ui'), ['--ui', '--ui-emphasis']);
  assert.deepEqual(offered('--ui', ''), ['live', 'text', 'log', 'json', 'none']);
  assert.deepEqual(offered('--name', 'x', '--log-level', 'w'), ['warning']);
  assert.deepEqual(offered('--time', ''), []);
  assert.deepEqual(offered('completion', 'f'), ['fish']);
  assert.equal(offered('--').length, FLAGS.length);
});

test('bash completes commands as the first word, and then their own flags, values and operands', () => {
  const names = COMMANDS.map(({ name }) => name);
  assert.deepEqual(
    offered('').filter((word) => !word.startsWith('-')),
    names,
  );
  assert.deepEqual(offered('re'), ['report', 'replay']);
  assert.deepEqual(offered('--name', 're'), []);
  assert.deepEqual(offered('--name', 'x', 're'), [], 'a command comes first');
  assert.deepEqual(offered('probe', '--ex'), ['--expect']);
  assert.deepEqual(offered('probe', 'tcp://h:1', '--expect', ''), ['open', 'conntest', 'closed', 'filtered']);
  assert.deepEqual(offered('replay', '--ui', ''), ['live', 'text']);
  assert.deepEqual(offered('replay', '--speed', ''), []);
  assert.deepEqual(offered('diff', '--fail-if', ''), []);
  assert.deepEqual(offered('replay', 'package.j'), ['package.json']);
  assert.deepEqual(offered('report', '-o', 'package.j'), ['package.json']);
  assert.deepEqual(offered('probe', 'package.j'), []);
  assert.deepEqual(offered('completion', ''), ['bash', 'zsh', 'fish']);
});

for (const { name, flags } of COMMANDS.filter((command) => command.name !== 'completion')) {
  test(`what is completed for ${name} is what its help says`, async (t) => {
    const { stdout } = await runChild(t, [process.execPath, CLI_PATH, name, '--help']);
    const inHelp = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z][a-z0-9-]*)/gm)].map(([, flag]) => flag);
    assert.deepEqual(flags.map(({ long }) => `--${long}`).sort(), inHelp.sort());
  });
}

function whyNot(shell: string): string | false {
  return spawnSync(shell, ['--version']).status === 0 ? false : `no ${shell} here`;
}

/** fish reads no script from a pipe. */
async function scriptFile(t: TestContext, shell: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'conntest-completion-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, shell);
  await writeFile(path, scriptFor(shell));
  return path;
}

test('fish completes commands, flags, and values where there is a choice', {
  skip: whyNot('fish'),
}, async (t) => {
  const path = await scriptFile(t, 'fish');
  const offer = (line: string): string[] => {
    const commands = `source '${path}'; complete -C '${line}'`;
    const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', commands], { encoding: 'utf8' });
    assert.equal(stderr, '');
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((offered) => offered.split('\t')[0]!);
  };
  assert.deepEqual(offer('conntest re').sort(), ['replay', 'report']);
  assert.deepEqual(offer('conntest --ui ').sort(), ['json', 'live', 'log', 'none', 'text']);
  assert.deepEqual(offer('conntest replay --sp'), ['--speed']);
  assert.deepEqual(offer('conntest completion ').sort(), ['bash', 'fish', 'zsh']);
});

for (const shell of ['bash', 'zsh', 'fish']) {
  test(`the script for ${shell} is one, with every flag`, { skip: whyNot(shell) }, async (t) => {
    const path = await scriptFile(t, shell);
    const script = await readFile(path, 'utf8');
    const { status, stderr } = spawnSync(shell, ['-n', path], { encoding: 'utf8' });
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    for (const { long } of FLAGS)
      assert.ok(script.includes(shell === 'fish' ? `-l ${long}` : `--${long}`), long);
    for (const { name } of COMMANDS) assert.match(script, new RegExp(`\\b${name}\\b`));
  });
}

test('another shell, or none, is refused with the three that there are', () => {
  assertRefused(
    () => scriptFor('zhs'),
    "completion: write conntest completion bash|zsh|fish; did you mean 'zsh'?",
  );
  assertRefused(
    () => parseArgv(['completion'], {}, CONTEXT),
    'completion: write conntest completion bash|zsh|fish',
  );
});

test('the man page has every flag, and no line that roff would take for a request of its own', () => {
  const page = manPage('1.2.3');
  for (const { long } of FLAGS) assert.ok(page.includes(`\\-\\-${long.replaceAll('-', '\\-')}`), long);
  for (const { name } of COMMANDS) assert.ok(page.includes(`.B conntest ${name}\n`), name);
  for (const line of page.split('\n')) assert.match(line, /^(\.(TH|SH|SS|TP|B|br|nf|fi)\b|[^.']|$)/);
  assert.match(page, /^\.SH EXAMPLES$/m);
  assert.match(page, /^\.SH EXIT CODES$/m);
});
