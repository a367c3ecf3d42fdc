/** --ui live in a real terminal. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CLI_PATH, type Instance, startListener } from '../support/instance.js';
import { openTmux, type TerminalSize, type Tmux, whyNoTmux } from '../support/tmux.js';

/** They wait more than they work. */
const terminal = { skip: whyNoTmux(), concurrency: 4 };
const SIZE: TerminalSize = { columns: 100, rows: 30 };
const SIZES: readonly TerminalSize[] = [
  { columns: 60, rows: 20 },
  { columns: 80, rows: 24 },
  { columns: 140, rows: 45 },
];
/** Its process id comes on a line of its own, for signals. */
const PROGRAM = `bash -c 'echo pid $$; exec "$@"' - ${process.execPath}`;

interface LiveOptions {
  readonly args?: readonly string[];
  readonly size?: TerminalSize;
  /** Loaded before the program. */
  readonly imports?: readonly string[];
}

/** conntest on a terminal, measuring a listener. */
async function startLive(
  t: TestContext,
  { args = [], size = SIZE, imports = [] }: LiveOptions = {},
): Promise<{ tmux: Tmux; pid: number; listener: Instance }> {
  const listener = await startListener(t, ['--name', 'receiver', '-i', '200ms']);
  const tmux = await openTmux(t, size);
  const uri = `'tcp://127.0.0.1:${listener.port}?ping-interval=100ms&phase=100ms'`;
  const loads = imports.map((path) => `--import ${path}`).join(' ');
  await tmux.type(
    `clear; ${PROGRAM} ${loads} ${CLI_PATH} --name sender -i 200ms --connect ${uri} ${args.join(' ')}`,
  );
  const [, pid] = /pid (\d+)/.exec(await tmux.see(/pid \d+|As client/)) ?? [];
  await tmux.see(/to receiver .* connected/);
  return { tmux, pid: Number(pid ?? (await pidOf(tmux))), listener };
}

/** Where the screen came before the line could be read: the child of the shell. */
async function pidOf(tmux: Tmux): Promise<string> {
  const shell = (await tmux.command('display-message', '-p', '#{pane_pid}')).trim();
  const { readFileSync } = await import('node:fs');
  return readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim();
}

/** The shell has its terminal back: its own screen, a cursor, and lines that are echoed. */
async function assertRestored(tmux: Tmux): Promise<void> {
  await tmux.see(/^\$$/m);
  assert.deepEqual(await tmux.mode(), { ownScreen: false, cursor: true });
  await tmux.type('stty -a | grep -owE -- "-?(icanon|echo|isig)" | paste -sd " "');
  await tmux.see(/^isig icanon echo$/m);
}

