/** conntest replay, in a real terminal and as text. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext, test } from 'node:test';
import { logFile, logText, seconds } from '../analysis/log.js';
import { connected, end, failed, hello, type Step, start } from '../report/fixture.js';
import { type Finished, runChild } from '../support/children.js';
import { CLI_PATH, startListener } from '../support/instance.js';
import { openTmux, type TerminalSize, type Tmux, whyNoTmux } from '../support/tmux.js';

const SIZES: readonly TerminalSize[] = [
  { columns: 60, rows: 20 },
  { columns: 80, rows: 24 },
  { columns: 140, rows: 45 },
];
const SIZE: TerminalSize = { columns: 100, rows: 30 };

function conntest(t: TestContext, ...args: readonly string[]): Promise<Finished> {
  return runChild(t, [process.execPath, CLI_PATH, ...args]);
}

/** Ten minutes; at second n the rate up is n Mbit/s, and each minute a try fails. */
function tenMinutes(): Step[] {
  const snapshots = seconds(
    Array.from({ length: 600 }, (_, index) => ({ upBps: (index + 1) * 1e6, latenciesNs: [2_000_000] })),
    { peerName: 'receiver' },
  );
  const steps = snapshots.flatMap((step, index) =>
    index % 60 === 59 ? [failed((index + 1) * 1000 - 500, { attempt: index + 1 }), step] : [step],
  );
  return [start(0, { name: 'sender' }), connected(5), hello(6), ...steps, end(600_000)];
}

async function startReplay(t: TestContext, args: readonly string[], size = SIZE): Promise<Tmux> {
  const tmux = await openTmux(t, size);
  const log = logFile(t, logText(tenMinutes()));
  await tmux.type(`clear; ${process.execPath} ${CLI_PATH} replay ${log} --bits ${args.join(' ')}`);
  await tmux.see(/playing|stopped/);
  return tmux;
}

/** What stands on the screen once the replay stands still there. */
function seeAt(tmux: Tmux, clock: string, seconds: number): Promise<string> {
  const rate = `${seconds >= 100 ? seconds : seconds.toFixed(1)} Mbit/s`;
  return tmux.see((screen) => screen.includes(`stopped ${clock} [`) && screen.includes(`up ${rate}  down`));
}

