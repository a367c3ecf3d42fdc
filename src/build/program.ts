/**
 * Joins the compiled modules to a few files, dist/program, which are what `conntest` runs: a thread that loads 100 modules
 * spends most of its start on finding them (docs/performance.md). Packages stay outside; what is imported on demand stays
 * in files of its own.
 */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const DIST = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = `${DIST}program`;

rmSync(PROGRAM, { recursive: true, force: true });
await Promise.all([
  join('cli', `${DIST}src/cli.js`),
  join('shard', `${DIST}workers/shard.js`),
  join('probe', `${DIST}workers/probe.js`),
]);

/** Threads share no modules, and so no files. */
function join(name: string, path: string): Promise<unknown> {
  return build({
    entryPoints: { [name]: path },
    outdir: PROGRAM,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    logLevel: 'warning',
  });
}
