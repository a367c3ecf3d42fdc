/** The real program as a test sees it: a process, and the lines that it says with --ui json. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { endChild, type Lifetime, spawnChild } from './children.js';
import { isOf, type Line, type LineOf, type LineType, type PeerLine } from './lines.js';

/** dist/test/support -> dist/src, wherever the checkout is. */
export const CLI_PATH = fileURLToPath(new URL('../../src/conntest.cjs', import.meta.url));

/** What a busy machine may take for anything that a test waits for. */
const WAIT_MS = 30_000;

/** Of its lines, what a failed wait quotes. */
const QUOTED_LINES = 8;
const QUOTED_CHARS = 400;

export interface InstanceOptions {
  /** Put before node: `ip netns exec NAME`, `prlimit …`. */
  readonly prefix?: readonly string[];
  /** Modules that are loaded before the program. */
  readonly imports?: readonly string[];
}

interface Waiter {
  /** Lines up to this number have been looked at. */
  seen: number;
  check(): void;
  fail(why: string): void;
}

/** Starts conntest with `--ui json` and these arguments; it ends with the test, whatever happens. */
export function startInstance(
  t: Lifetime,
  args: readonly string[],
  { prefix = [], imports = [] }: InstanceOptions = {},
): Instance {
  const loads = imports.flatMap((path) => ['--import', path]);
  const command = [...prefix, process.execPath, ...loads, CLI_PATH, ...args, '--ui', 'json'];
  return new Instance(spawnChild(t, command), args);
}

/** An instance that listens on `address`, once it does. */
export async function startListener(
  t: Lifetime,
  args: readonly string[] = [],
  address = 'tcp:127.0.0.1:0',
  options: InstanceOptions = {},
): Promise<Instance & { readonly port: number }> {
  const instance = startInstance(t, ['--listen', address, ...args], options);
  const { local } = await instance.line('listening');
  return Object.assign(instance, { port: local.port });
}

export class Instance {
  readonly lines: Line[] = [];
  stderr = '';
  /** Lines of stdout that are no JSON. */
  readonly strays: string[] = [];
  readonly #child: ChildProcess;
  readonly #args: readonly string[];
  readonly #ended: Promise<number | null>;
  readonly #waiters = new Set<Waiter>();
  #hasEnded = false;

  constructor(child: ChildProcess, args: readonly string[]) {
    this.#child = child;
    this.#args = args;
    const { stdout, stderr } = child;
    if (stdout === null || stderr === null) throw new TypeError('an instance needs pipes');
    const reader = createInterface({ input: stdout });
    reader.on('line', (text) => this.#handleLine(text));
    stderr.on('data', (text: string) => {
      this.stderr += text;
    });
    this.#ended = Promise.all([once(child, 'close'), once(reader, 'close')]).then(([[code]]) => {
      this.#handleEnd();
      return code as number | null;
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The first line of this type that is true of `where`: one that has come already, or the next.
   *  @param after look only behind this line */
  line<Type extends LineType>(
    type: Type,
    where: (line: LineOf<Type>) => boolean = () => true,
    after?: Line,
  ): Promise<LineOf<Type>> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        seen: after === undefined ? 0 : this.lines.indexOf(after) + 1,
        check: () => {
          for (const line of this.lines.slice(waiter.seen)) {
            waiter.seen++;
            if (!isOf(line, type) || !where(line)) continue;
            this.#settle(waiter, timer);
            resolve(line);
            return;
          }
        },
        fail: (why) => {
          this.#settle(waiter, timer);
          reject(new Error(`${why} without the awaited '${type}' line; ${this.#quote()}`));
        },
      };
      const timer = setTimeout(() => waiter.fail(`${WAIT_MS / 1000} s have passed`), WAIT_MS);
      this.#waiters.add(waiter);
      waiter.check();
      if (this.#hasEnded && this.#waiters.has(waiter)) waiter.fail('the instance has ended');
    });
  }

  /** The first snapshot whose row of its only client or peer is true of `where`. */
  peer(
    side: 'clients' | 'servers',
    where: (peer: PeerLine) => boolean = () => true,
    after?: Line,
  ): Promise<LineOf<'snapshot'>> {
    return this.line('snapshot', (line) => line[side].some(where), after);
  }

  /** All lines of a type so far. */
  all<Type extends LineType>(type: Type): LineOf<Type>[] {
    return this.lines.filter((line) => isOf(line, type));
  }

  /** The first `count` lines of a type, once there are that many. */
  async atLeast<Type extends LineType>(count: number, type: Type): Promise<LineOf<Type>[]> {
    await this.line(type, () => this.all(type).length >= count);
    return this.all(type).slice(0, count);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The exit code, once it has ended by itself; null when a signal ended it. */
  ended(): Promise<number | null> {
    return this.#ended;
  }

  /** The orderly end: one SIGINT.
   *  @returns the exit code */
  stop(): Promise<number | null> {
    this.signal('SIGINT');
    return this.#ended;
  }

  /** The end that it can't see coming: SIGKILL. */
  async kill(): Promise<void> {
    await endChild(this.#child);
    await this.#ended;
  }

  #handleLine(text: string): void {
    try {
      this.lines.push(JSON.parse(text) as Line);
    } catch {
      this.strays.push(text); // a process that was killed leaves half a line
    }
    for (const waiter of [...this.#waiters]) waiter.check();
  }

  #handleEnd(): void {
    this.#hasEnded = true;
    for (const waiter of [...this.#waiters]) waiter.fail('the instance ended');
  }

  #settle(waiter: Waiter, timer: NodeJS.Timeout): void {
    clearTimeout(timer);
    this.#waiters.delete(waiter);
  }

  #quote(): string {
    const last = this.lines.slice(-QUOTED_LINES).map((line) => JSON.stringify(line).slice(0, QUOTED_CHARS));
    return [`conntest ${this.#args.join(' ')}`, ...last, this.stderr].join('\n');
  }
}
