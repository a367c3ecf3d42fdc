/**
 * Joins the compiled modules to CommonJS files, dist/program, which are what `conntest` runs: one for each kind of thread, one
 * that reads the command line, and one for each thing that it can ask for. Who finds, reads and links 100 modules spends most
 * of its start on that, and so does who compiles what it will not call (docs/performance.md). What a file imports on demand
 * is evaluated on demand. Packages stay outside, but for one that CommonJS could load only where node knows how.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { cachePath, compile, evaluate } from '../load.js';

const DIST = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = `${DIST}program`;

/** All that our modules import, but chalk. */
const PACKAGES = ['cli-table3', 'commander', 'koffi', 'piscina', 'uplot', 'yaml'];

/** What our modules ask `import.meta` for. */
const META = `const { pathToFileURL: toUrl } = require('node:url');
const metaUrl = toUrl(__filename).href;
const metaResolve = (name) => toUrl(require.resolve(name)).href;`;

/** What cli.ts imports on demand, each in a file of its own. */
const PARTS = ['program', 'run', 'probe', 'sweep', 'report', 'diff', 'replay'].map((name) => `cli/${name}`);

const apartFromCli: Plugin = {
  name: 'apart-from-cli',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^\\./(${PARTS.join('|')})\\.js$`) }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path: path.replace(/\.js$/, '.cjs'), external: true } : null,
    );
  },
};

rmSync(PROGRAM, { recursive: true, force: true });
await Promise.all([
  ...['start', 'cli', ...PARTS].map((name) => join(name, `${DIST}src/${name}.js`)),
  ...['shard-start', 'shard', 'probe', 'log'].map((name) => join(name, `${DIST}workers/${name}.js`)),
]);
for (const name of ['cli', ...PARTS, 'shard']) cache(`${PROGRAM}/${name}.cjs`);

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
    // A file of ours is required: node's import() of a CommonJS file looks at it twice.
    supported: { 'dynamic-import': false },
    banner: { js: META },
    define: { 'import.meta.url': 'metaUrl', 'import.meta.resolve': 'metaResolve' },
    logLevel: 'warning',
  });
}

/** What V8 makes of a file before it runs, and of the functions that its evaluation calls. */
function cache(path: string): void {
  const file = compile(path);
  // That one would read our own command line.
  if (path !== `${PROGRAM}/cli.cjs`) evaluate(file, path);
  writeFileSync(cachePath(path), file.createCachedData());
}
