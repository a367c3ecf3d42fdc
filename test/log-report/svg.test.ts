import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readRuns } from '../../src/analysis/runs.js';
import type { ChartSpec, SeriesSpec } from '../../src/log-report/chart-spec.js';
import { svgOf } from '../../src/log-report/svg/chart.js';
import { type SvgFile, svgFiles } from '../../src/log-report/svg/files.js';
import { linearTicks, logTicks, percentileTicks, timeTicks } from '../../src/log-report/svg/ticks.js';
import { logFile, logText, seconds } from '../analysis/log.js';
import { connected, end, failed, START_MS, start } from '../report/fixture.js';
import { noBrowser, openPage, startBrowser } from '../support/browser.js';
import { type Lifetime, runChild } from '../support/children.js';
import { CLI_PATH } from '../support/instance.js';

const SECONDS = 60;
const LOG = logText([
  start(0, { name: 'a <b> & "c"' }),
  connected(5),
  failed(30_100),
  connected(33_000, { outageMs: 3000 }),
  ...seconds(
    Array.from({ length: SECONDS }, (_, index) => {
      const isOut = index >= 29 && index < 33;
      return {
        upBps: isOut ? null : 8e6 * (index + 1),
        latenciesNs: isOut ? [] : [1_000_000, 2_000_000 + 1000 * index],
        loadedNs: isOut ? [] : [30_000_000],
        lost: index % 10,
      };
    }),
  ),
  end(SECONDS * 1000),
]);

async function files(t: Lifetime): Promise<SvgFile[]> {
  return svgFiles(await readRuns([logFile(t, LOG)]), false);
}

function series(given: Partial<SeriesSpec>): SeriesSpec {
  return { label: 'one', color: 'up', dash: 'line', values: [], band: null, ...given };
}

function chart(given: Partial<ChartSpec>): ChartSpec {
  return {
    id: 'x',
    title: 'Title',
    reading: 'How to read it.',
    xKind: 'time',
    xTitle: 'Time',
    yTitle: 'Rate (MB/s)',
    yUnit: 'MB/s',
    yScale: 1,
    isLog: false,
    x: [],
    series: [],
    outages: [],
    marksMs: [],
    ...given,
  };
}

