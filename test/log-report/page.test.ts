/** The page as a reader sees it, in a browser. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { readRuns } from '../../src/analysis/runs.js';
import { pageOf } from '../../src/log-report/page.js';
import { logFile, logText, seconds } from '../analysis/log.js';
import { connected, end, failed, hello, start } from '../report/fixture.js';
import { beyondPaper, noBrowser, openPage, startBrowser } from '../support/browser.js';
import type { Lifetime } from '../support/children.js';

const SECONDS = 60;
const HOSTILE = '</script><script>document.title="taken"</script><img src=x onerror=alert(1)>';

/** A minute whose rate up is 8 Mbit/s times the second, and in which everything that a page shows happens once. */
async function pageFile(t: Lifetime): Promise<string> {
  const list = Array.from({ length: SECONDS }, (_, index) => ({
    upBps: index === 30 ? null : 8e6 * (index + 1),
    latenciesNs: [1_000_000, 2_000_000 + 1000 * index],
    loadedNs: [30_000_000],
    lost: index % 10,
  }));
  const steps = [
    start(0, { name: HOSTILE }),
    connected(5),
    hello(6, { peerName: HOSTILE }),
    failed(30_100),
    connected(31_000, { outageMs: 1500 }),
    ...seconds(list, { peerName: HOSTILE }),
    end(SECONDS * 1000),
  ];
  const log = await readRuns([logFile(t, logText(steps))]);
  return logFile(t, pageOf(log, { bits: false }), 'report.html');
}

let browser: Browser | null = null;
let path = '';
const ends: (() => unknown)[] = [];
before(async () => {
  path = await pageFile({ after: (end) => void ends.push(end) });
  if (noBrowser === false) browser = await startBrowser();
});
after(async () => {
  for (const end of ends) end();
  await browser?.close();
});

/** Pixels of a canvas that are not transparent. */
function inkOf(page: Page, selector: string): Promise<number> {
  return page.locator(selector).evaluate((canvas) => {
    const { width, height, getContext } = canvas as unknown as CanvasLike;
    const { data } = getContext.call(canvas, '2d').getImageData(0, 0, width, height);
    let ink = 0;
    for (let at = 3; at < data.length; at += 4) if (data[at]! > 0) ink++;
    return ink;
  });
}

interface CanvasLike {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
  };
}

for (const [width, dark] of [
  [1280, false],
  [1280, true],
  [400, false],
] as const) {
  const where = `at ${width} pixels, ${dark ? 'dark' : 'light'}`;
  test(`the charts are drawn and nothing complains or is fetched, ${where}`, {
    skip: noBrowser,
  }, async (t) => {
    const { page, complaints, requests } = await openPage(browser!, path, { width, dark });
    t.after(() => page.close());
    assert.equal(await page.locator('figure').count(), 4);
    for (const kind of ['bandwidth', 'latency', 'percentiles', 'losses']) {
      const canvas = `#run1-clients-${kind} canvas`;
      assert.equal(await page.locator(canvas).count(), 1);
      const ink = await inkOf(page, canvas);
      assert.ok(ink > 3000, `${kind}: ${ink} pixels`);
    }
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    assert.ok(Number(overflow) <= 0, `${overflow} pixels too wide`);
    assert.deepEqual(complaints, []);
    assert.deepEqual(requests, []);
  });
}

test('the mouse shows the values of the interval that it is over', { skip: noBrowser }, async (t) => {
  const { page } = await openPage(browser!, path, { width: 1280, dark: false });
  t.after(() => page.close());
  const over = page.locator('#run1-clients-bandwidth .u-over');
  const box = (await over.boundingBox())!;
  const up = page.locator('#run1-clients-bandwidth .legend .value').first();
  const seen = [];
  for (const second of [4, 20, 55]) {
    // The points reach from edge to edge.
    await over.hover({ position: { x: (box.width * second) / (SECONDS - 1), y: 20 } });
    seen.push(await up.textContent());
  }
  assert.deepEqual(seen, ['5 MB/s (5 to 5)', '21 MB/s (21 to 21)', '56 MB/s (56 to 56)']);
});

test('the keys walk through the values and a screen reader hears them', { skip: noBrowser }, async (t) => {
  const { page } = await openPage(browser!, path, { width: 1280, dark: false });
  t.after(() => page.close());
  const plot = page.locator('#run1-clients-latency .plot');
  const spoken = page.locator('#run1-clients-latency .spoken');
  await plot.focus();
  await page.keyboard.press('End');
  assert.match((await spoken.textContent()) ?? '', /p99 idle: 2\.06 ms; .*p50 under load: 30 ms/);
  await page.keyboard.press('Home');
  assert.match((await spoken.textContent()) ?? '', /p99 idle: 2 ms/);
  const labels = await page
    .locator('.plot')
    .evaluateAll((plots) => plots.map((one) => (one as unknown as { ariaLabel: string }).ariaLabel));
  for (const label of labels) assert.match(label, /Chart: .+\. .+\(.+\) against .+\./);
});

test('the figures of a chart can be read as a table', { skip: noBrowser }, async (t) => {
  const { page } = await openPage(browser!, path, { width: 1280, dark: false });
  t.after(() => page.close());
  const figure = page.locator('#run1-clients-bandwidth');
  assert.equal(await figure.locator('td').count(), 0);
  await figure.locator('summary').click();
  await figure.locator('td').first().waitFor();
  assert.equal(await figure.locator('tbody tr').count(), SECONDS);
  assert.equal(await figure.locator('tbody tr').nth(30).locator('td').nth(1).textContent(), '-');
});

test('on paper the dark page is light', { skip: noBrowser }, async (t) => {
  const { page, complaints } = await openPage(browser!, path, { width: 1280, dark: true });
  t.after(() => page.close());
  const pdf = await page.pdf();
  assert.ok(pdf.length > 20_000);
  const ground = await page.evaluate(
    'dispatchEvent(new Event("beforeprint")); getComputedStyle(document.body).backgroundColor',
  );
  assert.equal(ground, 'rgb(255, 255, 255)');
  assert.deepEqual(complaints, []);
});

for (const width of [1280, 400])
  test(`laid out for paper from ${width} pixels, nothing is wider than the paper`, {
    skip: noBrowser,
  }, async (t) => {
    const { page, complaints } = await openPage(browser!, path, { width, dark: false });
    t.after(() => page.close());
    assert.deepEqual(await beyondPaper(page), []);
    assert.deepEqual(complaints, []);
  });

test('a name from a stranger is text and nothing else', { skip: noBrowser }, async (t) => {
  const { page, complaints } = await openPage(browser!, path, { width: 1280, dark: false });
  t.after(() => page.close());
  assert.match(await page.title(), /^conntest report: <\/script>/);
  assert.equal(await page.locator('img').count(), 0);
  assert.deepEqual(complaints, []);
});

test('a run whose log gives no reason that is known has ended', async (t) => {
  const text = logText([start(0), end(1000)]).replace('"reason":"time"', '"reason":"constructor"');
  const log = await readRuns([logFile(t, text)]);
  assert.match(pageOf(log, { bits: false }), /conntest [\d.]+, 1\.0 s; ended\./);
});

test('the page is one file with the style, the charts and every figure within', async (t) => {
  const log = await readRuns([logFile(t, logText([start(0), ...seconds([{ upBps: 8e6 }])]))]);
  const page = pageOf(log, { bits: true });
  assert.doesNotMatch(page, /(?:src|href)="(?!#)/);
  assert.doesNotMatch(page, /^\s*(?:import|export)\b/m);
  assert.match(page, /Bandwidth \(Gbit\/s\)/);
});
