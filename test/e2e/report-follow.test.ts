/** `conntest report --follow` as a command, and its page in a browser. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { readRuns } from '../../src/analysis/runs.js';
import { readSweep } from '../../src/analysis/sweeps.js';
import { pageOf } from '../../src/log-report/page.js';
import { svgFiles } from '../../src/log-report/svg/files.js';
import { createSweepReporter } from '../../src/report/sweep/registry.js';
import { logFile, logText, seconds } from '../analysis/log.js';
import { end, start } from '../report/fixture.js';
import { noBrowser, openPage, startBrowser } from '../support/browser.js';
import { runChild, spawnChild } from '../support/children.js';
import { CLI_PATH } from '../support/instance.js';
import { PLAIN_PATH } from '../sweep/fake-links.js';
import { OPTIONS } from '../sweep/options.js';
import { shown } from '../sweep/shown.js';

const LINES = logText([
  start(0),
  ...seconds(Array.from({ length: 6 }, (_, index) => ({ upBps: 8e6 * (index + 1), latenciesNs: [1e6] }))),
  end(6000),
])
  .trimEnd()
  .split('\n')
  .map((line) => `${line}\n`);
/** A busy machine takes part of a second to draw the page, which is not to be read again before that. */
const RELOAD_MS = 1500;
const GOES_ON = /<meta name="conntest-reload" content="200">/;

function followed(t: TestContext, text: string, more: readonly string[] = []) {
  const log = logFile(t, text);
  const path = join(dirname(log), 'page.html');
  const args = ['report', log, '-o', path, '--follow', '-i', '200ms', ...more];
  return { log, path, child: spawnChild(t, [process.execPath, CLI_PATH, ...args]) };
}

/** Waits for a page that `accepts`; whatever else is in the folder is no page. */
async function pageThat(path: string, accepts: (page: string) => boolean): Promise<string> {
  const watcher = watch(dirname(path));
  try {
    for (;;) {
      const page = existsSync(path) ? readFileSync(path, 'utf8') : '';
      if (page !== '' && accepts(page)) return page;
      await once(watcher, 'change');
    }
  } finally {
    watcher.close();
  }
}

