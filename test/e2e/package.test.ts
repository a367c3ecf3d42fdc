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

const INSTALL = ['npm', 'install', '--prefer-offline', '--no-audit', '--no-fund'];

test('the packed package holds the program and no tests, and runs where it is installed', async (t) => {
  const { folder, report } = await pack(t);
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

  await succeed(t, folder, [...INSTALL, join(folder, report.filename)]);
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

test('installed for everyone, it has its command and its man page', async (t) => {
  const { folder, report } = await pack(t);
  const prefix = join(folder, 'global');
  await succeed(t, folder, [...INSTALL, '--global', '--prefix', prefix, join(folder, report.filename)]);
  assert.match(
    (await succeed(t, folder, [join(prefix, 'bin/conntest'), '--help'])).stdout,
    /--connect <uri>/,
  );
  assert.match(readFileSync(join(prefix, 'share/man/man1/conntest.1'), 'utf8'), /^\.TH CONNTEST 1/m);
});

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

async function pack(t: TestContext): Promise<{ folder: string; report: Packed }> {
  const folder = mkdtempSync(join(tmpdir(), 'conntest-package-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  // Without scripts: packing would build anew, under the tests that are running.
  const command = ['npm', 'pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const [report] = JSON.parse((await succeed(t, ROOT, command)).stdout) as Packed[];
  assert.ok(report);
  return { folder, report };
}

async function succeed(t: TestContext, cwd: string, command: readonly string[]): Promise<Finished> {
  const finished = await runChild(t, command, { cwd, env });
  assert.equal(finished.code, 0, `${command.join(' ')}: ${finished.stderr}`);
  return finished;
}
