/** `conntest diff` as a command. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { logFile, logText, type Second, seconds } from '../analysis/log.js';
import { start } from '../report/fixture.js';
import { type Finished, runChild } from '../support/children.js';
import { CLI_PATH } from '../support/instance.js';

function diff(t: TestContext, ...args: string[]): Promise<Finished> {
  return runChild(t, [process.execPath, CLI_PATH, 'diff', ...args]);
}

/** Forty seconds; what differs between two of them is what is given. */
function log(t: TestContext, given: (index: number) => Partial<Second> = () => ({})): string {
  const list = Array.from({ length: 40 }, (_, index) => ({
    upBps: 8e8 + (index % 7) * 1e6,
    latenciesNs: [1_000_000 + (index % 11) * 10_000, 1_100_000],
    loadedNs: [5_000_000 + (index % 5) * 100_000],
    lost: index % 3,
    ...given(index),
  }));
  return logFile(t, logText([start(0), ...seconds(list)]));
}

function verdictsOf({ stdout }: Finished): Record<string, string | undefined> {
  const rows = stdout.split('\n').flatMap((line) => {
    const [, figure, verdict] =
      /^ {2}(rate up|latency, idle|latency, under load|packets lost) .* (same|better|worse|too few samples)$/.exec(
        line,
      ) ?? [];
    return figure === undefined ? [] : [[figure, verdict] as const];
  });
  return Object.fromEntries(rows);
}

test('a run like the other is the same, with exit code 0', async (t) => {
  const found = await diff(t, log(t), log(t));
  assert.equal(found.code, 0, found.stderr);
  assert.deepEqual(verdictsOf(found), {
    'rate up': 'same',
    'latency, idle': 'same',
    'latency, under load': 'same',
    'packets lost': 'same',
  });
});

test('what got worse is named, with exit code 99, and the way back is better, with 0', async (t) => {
  const before = log(t);
  const after = log(t, (index) => ({ loadedNs: [9_000_000 + index * 1000], lost: 20 }));
  const worse = await diff(t, before, after);
  assert.equal(worse.code, 99);
  assert.deepEqual(verdictsOf(worse), {
    'rate up': 'same',
    'latency, idle': 'same',
    'latency, under load': 'worse',
    'packets lost': 'worse',
  });
  assert.match(worse.stdout, /latency, under load +5\.20 ms +9\.02 ms +\+73\.\d %/);
  const better = await diff(t, after, before);
  assert.equal(better.code, 0);
  assert.equal(verdictsOf(better)['latency, under load'], 'better');
});

test('a lower rate is worse', async (t) => {
  const found = await diff(
    t,
    log(t),
    log(t, (index) => ({ upBps: 4e8 + (index % 7) * 1e6 })),
    '--bits',
  );
  assert.equal(found.code, 99);
  assert.equal(verdictsOf(found)['rate up'], 'worse');
  assert.match(found.stdout, /rate up +803 Mbit\/s +403 Mbit\/s +-49\.8 %/);
});

test('too few samples give no verdict', async (t) => {
  const short = logFile(t, logText([start(0), ...seconds([{ upBps: 1, latenciesNs: [9e9] }])]));
  const found = await diff(t, log(t), short);
  assert.equal(found.code, 0);
  assert.equal(verdictsOf(found)['latency, idle'], 'too few samples');
});

test('mistakes are named, with what would be right', async (t) => {
  const one = log(t);
  const two = logFile(t, logText([start(0), start(1)]));
  const cases: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
    [[one], 2, /it compares two logs, not 1; write conntest diff a\.jsonl b\.jsonl/],
    [[one, one, one], 2, /not 3/],
    [[one, one, '--fast'], 2, /'--fast'.*conntest diff --help/],
    [[one, '/no/such.jsonl'], 1, /ENOENT/],
    [[one, two], 1, /holds 2 runs; give a log of one/],
    [['--help'], 0, /^$/],
  ];
  for (const [args, expected, says] of cases) {
    const { code, stderr } = await diff(t, ...args);
    assert.equal(code, expected, stderr);
    assert.match(stderr, says);
  }
});
