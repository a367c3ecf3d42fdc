/** What the figures depend on and a reader can't see. No names of hosts or users, no paths. */
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import { iperf3Version } from './iperf3.js';
import { run } from './process.js';

/** The project's folder, from dist/bench. */
const ROOT = new URL('../../', import.meta.url);
const LIMIT_MS = 10_000;

export interface Machine {
  readonly system: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly node: string;
  readonly iperf3: string;
  readonly conntest: string;
  /** null: not run from a git checkout. */
  readonly commit: string | null;
}

export async function readMachine(): Promise<Machine> {
  const manifest = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'));
  return {
    system: `${type()} ${release()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.version,
    iperf3: await iperf3Version().catch(() => 'not installed'),
    conntest: String(manifest.version),
    commit: await readCommit().catch(() => null),
  };
}

/** Figures of a tree that nobody else can have must say so. */
async function readCommit(): Promise<string> {
  const git = (...args: string[]) => run('git', ['-C', fileURLToPath(ROOT), ...args], LIMIT_MS);
  const commit = (await git('rev-parse', '--short', 'HEAD')).trim();
  const changes = await git('status', '--porcelain', '--', 'src', 'workers', 'package-lock.json');
  return changes === '' ? commit : `${commit} and uncommitted changes`;
}