describe('a report that follows its log', { concurrency: 3 }, () => {
  test('the page grows with the log, and the last one is that of the whole run', async (t) => {
    const { log, path, child } = followed(t, LINES.slice(0, 3).join(''));
    const early = await pageThat(path, () => true);
    assert.match(early, GOES_ON);
    assert.match(early, /16000000/);
    assert.doesNotMatch(early, /24000000/);
    const ended = once(child, 'exit');
    appendFileSync(log, LINES[3]!);
    assert.match(await pageThat(path, (page) => page !== early), GOES_ON);
    appendFileSync(log, LINES.slice(4).join(''));
    assert.deepEqual(await ended, [0, null]);
    const whole = pageOf(await readRuns([log]), { bits: false });
    assert.equal(readFileSync(path, 'utf8'), whole);
    assert.doesNotMatch(whole, GOES_ON);
    assert.deepEqual(readdirSync(dirname(path)).sort(), ['page.html', 'run.jsonl']);
  });

  test('--svg with --follow rewrites the charts as it does the page', async (t) => {
    const folder = logFile(t, '', 'charts');
    rmSync(folder);
    const { log, path, child } = followed(t, LINES.slice(0, 3).join(''), ['--svg', folder]);
    const bandwidth = join(folder, 'run1-clients-bandwidth.svg');
    const early = await pageThat(path, () => true);
    // The charts are written before the page that goes with them.
    const first = readFileSync(bandwidth, 'utf8');
    const ended = once(child, 'exit');
    appendFileSync(log, LINES[3]!);
    const next = await pageThat(path, (page) => page !== early);
    assert.match(next, GOES_ON);
    assert.notEqual(readFileSync(bandwidth, 'utf8'), first);
    appendFileSync(log, LINES.slice(4).join(''));
    assert.deepEqual(await ended, [0, null]);
    for (const { name, text } of svgFiles(await readRuns([log]), false)) {
      assert.equal(readFileSync(join(folder, name), 'utf8'), text);
    }
  });

  test('a sweep is followed to its summary, from an empty file on, beside a run', async (t) => {
    const reporter = createSweepReporter('json', { color: false, bits: false, columns: null });
    const lines = (await shown(reporter, OPTIONS, { ...PLAIN_PATH })).split(/(?<=\n)/);
    const sweep = logFile(t, '', 'sweep.jsonl');
    const { log, path, child } = followed(t, LINES.join(''), [sweep]);
    const ended = once(child, 'exit');
    assert.doesNotMatch(await pageThat(path, () => true), /192\.0\.2\.1/);
    appendFileSync(sweep, lines.slice(0, 4).join(''));
    assert.match(await pageThat(path, (page) => page.includes('192.0.2.1')), GOES_ON);
    appendFileSync(sweep, lines.slice(4).join(''));
    assert.deepEqual(await ended, [0, null]);
    const run = await readRuns([log]);
    const sweeps = [await readSweep(sweep)];
    assert.equal(readFileSync(path, 'utf8'), pageOf(run, { bits: false, sweeps }));
  });

  test('Ctrl-C leaves a page that is not read again', async (t) => {
    const { path, child } = followed(t, LINES.slice(0, 4).join(''));
    await pageThat(path, () => true);
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    assert.deepEqual(await ended, [0, null]);
    assert.doesNotMatch(readFileSync(path, 'utf8'), GOES_ON);
  });

  test('mistakes with --follow are named', async (t) => {
    const log = logFile(t, LINES.join(''));
    const cases: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
      [[log, '--follow', '--text'], 2, /leave one of them out/],
      [[log, '--follow', '-o', '-'], 2, /give -o report\.html/],
      [[log, '-i', '1s'], 2, /--follow; give both/],
      [[log, '--follow', '-i', 'soon'], 2, /--interval 'soon': not a duration/],
      [['/no/such.jsonl', '--follow'], 1, /can't be read: ENOENT/],
      [[log, '--follow', '-o', '/no/such/x.html'], 1, /can't be written: ENOENT/],
    ];
    for (const [args, expected, says] of cases) {
      const { code, stderr } = await runChild(t, [process.execPath, CLI_PATH, 'report', ...args]);
      assert.equal(code, expected, stderr);
      assert.match(stderr, says);
    }
  });

  test('a page that goes on keeps its place and what is open, until it is paused', {
    skip: noBrowser,
  }, async (t) => {
    const log = await readRuns([logFile(t, LINES.join(''))]);
    const browser = await startBrowser();
    t.after(() => browser.close());
    const { page, complaints } = await openPage(
      browser,
      logFile(t, pageOf(log, { bits: false, reloadMs: RELOAD_MS }), 'report.html'),
      {
        width: 400,
        dark: false,
      },
    );
    await page.locator('details summary').first().click();
    await page.evaluate('scrollTo(0, 500)');
    await page.waitForEvent('load');
    await page.waitForEvent('load');
    assert.equal(await page.evaluate('scrollY'), 500);
    await page.locator('details[open] td').first().waitFor();
    await page.evaluate('document.getElementById("pause").click(); window.isSame = true');
    const pause = page.locator('#pause');
    assert.equal(await pause.textContent(), 'Go on');
    await page.evaluate(`new Promise((resolve) => setTimeout(resolve, ${2 * RELOAD_MS}))`);
    assert.equal(await page.evaluate('window.isSame'), true);
    await page.evaluate('document.getElementById("pause").click()');
    await page.waitForEvent('load');
    assert.equal(await page.evaluate('window.isSame'), undefined);
    assert.deepEqual(complaints, []);
  });
});
