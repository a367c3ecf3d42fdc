import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** As a shell shows a process that SIGINT has ended. */
const INTERRUPTED = 130;
/** What a child says on stderr is quoted when it fails; its end is where the reason is. */
const STDERR_CHARS = 2000;
/** From asking a child to end until ending it. */
const GRACE_MS = 3000;

const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});
// A signal's default action ends us without that event.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(INTERRUPTED));

export interface Exit {
  /** null: ended by a signal. */
  readonly code: number | null;
  readonly stdout: readonly string[];
  readonly stderr: string;
}

/** A child process: its lines as they come, its end, and a bound on its life. */
export class Running {
  /** performance.now() right before it was started. */
  readonly startedMs: number;
  readonly exit: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #command: string;
  readonly #lines: string[] = [];
  #stderr = '';

  /** @param handleLine sees each line of stdout when it comes; the lines are kept when it is left out
   *  @param limitMs after which it is killed: no benchmark hangs */
  constructor(
    command: string,
    args: readonly string[],
    limitMs: number,
    handleLine?: (line: string) => void,
  ) {
    this.#command = command;
    this.startedMs = performance.now();
    this.#child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    alive.add(this.#child);
    const lines = createInterface({ input: this.#child.stdout! });
    lines.on('line', handleLine ?? ((line) => this.#lines.push(line)));
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_CHARS);
    });
    const limit = setTimeout(() => this.#child.kill('SIGKILL'), limitMs);
    this.exit = this.#ended().finally(() => {
      clearTimeout(limit);
      alive.delete(this.#child);
    });
  }

  /** @throws Error when it never started */
  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error(`${this.#command} did not start`);
    return pid;
  }

  /** Asks it to end, and waits until it has. */
  async stop(): Promise<Exit> {
    this.#child.kill('SIGTERM');
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), GRACE_MS);
    return this.exit.finally(() => clearTimeout(patience));
  }

  #ended(): Promise<Exit> {
    return new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code) => resolve({ code, stdout: this.#lines, stderr: this.#stderr }));
    });
  }
}

/** Runs a program to its end. @throws Error when it can't be started, or ends with anything but 0 */
export async function run(command: string, args: readonly string[], limitMs: number): Promise<string> {
  const { code, stdout, stderr } = await new Running(command, args, limitMs).exit;
  const text = stdout.join('\n');
  // iperf3 -J says on stdout what went wrong.
  if (code !== 0) throw new Error(`${command} ended with ${code ?? 'a signal'}: ${stderr.trim() || text}`);
  return text;
}