describe('the replay in a terminal', { skip: whyNoTmux(), concurrency: 3 }, () => {
  for (const size of SIZES) {
    it(`plays, stops, and goes where keys say, at ${size.columns} x ${size.rows}`, async (t) => {
      const tmux = await startReplay(t, ['--speed', '20'], size);
      await tmux.see(/playing (?!00:00)\d\d:\d\d \[/);
      await tmux.press('g', 'Space');
      const first = await tmux.see(/stopped 00:00 \[-/);
      const lines = first.split('\n');
      assert.equal(lines[0]?.indexOf('sender'), Math.floor((size.columns - 'sender'.length) / 2));
      assert.match(lines[size.rows - 2] ?? '', /^ stopped 00:00 \[-+\] 10:00 {2}x20 *$/);
      assert.match(lines[size.rows - 1] ?? '', /^ q end {2}\? help {2}space stop/);
      assert.doesNotMatch(lines[size.rows - 1] ?? '', /drop|reconnect|bandwidth/);
      await tmux.press(']', ']', ']');
      await seeAt(tmux, '03:00', 180);
      await tmux.press('Right');
      await seeAt(tmux, '03:10', 190);
      await tmux.press('[', 'Left');
      await seeAt(tmux, '02:00', 120);
      await tmux.press('G');
      const last = await tmux.see(/end {5}10:00 \[=+\] 10:00/);
      assert.match(last, /up 600 Mbit\/s {2}down/);
      assert.match(last, /the time is over/);
      await tmux.press('q');
      await tmux.see(/^\$$/m);
      assert.deepEqual(await tmux.mode(), { ownScreen: false, cursor: true });
    });
  }

  it('+ and - change its speed, x, r and b ask nothing of a run that is over', async (t) => {
    const tmux = await startReplay(t, []);
    await tmux.see(/playing 00:0\d \[.*\] 10:00 {2}x1$/m);
    await tmux.press('+', '+', '+', '+', '+', '+', '+', '+', '+');
    await tmux.see(/x1000/);
    await tmux.see(/end {5}10:00/);
    await tmux.press('Space', 'Space', '-', 'g', ']', 'x', 'r', 'b');
    const screen = await tmux.see(/to receiver[\s\S]*stopped 01:00 \[.*x500/);
    assert.doesNotMatch(screen, /dropped|connecting|measured from/);
    await tmux.press('?');
    await tmux.see(/space +stops, and goes on/);
    await tmux.press('C-c');
    await tmux.see(/^\$$/m);
  });

  it('resizing, and a stop by the shell, leave it where it was', async (t) => {
    const tmux = await startReplay(t, []);
    await tmux.press('Space', 'g', ']');
    await seeAt(tmux, '01:00', 60);
    await tmux.resize({ columns: 60, rows: 12 });
    await tmux.see((screen) => /^ stopped 01:00 \[=+-+\] 10:00 {2}x1 *$/.test(screen.split('\n')[10] ?? ''));
    await tmux.press('C-z');
    await tmux.see(/Stopped/);
    await tmux.type('fg');
    await tmux.see(/stopped 01:00/);
    await tmux.press('q');
    await tmux.see(/^\$$/m);
  });
});

describe('conntest replay', { concurrency: 3 }, () => {
  test('as text it is what the run itself has printed, from all the parts of its log', async (t) => {
    const { port } = await startListener(t, ['--name', 'receiver']);
    const log = logFile(t, '');
    const uri = `tcp://127.0.0.1:${port}?monitor-bandwidth&phase=100ms`;
    const args = ['--connect', uri, '--connect', 'tcp://127.0.0.1:1', '--retry-delay', '300ms'];
    const run = await conntest(t, ...args, '-t', '2s', '-i', '200ms', '--log', log, '--log-size', '30kb');
    assert.equal(run.code, 4, run.stderr);
    const replay = await conntest(t, 'replay', log);
    assert.deepEqual({ code: replay.code, stderr: replay.stderr }, { code: 0, stderr: '' });
    assert.equal(replay.stdout, run.stdout);
  });

  test('a reader that has seen enough is a good end, and --speed is kept without a screen', async (t) => {
    const log = logFile(t, logText(tenMinutes()));
    const command = 'set -o pipefail; "$0" "$1" replay "$2" --speed 1 | head -n 3';
    const found = await runChild(t, ['bash', '-c', command, process.execPath, CLI_PATH, log]);
    assert.equal(found.code, 0, found.stderr);
    assert.match(found.stdout, /^\S+ {2}conntest 0\.1\.0: sender, 2 workers\n/);
  });

  test('mistakes are named, with what would be right', async (t) => {
    const log = logFile(t, logText(tenMinutes()));
    const empty = logFile(t, 'nothing\n');
    const cases: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
      [[], 2, /no log was given; write e\.g\. conntest replay run\.jsonl/],
      [[log, '--fast'], 2, /'--fast'.*conntest replay --help/],
      [[log, '--speed', '0'], 2, /--speed '0': out of range/],
      [[log, '--ui', 'live'], 2, /--ui 'live': it needs a terminal/],
      [['/no/such.jsonl'], 1, /the log can't be read: .*ENOENT/],
      [[empty], 1, /no run in it; give a log in JSON Lines/],
      [['--help'], 0, /^$/],
    ];
    for (const [args, expected, says] of cases) {
      const { code, stderr } = await conntest(t, 'replay', ...args);
      assert.equal(code, expected, stderr);
      assert.match(stderr, says);
    }
  });
});
