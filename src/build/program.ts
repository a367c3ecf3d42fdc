/**
 * Joins the compiled modules to one CommonJS file a thread, dist/program, which is what `conntest` runs: a thread that finds,
 * reads and links 100 modules spends most of its start on that (docs/performance.md). What is imported on demand is
 * evaluated on demand. Packages stay outside, but for one that CommonJS could load only where node knows how.
 */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const DIST = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = `${DIST}program`;

/** All that our modules import, but chalk. */
const PACKAGES = ['cli-table3', 'commander', 'koffi', 'piscina', 'uplot', 'yaml'];

/** What our modules ask `import.meta` for. */
const META = `const { pathToFileURL: toUrl } = require('node:url');
const metaUrl = toUrl(__filename).href;
const metaResolve = (name) => toUrl(require.resolve(name)).href;`;

rmSync(PROGRAM, { recursive: true, force: true });
await Promise.all([
  join('cli', `${DIST}src/cli.js`),
  join('shard', `${DIST}workers/shard.js`),
  join('probe', `${DIST}workers/probe.js`),
  join('log', `${DIST}workers/log.js`),
]);

/** Threads share no modules, and so no files. */
function join(name: string, path: string): Promise<unknown> {
  return build({
    entryPoints: [path],
    outfile: `${PROGRAM}/${name}.cjs`,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    external: PACKAGES,
    banner: { js: META },
    define: { 'import.meta.url': 'metaUrl', 'import.meta.resolve': 'metaResolve' },
    logLevel: 'warning',
  });
}