/** Elements are closed in their order, attributes quoted and texts escaped: what an XML reader insists on. */
function assertWellFormed(xml: string): void {
  const open: string[] = [];
  const rest = xml.replace(
    /<(\/?)([a-z]+)((?:\s+[a-zA-Z][\w-]*="[^"<]*")*)\s*(\/?)>/g,
    (_tag, closes: string, name: string, attributes: string, isEmpty: string) => {
      const names = [...attributes.matchAll(/([a-zA-Z][\w-]*)="/g)].map(([, attribute]) => attribute);
      assert.equal(new Set(names).size, names.length, `an attribute twice in ${name}`);
      if (closes === '/') assert.equal(open.pop(), name);
      else if (isEmpty === '') open.push(name);
      return '';
    },
  );
  assert.deepEqual(open, []);
  assert.doesNotMatch(rest, /[<]|&(?!(?:amp|lt|gt|quot|#39);)/);
}

test('every chart is an SVG with its title, axes, units and series, and no figure is missing', async (t) => {
  const all = await files(t);
  assert.deepEqual(
    all.map(({ name }) => name),
    ['bandwidth', 'latency', 'percentiles', 'losses'].map((kind) => `run1-clients-${kind}.svg`),
  );
  for (const { name, text } of all) {
    assertWellFormed(text);
    assert.doesNotMatch(text, /NaN|Infinity|undefined|null|url\(|href/, name);
    assert.match(text, /a &lt;b&gt; &amp; &quot;c&quot;/);
  }
  const [bandwidth, latency, percentiles, losses] = all.map(({ text }) => text);
  for (const label of [
    'p50 idle',
    'p99 idle',
    'max idle',
    'p50 under load',
    'p99 under load',
    'max under load',
  ]) {
    assert.ok(latency?.includes(`<title>${label}</title>`) && latency.includes(`>${label}</text>`), label);
  }
  assert.match(bandwidth ?? '', />Bandwidth \(MB\/s\)</);
  assert.match(bandwidth ?? '', />Time of day \(UTC\)</);
  assert.match(bandwidth ?? '', /<path class="band up" d="M[^"]+Z"/);
  assert.match(bandwidth ?? '', /<rect class="outage" /);
  assert.match(bandwidth ?? '', /<rect class="mark" /);
  assert.match(percentiles ?? '', />99 %</);
  assert.match(losses ?? '', />Packets \(per second\)</);
});

test('a line stands where its values are, and is broken by an outage alone', () => {
  const at = (index: number) => START_MS + index * 1000;
  const text = svgOf(
    chart({
      x: [0, 1, 2, 3, 4].map(at),
      series: [
        series({ values: [0, null, 10, null, 10], band: null }),
        series({ label: 'lone', color: 'down', values: [null, null, null, 5, null] }),
      ],
      outages: [[at(2.5), at(3.5)]],
    }),
    'run',
  );
  const paths = [...text.matchAll(/<path class="line (\w+)"[^>]* d="([^"]*)"/g)].map(([, color, d]) => [
    color,
    d,
  ]);
  // 10 of 10.5 on 280 pixels from 340 up; 696 pixels from 72 on.
  assert.deepEqual(paths, [
    ['up', 'M72 340L420 73.3M768 73.3L768 73.3'],
    ['down', 'M594 206.7L594 206.7'],
  ]);
});

test('a chart of nothing, of one point or of zeros on a log axis is still a chart', () => {
  const cases = [
    chart({}),
    chart({ x: [START_MS], series: [series({ values: [5] })] }),
    chart({ x: [START_MS], isLog: true, series: [series({ values: [0] })] }),
    chart({ x: [1], xKind: 'percentile', isLog: true, series: [series({ values: [1e-3] })] }),
    chart({ x: [START_MS, START_MS + 1], series: [series({ values: [null, null] })], outages: [[0, 1]] }),
  ];
  for (const one of cases) {
    const text = svgOf(one, 'run');
    assertWellFormed(text);
    assert.doesNotMatch(text, /NaN|Infinity/);
  }
});

test('labels of axes are round and as many as there is room for', () => {
  const labels = (ticks: readonly { readonly label: readonly string[] }[]) =>
    ticks.flatMap(({ label }) => (label.length === 0 ? [] : [label.join('|')]));
  assert.deepEqual(labels(linearTicks(10.5, 5)), ['0', '5', '10']);
  assert.deepEqual(labels(linearTicks(0.7, 5)), ['0', '0.2', '0.4', '0.6']);
  assert.deepEqual(labels(linearTicks(1234, 5)), ['0', '500', '1000']);
  assert.deepEqual(labels(logTicks(0.1, 100, 5)), ['0.1', '1', '10', '100']);
  assert.deepEqual(labels(logTicks(0.001, 1e5, 5)), ['0.001', '0.1', '10', '1000', '100000']);
  assert.deepEqual(labels(percentileTicks(2e4, 7)), ['0 %', '90 %', '99 %', '99.9 %', '99.99 %']);
  const midnight = Date.UTC(2026, 10, 24);
  assert.deepEqual(labels(timeTicks(midnight - 50_000, midnight + 50_000, 4)), [
    '23:59:30|2026-11-23',
    '00:00:00|2026-11-24',
    '00:00:30',
  ]);
  assert.deepEqual(labels(timeTicks(midnight, midnight + 86_400_000, 4)), [
    '00:00|2026-11-24',
    '06:00',
    '12:00',
    '18:00',
    '00:00|2026-11-25',
  ]);
  assert.deepEqual(labels(timeTicks(midnight, midnight + 400, 4)).slice(0, 2), [
    '00:00:00.000|2026-11-24',
    '00:00:00.100',
  ]);
});

/** Boxes of all texts, as drawn. */
const TEXT_BOXES = `[...document.querySelectorAll('text')].map((text) => {
  const { left, right, top, bottom } = text.getBoundingClientRect();
  return { text: text.textContent, left, right, top, bottom };
})`;

interface TextBox {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

test('in a browser no text covers another or leaves the picture, light and dark', {
  skip: noBrowser,
}, async (t) => {
  const browser = await startBrowser();
  t.after(() => browser.close());
  for (const { name, text } of await files(t)) {
    const path = logFile(t, text, name);
    const { page, complaints, requests } = await openPage(browser, path, { width: 800, dark: true });
    const boxes = (await page.evaluate(TEXT_BOXES)) as TextBox[];
    assert.ok(boxes.length > 8, `${boxes.length} texts`);
    for (const [index, a] of boxes.entries()) {
      assert.ok(a.left >= 0 && a.right <= 800 && a.top >= 0, `${a.text} leaves ${name}`);
      for (const b of boxes.slice(index + 1)) {
        const covers = a.left < b.right && b.left < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom;
        assert.ok(!covers, `${name}: ${a.text} covers ${b.text}`);
      }
    }
    const ground = 'getComputedStyle(document.querySelector(".ground")).fill';
    assert.equal(await page.evaluate(ground), 'rgb(20, 23, 27)');
    await page.emulateMedia({ colorScheme: 'light' });
    assert.equal(await page.evaluate(ground), 'rgb(255, 255, 255)');
    assert.deepEqual([complaints, requests], [[], []]);
    await page.close();
  }
});

test('--svg writes the charts into a directory that it makes, and the page with -o only', async (t) => {
  const log = logFile(t, LOG);
  const folder = join(log, '..', 'charts', 'here');
  const run = (...args: string[]) =>
    runChild(t, [process.execPath, CLI_PATH, 'report', log, '--svg', folder, ...args]);
  const alone = await run();
  assert.deepEqual([alone.code, alone.stderr], [0, `conntest: 4 charts are in ${folder}\n`]);
  const expected = await files(t);
  assert.deepEqual(readdirSync(folder).sort(), expected.map(({ name }) => name).sort());
  for (const { name, text } of expected) assert.equal(readFileSync(join(folder, name), 'utf8'), text);
  assert.deepEqual(readdirSync(join(log, '..')).sort(), ['charts', 'run.jsonl']);
  const both = await run('-o', join(folder, 'page.html'));
  assert.match(both.stderr, /4 charts are in .*\n.*the report is in .*page\.html/);
  const text = await run('--text');
  assert.match(text.stdout, /^As client$/m);
});
