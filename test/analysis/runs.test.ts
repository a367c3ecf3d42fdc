import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RunReport, readRuns } from '../../src/analysis/runs.js';
import { cause, connected, end, failed, lost, phase, START_MS, start } from '../report/fixture.js';
import { SCENARIOS } from '../report/scenarios.js';
import type { Lifetime } from '../support/children.js';
import { logFile, logText, type Second, seconds } from './log.js';

async function onlyRun(t: Lifetime, text: string): Promise<RunReport> {
  const report = await readRuns([logFile(t, text)]);
  assert.deepEqual([report.runs.length, report.badLines, report.badHistograms], [1, 0, 0]);
  return report.runs[0]!;
}

function steady(count: number, second: (index: number) => Second): Second[] {
  return Array.from({ length: count }, (_, index) => second(index));
}

test('rates and latencies of a short run are those of each interval', async (t) => {
  const list = [
    { upBps: 100, latenciesNs: [1000, 2000] },
    { upBps: null },
    { upBps: 300, latenciesNs: [1500], loadedNs: [9000] },
  ];
  const run = await onlyRun(t, logText([start(0), ...seconds(list), end(3000)]));
  const [side] = run.sides;
  assert.ok(side);
  assert.deepEqual([run.startMs, run.endMs, run.reason], [START_MS, START_MS + 3000, 'time']);
  assert.equal(side.series.widthMs, 1000);
  assert.deepEqual(side.series.up.mean, [100, null, 300]);
  assert.deepEqual(side.series.idle.p50Ns, [1000, null, 1500]);
  assert.deepEqual(side.series.idle.maxNs, [2000, null, 1500]);
  assert.deepEqual(side.series.losses, null);
  assert.deepEqual([side.idle?.count, side.idle?.p50Ns, side.idle?.maxNs], [3, 1500, 2000]);
  assert.deepEqual([side.loaded?.count, side.loaded?.p99Ns], [1, 9007]);
});

test('what was measured before an omission is left out of all figures, but failures are not', async (t) => {
  const early = seconds([{ upBps: 100, latenciesNs: [9000] }]);
  const [, late] = seconds([{ upBps: null }, { upBps: 300, latenciesNs: [1500, 1700] }]);
  const omitted = { event: { type: 'omitted', tMs: START_MS + 1000, omittedMs: 1000 } } as const;
  const steps = [start(0), failed(10), connected(20), ...early, omitted, late!, end(2000)];
  const run = await onlyRun(t, logText(steps));
  const [side] = run.sides;
  assert.ok(side);
  assert.deepEqual([run.omittedMs, run.startMs, run.failures.length], [1000, START_MS, 1]);
  assert.deepEqual([side.idle?.count, side.idle?.maxNs], [2, 1700]);
  assert.deepEqual(side.series.up.mean, [300]);
  assert.ok(side.series.tMs[0]! > START_MS + 1000);
  assert.deepEqual(
    [...side.samples.up.buckets()].map(({ count }) => count),
    [1],
  );
});

test('a long run keeps the least and the largest of what a bucket puts together, and every latency', async (t) => {
  const count = 5000;
  const list = steady(count, (index) => ({
    upBps: index === 3333 ? 1 : index === 4000 ? 9999 : 500,
    latenciesNs: [index === 1234 ? 5_000_000 : 1000],
    lost: 2,
  }));
  const [side] = (await onlyRun(t, logText([start(0), ...seconds(list)]))).sides;
  assert.ok(side);
  const { series } = side;
  assert.ok(series.tMs.length <= 600 && series.tMs.length > 200, `${series.tMs.length} buckets`);
  assert.equal(Math.min(...series.up.min.map((value) => value ?? Infinity)), 1);
  assert.equal(Math.max(...series.up.max.map((value) => value ?? 0)), 9999);
  assert.equal(series.up.mean[10], 500);
  assert.equal(side.idle?.count, count);
  assert.ok(series.idle.maxNs.some((value) => value !== null && value >= 5_000_000));
  for (const rate of series.losses?.lost ?? []) assert.ok(Math.abs(rate - 2) < 0.2, `${rate} lost a second`);
});

