/** --fail-if in a run, and over its log. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { logFile } from '../analysis/log.js';
import { type Finished, runChild } from '../support/children.js';
import { CLI_PATH, startInstance, startListener } from '../support/instance.js';

function conntest(t: TestContext, ...args: readonly string[]): Promise<Finished> {
  return runChild(t, [process.execPath, CLI_PATH, ...args]);
}

const MEASURED = 'monitor-bandwidth&phase=100ms&ping-interval=50ms';

describe('conditions on a run', { concurrency: 3 }, () => {
  test('a condition that holds ends the run with 99, and the summary names it; its log says the same', async (t) => {
    const { port } = await startListener(t, ['--name', 'receiver']);
    const log = logFile(t, '');
    const conditions = ['--fail-if', 'p99>5s', '--fail-if', 'up < 10 tbit', '--fail-if', 'loss>0'];
    const uri = `tcp://127.0.0.1:${port}?${MEASURED}`;
    const text = logFile(t, '', 'run.txt');
    const args = ['-i', '200ms', '--connect', uri, '--log', log, '--ui', `text=${text}`];
    const run = startInstance(t, [...args, ...conditions]);
    await run.line('phase', ({ direction }) => direction === 'up');
    assert.equal(await run.stop(), 99, run.stderr);
    const shown = readFileSync(text, 'utf8');
    const verdicts =
      /^Verdict: a --fail-if held\n {2}passed {3}p99>5s +[\d.]+ [um]s \(receiver\)\n {2}failed {3}up<10 tbit +[\d.]+ [MG]B\/s \(receiver\)\n {2}no data {2}loss>0 +was not measured\n/m;
    assert.match(shown, verdicts);

    const report = await conntest(t, 'report', log, '--text', ...conditions);
    assert.equal(report.code, 99);
    assert.equal(verdicts.exec(report.stdout)?.[0], verdicts.exec(shown)?.[0]);
    const passed = await conntest(t, 'report', log, '--text', '--fail-if', 'p99>5s', '--bits');
    assert.equal(passed.code, 0);
    assert.match(passed.stdout, /^Verdict: no --fail-if held\n {2}passed /m);

    const diff = await conntest(t, 'diff', log, log, '--fail-if', 'up<10tbit');
    assert.equal(diff.code, 99);
    assert.match(diff.stdout, /failed {3}up<10tbit/);
    assert.equal((await conntest(t, 'diff', log, log)).code, 0);
  });

  test('where no condition holds the exit code is that of the run', async (t) => {
    const { port } = await startListener(t);
    const uri = `tcp://127.0.0.1:${port}?ping-interval=50ms`;
    const run = startInstance(t, ['--connect', uri, '--fail-if', 'p99>5s']);
    await run.line('measured');
    assert.equal(await run.stop(), 0);
    const verdict = await run.line('verdict');
    assert.deepEqual([verdict.condition, verdict.outcome, verdict.limit], ['p99>5s', 'not-held', 5e9]);
    assert.deepEqual(
      run.lines.slice(-3).map(({ type }) => type),
      ['end', 'verdict', 'summary'],
    );
    assert.equal(run.stderr, '');
  });

  test('whoever sees no summary is told on stderr; what held goes before who was not reached', async (t) => {
    const args = ['-t', '1s', '--connect', 'tcp://127.0.0.1:1', '--ui', 'none'];
    const failed = await conntest(t, ...args, '--fail-if', 'failures>0', '--fail-if', 'p99>1s');
    assert.equal(failed.code, 99);
    assert.match(
      failed.stderr,
      /^conntest: failed: failures>0: \d\nconntest: no data: p99>1s: was not measured\n$/,
    );
    const unreached = await conntest(t, ...args, '--fail-if', 'failures>1000');
    assert.deepEqual({ code: unreached.code, stderr: unreached.stderr }, { code: 3, stderr: '' });
  });

  test('a condition that cannot be understood ends with 2 before anything is done', async (t) => {
    for (const args of [
      ['--connect', 'tcp://127.0.0.1:1'],
      ['report', 'no.jsonl'],
      ['diff', 'no.jsonl', 'no.jsonl'],
    ]) {
      const { code, stderr } = await conntest(t, ...args, '--fail-if', 'los>1%');
      assert.equal(code, 2);
      assert.equal(stderr, "conntest: --fail-if 'los>1%': 'los' is no metric; did you mean 'loss'?\n");
    }
  });
});