describe('the live UI in a terminal', terminal, () => {
  for (const size of SIZES) {
    it(`the screen fits ${size.columns} x ${size.rows}, and the help too`, async (t) => {
      const { tmux } = await startLive(t, { size });
      const screen = await tmux.see(/uptime +00:0[1-9]/);
      const lines = screen.split('\n');
      assert.equal(lines[0]?.indexOf('sender'), Math.floor((size.columns - 'sender'.length) / 2));
      assert.match(lines[size.rows - 1] ?? '', /^ q end {2}\? help/);
      for (const label of ['#sent', '#recv', 'latnc', 'bndwdth', 'p-size', '#delayd', '#lost', 'retries']) {
        assert.ok(screen.includes(` ${label} `), label);
      }
      await tmux.press('?');
      await tmux.see(/closes and connects again, now\n/);
      await tmux.press('Escape');
      await tmux.see(/to receiver/);
    });
  }

  it('keys switch monitoring, drop and connect again, while the run goes on', async (t) => {
    const { tmux, listener } = await startLive(t);
    await tmux.see(/connected +latency only/);
    await tmux.press('b');
    await tmux.see(/bandwidth of receiver: measured from now on/);
    await tmux.see(/up +[\d.]+ [MG]B\/s/);
    await tmux.see((screen) => !screen.includes('latency only'));
    await listener.peer('servers', ({ up, down }) => up.rate_bps !== null && down.rate_bps !== null);
    await tmux.press('b');
    await tmux.see(/connected +latency only/);
    // What is no longer measured has no rate, at either end.
    await tmux.see(/^ +up +- .*\n +down +- /m);
    await listener.peer(
      'servers',
      ({ up, down }) => up.rate_bps === null && down.rate_bps === null,
      listener.lines.at(-1),
    );
    await tmux.press('x');
    await tmux.see(/to receiver .* dropped/);
    await tmux.press('r');
    await tmux.see(/to receiver .* connected/);
    await tmux.see(/retries +1 /);
    await tmux.press('r');
    await tmux.see(/to receiver .* connected[\s\S]*retries +2 /);
    await tmux.press('q');
    await tmux.see(/== Summary: sender/);
    await assertRestored(tmux);
  });

  it('arrows, page keys and resizing move through many connections', async (t) => {
    const { port } = await startListener(t, ['--name', 'receiver']);
    const tmux = await openTmux(t, SIZE);
    const connects = Array.from({ length: 60 }, (_, i) => `--connect tcp://127.0.0.${i + 1}:${port}`).join(
      ' ',
    );
    await tmux.type(`clear; ${process.execPath} ${CLI_PATH} --name sender ${connects}`);
    await tmux.see(/ > to \S+ {2}(127\.0\.0\.1 |tcp)/);
    await tmux.press('Down', 'Down');
    await tmux.see(/ > to 127\.0\.0\.3:/);
    await tmux.press('End');
    await tmux.see(/ > to 127\.0\.0\.60:/);
    await tmux.resize({ columns: 60, rows: 12 });
    const narrow = await tmux.see(/^ > 127\.0\.0\.60:/m);
    assert.equal(
      narrow.split('\n').findIndex((line) => line.startsWith(' conntest')),
      0,
    );
    await tmux.press('Home');
    await tmux.see(/^ > (receiver|127\.0\.0\.1:)/m);
    await tmux.press('s');
    await tmux.see(/sorted by name/);
  });

  it('a connection that is refused says so, and when it is tried again', async (t) => {
    const tmux = await openTmux(t, SIZE);
    await tmux.type(`clear; ${process.execPath} ${CLI_PATH} --connect tcp://127.0.0.1:1 --retry-delay 5s`);
    await tmux.see(/retrying in [1-5] s: connection refused/);
    await tmux.press('x');
    await tmux.see(/ dropped /);
  });

  it('p stops the screen, not the run', async (t) => {
    const { tmux } = await startLive(t);
    await tmux.press('p');
    const uptime = async (): Promise<string> =>
      /uptime +(\S+)/.exec(await tmux.see(/paused[\s\S]*uptime/))?.[1] ?? '';
    const before = await uptime();
    await tmux.press('?', 'p');
    await tmux.see((screen) => /Keys/.test(screen) && !/paused/.test(screen));
    await tmux.press('?');
    await tmux.see((screen) => (/uptime +(\S+)/.exec(screen)?.[1] ?? before) !== before);
  });

  it('Ctrl-Z gives the shell its terminal, and fg brings the screen back', async (t) => {
    const { tmux } = await startLive(t);
    await tmux.press('C-z');
    await tmux.see(/Stopped/);
    await assertRestored(tmux);
    await tmux.type('fg');
    await tmux.see(/to receiver .* connected/);
    assert.deepEqual(await tmux.mode(), { ownScreen: true, cursor: false });
    await tmux.press('C-c');
    await tmux.see(/== Summary: sender/);
    await assertRestored(tmux);
  });

  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) {
    it(`${signal} gives the shell its terminal back`, async (t) => {
      const { tmux, pid } = await startLive(t);
      process.kill(pid, signal);
      await assertRestored(tmux);
    });
  }

  it('an exception gives the shell its terminal back, and can be read there', async (t) => {
    const imports = [fileURLToPath(new URL('../support/throw-on-signal.js', import.meta.url))];
    const { tmux, pid } = await startLive(t, { imports });
    process.kill(pid, 'SIGUSR2');
    await tmux.see(/Error: thrown by a test/);
    await assertRestored(tmux);
  });

  it(
    'in the background the run is in plain lines, and is not stopped for its terminal',
    terminal,
    async (t) => {
      // High enough for the whole summary.
      const tmux = await openTmux(t, { ...SIZE, rows: 80 });
      await tmux.type(`clear; ${process.execPath} ${CLI_PATH} --time 1500ms -i 500ms &`);
      await tmux.see(/the time is over\s+== Summary/);
      assert.deepEqual(await tmux.mode(), { ownScreen: false, cursor: true });
    },
  );

  it('what comes through a pipe is no key', async (t) => {
    const tmux = await openTmux(t, SIZE);
    await tmux.type(`clear; (echo q; sleep 9) | ${process.execPath} ${CLI_PATH} --connect tcp://127.0.0.1:1`);
    await tmux.see(/try 3 to reach/);
    await tmux.press('C-c');
    await tmux.see(/== Summary/);
  });

  it('the screen outlives a worker that crashes, and its connections come back', async (t) => {
    const imports = [fileURLToPath(new URL('../support/kill-worker.js', import.meta.url))];
    const { tmux, pid } = await startLive(t, { imports });
    process.kill(pid, 'SIGUSR2');
    await tmux.see(/to receiver .* connected[\s\S]*retries +1 /);
    await tmux.see(/to receiver .* connected/);
    await tmux.press('q');
    await assertRestored(tmux);
  });

  it('a port that is taken ends the run with its reason on the normal screen', async (t) => {
    const { port } = await startListener(t);
    const tmux = await openTmux(t, SIZE);
    await tmux.type(`clear; ${process.execPath} ${CLI_PATH} --listen tcp:127.0.0.1:${port}; echo "code $?"`);
    await tmux.see(/cannot listen on .*: the port is taken[\s\S]*code 1/);
    await assertRestored(tmux);
  });
});
