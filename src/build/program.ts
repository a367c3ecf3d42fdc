/**
 * Joins the compiled modules to CommonJS files, dist/program, which are what `conntest` runs: one for each kind of thread, one
 * that reads the command line, and one for each thing that it can ask for. Who finds, reads and links 100 modules spends most
 * of its start on that, and so does who compiles what it will not call (docs/performance.md). What a file imports on demand
 * is evaluated on demand. Packages stay outside, but for one that CommonJS could load only where node knows how.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Script } from 'node:vm';
import { build, type Plugin } from 'esbuild';
import { cachePath, compile, evaluate } from '../load.js';
import { holdSession, type RunShard } from './session.js';

const DIST = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = `${DIST}program`;

/** All that our modules import, but chalk. */
const PACKAGES = ['cli-table3', 'commander', 'koffi', 'piscina', 'uplot', 'yaml'];

/** What our modules ask `import.meta` for. */
const META = `const { pathToFileURL: toUrl } = require('node:url');
const metaUrl = toUrl(__filename).href;
const metaResolve = (name) => toUrl(require.resolve(name)).href;`;

/** What cli.ts imports on demand: each in a file of its own, which it loads with V8's code of it. */
const PARTS = ['program', 'run', 'probe', 'sweep', 'report', 'diff', 'replay'].map((name) => `cli/${name}`);

const apartFromCli: Plugin = {
  name: 'apart-from-cli',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^\\./(${PARTS.join('|')})\\.js$`) }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path: path.replace(/\.js$/, '.cjs'), namespace: 'part' } : null,
    );
    onLoad({ filter: /./, namespace: 'part' }, ({ path }) => ({
      contents: `module.exports = require('./load.js').load(require('node:path').join(__dirname, '${path}'));`,
      resolveDir: `${DIST}src`,
    }));
  },
};

rmSync(PROGRAM, { recursive: true, force: true });
await Promise.all([
  ...['cli', ...PARTS].map((name) => join(name, `${DIST}src/${name}.js`)),
  ...['shard-start', 'shard', 'probe', 'log'].map((name) => join(name, `${DIST}workers/${name}.js`)),
]);
for (const name of PARTS) await cache(`${PROGRAM}/${name}.cjs`, (file, path) => void evaluate(file, path));
await cache(`${PROGRAM}/shard.cjs`, async (file, path) => {
  const { default: shard } = evaluate(file, path) as { readonly default: RunShard };
  // Where there is no loopback it starts a little later.
  await holdSession(shard).catch(() => {});
});

/** Threads share no modules, and so no files. The commands share few with the command line, as copies. */
function join(name: string, path: string): Promise<unknown> {
  return build({
    entryPoints: [path],
    outfile: `${PROGRAM}/${name}.cjs`,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    external: PACKAGES,
    plugins: [apartFromCli],
    // What is left of them is required: node's import() of a CommonJS file looks at it twice.
    supported: { 'dynamic-import': false },
    banner: { js: META },
    define: { 'import.meta.url': 'metaUrl', 'import.meta.resolve': 'metaResolve' },
    logLevel: 'warning',
  });
}

/** Leaves beside a file what V8 has made of it by then: of the functions that were called as well.
 *  @param use calls them */
async function cache(path: string, use: (file: Script, path: string) => void | Promise<void>): Promise<void> {
  const file = compile(path);
  await use(file, path);
  writeFileSync(cachePath(path), file.createCachedData());
}
