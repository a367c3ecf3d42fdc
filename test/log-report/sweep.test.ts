/** Logs of sweeps in a report: what is read, what is charted, what a browser draws. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isSweepLog, readSweep, type SweepReport } from '../../src/analysis/sweeps.js';
import { pageOf } from '../../src/log-report/page.js';
import { sweepCharts } from '../../src/log-report/sweep-charts.js';
import { sweepText } from '../../src/log-report/sweep-page.js';
import { createSweepReporter } from '../../src/report/sweep/registry.js';
import type { SweepOptions } from '../../src/sweep/types.js';
import { logFile } from '../analysis/log.js';
import { beyondPaper, noBrowser, openPage, startBrowser } from '../support/browser.js';
import { runChild } from '../support/children.js';
import { CLI_PATH } from '../support/instance.js';
import { PLAIN_PATH } from '../sweep/fake-links.js';
import { OPTIONS } from '../sweep/options.js';
import { shown } from '../sweep/shown.js';

const NO_RUNS = { runs: [], badLines: 0, badHistograms: 0 };

async function logOf(options: SweepOptions = OPTIONS): Promise<string> {
  const reporter = createSweepReporter('json', { color: false, bits: false, columns: null });
  return shown(reporter, options, { ...PLAIN_PATH });
}

async function read(t: TestContext, text: string): Promise<SweepReport> {
  return readSweep(logFile(t, text));
}

test('a log of a sweep is told from one of a run', async (t) => {
  assert.equal(await isSweepLog(logFile(t, await logOf())), true);
  assert.equal(await isSweepLog(logFile(t, '{"type":"start","schema":"conntest-run/1"}\n')), false);
  assert.equal(await isSweepLog(logFile(t, '')), false);
});

test('what a sweep has found is in its report', async (t) => {
  const sweep = await read(t, await logOf());
  const { target, peerName, rounds, seed, isComplete, badLines, startMs, endMs } = sweep;
  assert.deepEqual(
    [target, peerName, rounds, seed, isComplete, badLines],
    ['udp://192.0.2.1:1234', 'receiver', 5, 42, true, 0],
  );
  assert.ok(endMs > startMs);
  assert.deepEqual(
    sweep.curves.map(({ way, direction, points }) => [way, direction, points.map((one) => one.sizeBytes)]),
    [
      ['udp', 'up', [1200, 1326, 1327]],
      ['udp', 'down', [1200, 1326, 1327]],
    ],
  );
  assert.ok(sweep.verdicts.some(({ kind, direction }) => kind === 'cliff' && direction === 'up'));
});

test('a log of a sweep that goes on has the curves of its whole rounds, and each round replaces the one before', async (t) => {
  const lines = (await logOf()).trimEnd().split('\n');
  const isSample = (line: string) => line.startsWith('{"type":"sample"');
  const secondRounds = lines.findIndex((line) => isSample(line) && line.includes('"round":2,'));
  const thirdRounds = lines.findIndex((line) => isSample(line) && line.includes('"round":3,'));
  const roundsIn = async (to: number): Promise<number[][]> => {
    const { curves } = await read(t, `${lines.slice(0, to).join('\n')}\n`);
    return curves.map(({ points }) => points.map(({ fields }) => Number(fields.rounds_measured)));
  };
  const all = (rounds: number) => [1, 2].map(() => [rounds, rounds, rounds]);
  assert.deepEqual(await roundsIn(secondRounds), all(1));
  assert.deepEqual(await roundsIn(thirdRounds), all(2));
  assert.deepEqual(await roundsIn(lines.length), all(OPTIONS.rounds));
});

test('a log that was cut off, or that somebody has written into, still gives what it holds', async (t) => {
  const lines = (await logOf()).trimEnd().split('\n');
  const sizes = lines.findIndex((line) => line.startsWith('{"type":"size"'));
  const cut = await read(t, `${lines.slice(0, sizes + 1).join('\n')}\n{"type":"si`);
  assert.deepEqual([cut.isComplete, cut.curves.length, cut.badLines], [null, 1, 1]);
  assert.match(sweepText(cut, false), /the log has no end: the sweep was cut off, or goes on/);
  const strange = [
    lines[0]!,
    '[]',
    'null',
    '{"type":"size","way":7}',
    '{"type":"verdict","text":"\\u001b[31mred"}',
  ];
  const { curves, verdicts, badLines } = await read(t, strange.join('\n'));
  assert.deepEqual([curves, verdicts.length, badLines], [[], 1, 2]);
  assert.ok(!sweepText(await read(t, strange.join('\n')), false).includes('\u001b'));
});

test('the charts have each size, the intervals, the loss, and the edge between two sizes', async (t) => {
  const [goodput, loss, ...more] = sweepCharts(await read(t, await logOf()), 'sweep1', true);
  assert.deepEqual(more, []);
  assert.deepEqual([goodput?.sizesBytes, goodput?.x, goodput?.edgeX], [[1200, 1326, 1327], [0, 1, 2], 1.5]);
  assert.match(goodput!.yTitle, /^Goodput \(Mbit\/s\)$/);
  const [up] = goodput!.series;
  for (const at of [0, 1, 2]) {
    const [low, mean, high] = [up?.band?.min[at], up?.values[at], up?.band?.max[at]];
    assert.ok(low! < mean! && mean! < high!, `${low} ${mean} ${high}`);
  }
  assert.deepEqual(
    loss?.series.map(({ label }) => label),
    ['udp up', 'udp down'],
  );
});

test('a TCP sweep has no loss to show and no edge', async (t) => {
  const options: SweepOptions = { ...OPTIONS, ways: ['tcp'] };
  const charts = sweepCharts(await read(t, await logOf(options)), 'sweep1', false);
  assert.deepEqual(
    charts.map(({ id, edgeX }) => [id, edgeX]),
    [['sweep1-goodput', null]],
  );
});

test('the text has the verdict and a table a curve', async (t) => {
  const text = sweepText(await read(t, await logOf()), false);
  assert.match(text, /^== Sweep of udp:\/\/192\.0\.2\.1:1234, 2026-11-2\d \d\d:\d\d:\d\d UTC =*$/m);
  assert.match(text, /^ {2}udp up: above 1,326 bytes of data datagrams fragment; goodput falls \d+ %/m);
  assert.match(text, /^ +1,327 +1,373 +1,401 +2 +[\d.]+ MB\/s /m);
});

test('conntest report takes sweeps and runs side by side', async (t) => {
  const sweep = logFile(t, await logOf());
  const run = logFile(t, '{"type":"start","schema":"conntest-run/1","t_ms":1,"name":"plain"}\n', 'run.jsonl');
  const report = (...args: string[]) => runChild(t, [process.execPath, CLI_PATH, 'report', ...args]);
  const { code, stdout } = await report(sweep, run, '--text');
  assert.equal(code, 0);
  assert.match(stdout, /^== plain, (?:.*\n)*== Sweep of /m);
  const alone = await report(sweep, '-o', '-');
  assert.equal(alone.code, 0);
  assert.match(alone.stdout, /<title>conntest report: udp:\/\/192\.0\.2\.1:1234<\/title>/);
});

test('--svg draws the charts of a sweep: sizes below them, an interval at each, and the edge between two', async (t) => {
  const log = logFile(t, await logOf());
  const folder = join(log, '..', 'charts');
  const { code, stderr } = await runChild(t, [process.execPath, CLI_PATH, 'report', log, '--svg', folder]);
  assert.deepEqual([code, stderr], [0, `conntest: 2 charts are in ${folder}\n`]);
  assert.deepEqual(readdirSync(folder).sort(), ['sweep1-goodput.svg', 'sweep1-loss.svg']);
  const [goodput, loss] = ['goodput', 'loss'].map((what) =>
    readFileSync(join(folder, `sweep1-${what}.svg`), 'utf8'),
  );
  for (const chart of [goodput!, loss!]) {
    assert.doesNotMatch(chart, /NaN|Infinity|undefined|null/);
    for (const size of ['1,200', '1,326', '1,327']) assert.ok(chart.includes(`>${size}</text>`), size);
    assert.match(chart, />Data in a packet \(bytes; equally far apart\)</);
    // Three sizes with room beside them: the edge stands at (1.5 + 0.6) / 3.2 of 696 pixels from 72 on.
    assert.match(chart, /<line class="edge" x1="528\.8" x2="528\.8" /);
  }
  const bars = [...goodput!.matchAll(/<path class="line bar (\w+)" d="([^"]+)"/g)];
  assert.deepEqual(
    bars.map(([, color, d]) => [color, d?.match(/V/g)?.length]),
    [
      ['up', 3],
      ['down', 3],
    ],
  );
  assert.doesNotMatch(loss!, /class="line bar/);
});

for (const [width, dark] of [
  [1280, false],
  [400, true],
] as const) {
  test(`a browser draws the charts of a sweep and says their values, at ${width} pixels`, {
    skip: noBrowser,
  }, async (t) => {
    const browser = await startBrowser();
    t.after(() => browser.close());
    const auto: SweepOptions = { ...OPTIONS, sizes: { kind: 'auto' } };
    const page = pageOf(NO_RUNS, { bits: false, sweeps: [await read(t, await logOf(auto))] });
    const looked = await openPage(browser, logFile(t, page, 'report.html'), { width, dark });
    assert.equal(await looked.page.locator('figure canvas').count(), 2);
    await looked.page.locator('#sweep1-goodput .plot').focus();
    await looked.page.keyboard.press('End');
    const spoken = await looked.page.locator('#sweep1-goodput .spoken').textContent();
    assert.match(spoken ?? '', /^64,000 bytes; udp up: [\d.]+ MB\/s \([\d.]+ to [\d.]+\); udp down: /);
    const overflow = await looked.page.evaluate('document.documentElement.scrollWidth - innerWidth');
    assert.ok(Number(overflow) <= 0, `${overflow} pixels too wide`);
    assert.deepEqual(await beyondPaper(looked.page), []);
    assert.deepEqual(looked.complaints, []);
    assert.deepEqual(looked.requests, []);
  });
}
