/** `conntest sweep` as a command. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Lifetime, runChild, spawnChild } from '../support/children.js';
import { CLI_PATH } from '../support/instance.js';
import { freePort } from '../support/ports.js';
import { NO_TCP, NOTHING } from '../sweep/fake-opening.js';

/** The program as its modules, which can be exchanged one by one. */
const MODULES = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
const FAKES = fileURLToPath(new URL('../sweep/fake-resolve.js', import.meta.url));
const QUICK = ['--phase', '10ms', '--sizes', '1200,1327', '-r', '3'];

/** Over links that are numbers. */
function fakeCommand(...args: string[]): string[] {
  return [process.execPath, '--import', FAKES, MODULES, 'sweep', ...args];
}

function sweep(t: Lifetime, ...args: string[]) {
  return runChild(t, [process.execPath, CLI_PATH, 'sweep', ...args]);
}

describe('conntest sweep', { concurrency: 3 }, () => {
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

  test('the text goes to stdout, notices to stderr, and a file has what its ending says', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'conntest-sweep-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'sweep.jsonl');
    const { code, stdout, stderr } = await runChild(
      t,
      fakeCommand('udp://peer.example:1234', ...QUICK, '--seed', '7', '-o', file),
    );
    assert.deepEqual([code, stderr], [0, 'conntest: these links are fakes\n']);
    assert.match(
      stdout,
      /^Sweep of udp:\/\/peer\.example:1234, which is receiver, over udp \(protocol 2\)\n/,
    );
    assert.match(stdout, /^3 rounds of 10\.0 ms a size, in the order of seed 7$/m);
    assert.match(stdout, /^12 measurements in [\d.]+ m?s$/m);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const records = lines.map(
      (line) => JSON.parse(line) as { type: string; seed?: number; complete?: boolean },
    );
    assert.deepEqual([records[0]?.type, records[0]?.seed], ['start', 7]);
    assert.equal(records.filter(({ type }) => type === 'sample').length, 12);
    assert.deepEqual([records.at(-1)?.type, records.at(-1)?.complete], ['summary', true]);
  });

  test('the same seed measures in the same order', async (t) => {
    const orderOf = async (seed: string): Promise<string> => {
      const args = ['udp://peer.example:1', ...QUICK, '--seed', seed, '--ui', 'csv'];
      const { stdout } = await runChild(t, fakeCommand(...args));
      return stdout.replace(/^\d+,(\d+,[^,]+,[^,]+,\d+),.*$/gm, '$1');
    };
    const [first, again, other] = await Promise.all([orderOf('1'), orderOf('1'), orderOf('2')]);
    assert.match(first!, /^1,udp,(up|down),\d+$/m);
    assert.equal(again, first);
    assert.notEqual(other, first);
  });

  test('Ctrl-C ends it at once with what it has, and 0', async (t) => {
    const args = ['udp://peer.example:1', '--sizes', '1200', '--phase', '1h', '--ui', 'json'];
    const child = spawnChild(t, fakeCommand(...args));
    let stdout = '';
    child.stdout?.on('data', (text: string) => {
      if (stdout.includes('"plan"') === false && (stdout + text).includes('"plan"')) child.kill('SIGINT');
      stdout += text;
    });
    const [code] = (await once(child, 'close')) as [number | null];
    assert.equal(code, 0);
    assert.match(stdout, /\{"type":"summary",.*"complete":false,"measurements":0\}\n$/);
  });

  test('a peer of which nothing comes back ends it with 3, one of several ways with 4', async (t) => {
    const ends = await Promise.all(
      [NOTHING, NO_TCP].map((host) => runChild(t, fakeCommand(`udp://${host}:1`, ...QUICK, '--versus'))),
    );
    assert.deepEqual(
      ends.map(({ code }) => code),
      [3, 4],
    );
    assert.match(ends[1]!.stdout, /^ +1,200 .* TIMEOUT +-$/m);
    assert.match(ends[1]!.stdout, /^ {2}tcp up +data of 1,200 to 1,327 bytes never arrived \(TIMEOUT\)$/m);
  });

  test('a reader that has seen enough is a good end', async (t) => {
    const command = `set -o pipefail; "$0" "$@" | head -n 1`;
    const args = fakeCommand('udp://peer.example:1', ...QUICK);
    const { code, stdout } = await runChild(t, ['bash', '-c', command, ...args]);
    assert.equal(code, 0);
    assert.match(stdout, /^Sweep of .*\n$/);
  });
});
