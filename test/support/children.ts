/** Processes that a test starts: each ends with its test, and at the latest with the process that started it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A child that outlives this hangs; the slowest test needs a fraction of it. */
const MAX_LIFE_MS = 60_000;

const live = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of live) child.kill('SIGKILL');
});

/** What a child's life is bound to: a test, or whatever else ends what it was given. */
export interface Lifetime {
  /** `end` may return a promise, which is awaited. */
  after(end: () => unknown): void;
}

export interface SpawnOptions {
  readonly cwd?: string;
  /** Instead of this process's own environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** `ignore` when left out. */
  readonly stdin?: 'ignore' | 'pipe';
}

/** Starts `command`, its output as UTF-8 text, without a terminal; killed when the test ends. */
export function spawnChild(
  t: Lifetime,
  command: readonly string[],
  { stdin = 'ignore', ...options }: SpawnOptions = {},
): ChildProcess {
  const [file = '', ...args] = command;
  const child = spawn(file, args, {
    ...options,
    stdio: [stdin, 'pipe', 'pipe'],
    timeout: MAX_LIFE_MS,
    killSignal: 'SIGKILL',
  });
  live.add(child);
  child.once('exit', () => live.delete(child));
  child.stdout?.setEncoding('utf8');
  child.stderr?.setEncoding('utf8');
  t.after(() => endChild(child));
  return child;
}

/** SIGKILL, and the wait until it is gone. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

export interface Finished {
  /** null: ended by a signal. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `command` to its end. */
export async function runChild(
  t: Lifetime,
  command: readonly string[],
  options: SpawnOptions = {},
): Promise<Finished> {
  const child = spawnChild(t, command, options);
  const texts = { stdout: '', stderr: '' };
  child.stdout?.on('data', (text: string) => {
    texts.stdout += text;
  });
  child.stderr?.on('data', (text: string) => {
    texts.stderr += text;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, ...texts };
}
