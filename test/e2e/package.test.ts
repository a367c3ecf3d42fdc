/** The package as others get it: packed, installed into an empty folder, run from there. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Finished, runChild, spawnChild } from '../support/children.js';
import { Instance } from '../support/instance.js';

/** dist/test/e2e -> the project. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What npm tells its scripts about the project that they belong to, which is not the one installed into here. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));

test('the packed package holds the program and no tests, and runs where it is installed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'conntest-package-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));

  // Without scripts: packing would build anew, under the tests that are running.
  const packed = await succeed(t, ROOT, [
    'npm',
    'pack',
    '--ignore-scripts',
    '--json',
    '--pack-destination',
    folder,
  ]);
  const [report] = JSON.parse(packed.stdout) as { filename: string; files: { path: string }[] }[];
  assert.ok(report);
  const paths = report.files.map(({ path }) => path);
  for (const needed of [
    'package.json',
    'dist/src/conntest.cjs',
    'dist/src/help.txt',
    'dist/program/cli.cjs',
    'dist/program/shard.cjs',
  ]) {
    assert.ok(paths.includes(needed), `${needed} is missing`);
  }
  const foreign = paths.filter((path) => !/^(dist\/(src|program)\/|docs\/|[^/]+$)/.test(path));
  assert.deepEqual(foreign, []);
  assert.deepEqual(
    paths.filter((path) => /\.test\.|\.ts$|\.tgz$/.test(path)),
    [],
  );

  const install = [
    'npm',
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    join(folder, report.filename),
  ];
  await succeed(t, folder, install);
  const conntest = ['npx', '--no-install', 'conntest'];
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  assert.equal((await succeed(t, folder, [...conntest, '--version'])).stdout, `${version}\n`);
  assert.match((await succeed(t, folder, [...conntest, '--help'])).stdout, /--connect <uri>/);

  // By its own name: npx would stand between it and its SIGINT.
  const installed = join(folder, 'node_modules', '.bin', 'conntest');
  const run = new Instance(spawnChild(t, [installed, '--ui', 'json'], { cwd: folder, env }), []);
  await run.line('phase', ({ direction }) => direction === 'down');
  assert.equal(await run.stop(), 0);
  const { clients } = await run.line('summary');
  assert.ok(clients[0] && clients[0].down.phases > 0 && clients[0].latency.count > 0);
});

async function succeed(t: TestContext, cwd: string, command: readonly string[]): Promise<Finished> {
  const finished = await runChild(t, command, { cwd, env });
  assert.equal(finished.code, 0, `${command.join(' ')}: ${finished.stderr}`);
  return finished;
}
