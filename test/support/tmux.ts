/** The real program on a real terminal: tmux's, which a test types into and looks at. */
import { execFile, spawnSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Lifetime } from './children.js';

const run = promisify(execFile);

/** What a busy machine may take to show what a test waits for. */
const WAIT_MS = 15_000;
const LOOK_EVERY_MS = 50;

let servers = 0;

/** Why there can be no test on a terminal here; false: there can. */
export function whyNoTmux(): string | false {
  return spawnSync('tmux', ['-V']).status === 0 ? false : 'tmux is not installed';
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A terminal with a shell in it, that ends with the test. */
export async function openTmux(t: Lifetime, { columns, rows }: TerminalSize): Promise<Tmux> {
  const socket = `conntest-test-${process.pid}-${servers++}`;
  const tmux = new Tmux(socket);
  t.after(() => tmux.end());
  const shell = ['env', 'LANG=C.UTF-8', 'PS1=$ ', 'bash', '--norc', '--noprofile'];
  await tmux.command('new-session', '-d', '-x', String(columns), '-y', String(rows), ...shell);
  return tmux;
}

export class Tmux {
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
  }

  /** A tmux of its own: that of whoever runs the tests is left alone, and so are their settings. */
  async command(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('tmux', ['-L', this.#socket, '-f', '/dev/null', ...args]);
    return stdout;
  }

  /** Types a line into the shell. */
  async type(line: string): Promise<void> {
    await this.command('send-keys', '-l', line);
    await this.command('send-keys', 'Enter');
  }

  /** Presses keys, by tmux's names. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.command('send-keys', ...keys);
  }

  async resize({ columns, rows }: TerminalSize): Promise<void> {
    await this.command('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** What stands on the screen. */
  screen(): Promise<string> {
    return this.command('capture-pane', '-p');
  }

  /** The screen, as soon as `isReached` holds for it.
   *  @throws Error with what stood there instead */
  async see(isReached: RegExp | ((screen: string) => boolean)): Promise<string> {
    const endMs = Date.now() + WAIT_MS;
    for (;;) {
      const screen = await this.screen();
      if (typeof isReached === 'function' ? isReached(screen) : isReached.test(screen)) return screen;
      if (Date.now() > endMs) throw new Error(`never seen: ${isReached}; at the end there stood\n${screen}`);
      await pause(LOOK_EVERY_MS);
    }
  }

  /** Whether the program has a screen of its own, and hides the cursor. */
  async mode(): Promise<{ readonly ownScreen: boolean; readonly cursor: boolean }> {
    const [own, cursor] = (await this.command('display-message', '-p', '#{alternate_on} #{cursor_flag}'))
      .trim()
      .split(' ');
    return { ownScreen: own === '1', cursor: cursor === '1' };
  }

  async end(): Promise<void> {
    await this.command('kill-server').catch(() => {
      // It has ended with its last window.
    });
  }
}
