/** conntest completion, read by the shells that are here, and the man page. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { manPage } from '../src/cli-man.js';
import { parseArgv } from '../src/cli-program.js';
import { FLAGS } from '../src/options/flags.js';
import { assertRefused, CONTEXT } from './options/fixture.js';

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

for (const shell of ['bash', 'zsh', 'fish']) {
  const isHere = spawnSync(shell, ['--version']).status === 0;
  test(`the script for ${shell} is one, with every flag`, {
    skip: isHere ? false : `no ${shell} here`,
  }, () => {
    const script = scriptFor(shell);
    const { status, stderr } = spawnSync(shell, ['-n'], { input: script, encoding: 'utf8' });
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    for (const { long } of FLAGS)
      assert.ok(script.includes(shell === 'fish' ? `-l ${long}` : `--${long}`), long);
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
  for (const line of page.split('\n')) assert.match(line, /^(\.(TH|SH|SS|TP|B|br|nf|fi)\b|[^.']|$)/);
  assert.match(page, /^\.SH EXAMPLES$/m);
  assert.match(page, /^\.SH EXIT CODES$/m);
});
