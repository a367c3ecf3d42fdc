/** --log and --hdr-log of the real program. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { HistogramLogReader } from 'hdr-histogram-js';
import { runChild } from '../support/children.js';
import { CLI_PATH, startInstance, startListener } from '../support/instance.js';
import type { Line } from '../support/lines.js';
import { freePort } from '../support/ports.js';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'conntest-log-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function readLines(path: string): Line[] {
  const text = readFileSync(path, 'utf8');
  return text
    .slice(0, text.lastIndexOf('\n'))
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

describe('a log', { concurrency: 3 }, () => {
  test('a log has the lines that --ui json shows, and the HDR log the latencies', async (t) => {
    const dir = folder(t);
    const listener = await startListener(t);
    const uri = `tcp://127.0.0.1:${listener.port}?ping-interval=20ms`;
    const logs = ['--log', join(dir, 'a.jsonl'), '--hdr-log', join(dir, 'a.hlog')];
    const client = startInstance(t, ['--connect', uri, '-i', '200ms', ...logs]);
    await client.peer('clients', ({ latency }) => latency.count > 10);
    assert.equal(await client.stop(), 0);
    assert.deepEqual(readLines(join(dir, 'a.jsonl')), client.lines);

    const reader = new HistogramLogReader(readFileSync(join(dir, 'a.hlog'), 'utf8'));
    let count = 0;
    for (let one = reader.nextIntervalHistogram(); one !== null; one = reader.nextIntervalHistogram()) {
      if (one.tag.startsWith('latency:')) count += one.totalCount;
    }
    const [row] = (await client.line('summary')).clients;
    // What is added for pings that were not sent is in the histogram only.
    assert.ok(
      row && row.latency.count > 10 && count >= row.latency.count,
      `${count} of ${row?.latency.count}`,
    );
  });

  test('two --log write both files', async (t) => {
    const dir = folder(t);
    const args = ['--connect', `tcp://127.0.0.1:${await freePort()}`, '-i', '200ms', '-t', '500ms'];
    const logs = ['--log', join(dir, 'a.jsonl'), '--log', join(dir, 'a.csv')];
    const client = startInstance(t, [...args, ...logs]);
    assert.equal(await client.ended(), 3);
    assert.deepEqual(readLines(join(dir, 'a.jsonl')), client.lines);
    const types = readFileSync(join(dir, 'a.csv'), 'utf8')
      .split('\n')
      .map((line) => line.split(',')[1]);
    assert.equal(types[1], 'start');
    assert.ok(types.includes('failed') && types.includes('summary'), types.join(' '));
  });

  test('after SIGKILL the log has all up to the interval that was running', async (t) => {
    const dir = folder(t);
    const path = join(dir, 'a.jsonl');
    const port = await freePort();
    const args = ['--connect', `tcp://127.0.0.1:${port}`, '-i', '200ms', '--retry-delay', '50ms'];
    const client = startInstance(t, [...args, '--log', path]);
    await client.atLeast(4, 'snapshot');
    await client.kill();
    const logged = readLines(path);
    const snapshots = (lines: readonly Line[]) => lines.filter(({ type }) => type === 'snapshot').length;
    assert.ok(snapshots(logged) >= snapshots(client.lines) - 1);
    const failure = logged.find((line) => line.type === 'failed');
    assert.ok(failure?.type === 'failed');
    assert.equal(failure.target, `tcp://127.0.0.1:${port}`);
    assert.deepEqual([failure.cause.phase, failure.cause.code], ['connect', 'ECONNREFUSED']);
    assert.ok(failure.cause.elapsed_us >= 0);
  });

  test('--log-size cuts the log into parts that each begin with the start, and lose nothing', async (t) => {
    const dir = folder(t);
    const port = await freePort();
    const args = ['--connect', `tcp://127.0.0.1:${port}`, '-i', '100ms', '--retry-delay', '10ms', '-t', '2'];
    const client = startInstance(t, [...args, '--log', join(dir, 'a.jsonl'), '--log-size', '10kb']);
    assert.equal(await client.ended(), 3);
    const names = readdirSync(dir);
    assert.ok(names.length > 2, names.join());
    const order = [...Array(names.length - 1).keys()].map((index) => `a.${index + 1}.jsonl`);
    const parts = [...order, 'a.jsonl'].map((name) => readLines(join(dir, name)));
    for (const [start] of parts) assert.deepEqual(start, client.lines[0]);
    assert.deepEqual([client.lines[0], ...parts.flatMap((lines) => lines.slice(1))], client.lines);
  });

  test('a UI may write a file while another one is on stdout', async (t) => {
    const dir = folder(t);
    const path = join(dir, 'ui.txt');
    const port = await freePort();
    const args = ['--connect', `tcp://127.0.0.1:${port}`, '-t', '300ms', '--ui', `text=${path}`];
    const client = startInstance(t, args);
    assert.equal(await client.ended(), 3);
    assert.ok(client.all('summary').length === 1);
    assert.match(readFileSync(path, 'utf8'), /== Summary/);
  });

  test('a log that cannot be written ends the program with a clear reason', async (t) => {
    const conntest = [process.execPath, CLI_PATH, '--connect', `tcp://127.0.0.1:${await freePort()}`];
    const missing = await runChild(t, [...conntest, '--log', '/no/such/folder/a.jsonl']);
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /^conntest: can't write \/no\/such\/folder\/a\.jsonl: ENOENT/);
  });
});
