/** `conntest sweep` as a command. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Lifetime, runChild } from '../support/children.js';
import { CLI_PATH } from '../support/instance.js';
import { freePort } from '../support/ports.js';

function sweep(t: Lifetime, ...args: string[]) {
  return runChild(t, [process.execPath, CLI_PATH, 'sweep', ...args]);
}

test('--help says what it takes, in 80 columns', async (t) => {
  const { code, stdout } = await sweep(t, '--help');
  assert.equal(code, 0);
  assert.match(stdout, /^Usage: conntest sweep <target> \[options\]\n/);
});

test('mistakes end it with 2, and are named', async (t) => {
  for (const [args, says] of [
    [[], /nothing to measure/],
    [['udp://127.0.0.1:1', '--sizes', '9..1'], /runs backwards; write 1\.\.9/],
    [['udp://127.0.0.1:1', '--nonsense'], /conntest sweep --help lists them all/],
  ] as const) {
    const { code, stdout, stderr } = await sweep(t, ...args);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, says);
  }
});

test('a file that can not be written ends it with 1, before anything is measured', async (t) => {
  const { code, stderr } = await sweep(t, 'udp://127.0.0.1:1', '-o', '/no/such/sweep.jsonl');
  assert.equal(code, 1);
  assert.match(stderr, /can't write \/no\/such\/sweep\.jsonl: ENOENT/);
});

test('a peer that is not there ends it with 3, and says which', async (t) => {
  const port = await freePort();
  const { code, stdout, stderr } = await sweep(t, `tcp://127.0.0.1:${port}`, '--timeout', '500ms');
  assert.deepEqual([code, stdout], [3, '']);
  assert.match(stderr, new RegExp(`^conntest: .*127\\.0\\.0\\.1:${port}`, 'm'));
});