test('outages, failures and losses are found, alike ones together, and an orderly end is none', async (t) => {
  const refused = { cause: cause({ elapsedMs: 2 }) };
  const run = await onlyRun(
    t,
    logText([
      start(0),
      connected(5),
      lost(1000),
      failed(1500, refused),
      failed(2500, { ...refused, attempt: 2 }),
      connected(3000, { outageMs: 2000, attempt: 3 }),
      lost(4000, { cause: cause({ phase: 'session', code: 'STOPPED' }) }),
    ]),
  );
  assert.deepEqual(
    run.failures.map(({ type, phase, code, count }) => [type, phase, code, count]),
    [
      ['failed', 'connect', 'ECONNREFUSED', 2],
      ['lost', 'session', run.failures[1]?.code, 1],
    ],
  );
  assert.equal(run.failures[0]?.elapsedUs, 4000);
  assert.deepEqual(
    run.outages.map(({ startMs, endMs }) => [startMs - START_MS, endMs - START_MS]),
    [[1000, 3000]],
  );
  assert.equal(run.failureMarksMs.length, 3);
});

test('parts of a run are one run, and another start is another run', async (t) => {
  const all = seconds(steady(4, () => ({ upBps: 100, latenciesNs: [1000] })));
  const [first = '', ...rest] = logText([start(0), ...all, end(4000)])
    .trimEnd()
    .split('\n');
  const part = (lines: readonly string[]) => logFile(t, `${[first, ...lines].join('\n')}\n`);
  const other = logFile(t, logText([start(9000), phase(9500, 'up')]));
  const { runs } = await readRuns([part(rest.slice(0, 2)), part(rest.slice(2)), other]);
  assert.equal(runs.length, 2);
  assert.equal(runs[0]?.sides[0]?.idle?.count, 4);
  assert.equal(runs[0]?.sides[0]?.series.tMs.length, 4);
  assert.deepEqual(runs[1]?.sides, []);
});

test('a log that was cut off is read to its last whole line', async (t) => {
  const text = logText([start(0), ...seconds(steady(3, () => ({ upBps: 7 })))]);
  const run = await onlyRun(t, text.slice(0, -300));
  assert.equal(run.reason, null);
  assert.equal(run.sides[0]?.series.tMs.length, 2);
});

test('what is no line of conntest is counted, and nothing else is lost', async (t) => {
  const good = logText([start(0), ...seconds([{ upBps: 7 }])])
    .trimEnd()
    .split('\n');
  const strange = [
    'hello',
    '{"type":"snapshot"',
    '[1]',
    '{"type":"snapshot","t_ms":"soon"}',
    `{"type":"snapshot","t_ms":${START_MS},"clients":[null,7,{"up":[],"latency":{"hdr_base64":"no"}}]}`,
    '{"type":"failed","t_ms":1,"cause":5}',
    '{"t_ms":5}',
  ];
  const report = await readRuns([logFile(t, `${[good[0], ...strange, good[1]].join('\n')}\n`)]);
  assert.deepEqual([report.badLines, report.badHistograms], [4, 1]);
  assert.deepEqual(report.runs[0]?.sides[0]?.series.up.mean.at(-1), 7);
});

test('a line longer than any piece that is read at once is whole', async (t) => {
  const connects = Array.from({ length: 3000 }, () => `tcp://${'x'.repeat(800)}:1`);
  const run = await onlyRun(t, logText([start(0, { connects }), ...seconds([{ upBps: 7 }])]));
  assert.equal(run.connects.length, 3000);
  assert.deepEqual(run.sides[0]?.series.up.mean, [7]);
});

for (const name of Object.keys(SCENARIOS) as (keyof typeof SCENARIOS)[]) {
  test(`the run "${name}" is read without complaint`, async (t) => {
    await onlyRun(t, logText(SCENARIOS[name]()));
  });
}

test('a file that is not there is an error that names it', async () => {
  await assert.rejects(readRuns(['/no/such/run.jsonl']), /ENOENT.*\/no\/such\/run\.jsonl/);
});
