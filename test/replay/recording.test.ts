/** A log as a recording: what is decoded, and what of the file is read for it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { LogBytes } from '../../src/replay/bytes.js';
import { LineCursor } from '../../src/replay/cursor.js';
import { partsOf } from '../../src/replay/parts.js';
import { type LogRecording, openRecording } from '../../src/replay/recording.js';
import { offsetOf } from '../../src/replay/search.js';
import type { Item } from '../../src/replay/types.js';
import { createTextReporter } from '../../src/report/text.js';
import { logText, seconds } from '../analysis/log.js';
import {
  connected,
  end,
  failed,
  hello,
  memoryOutput,
  play,
  SETTINGS,
  START_MS,
  type Step,
  start,
} from '../report/fixture.js';
import { SCENARIOS } from '../report/scenarios.js';
import { Prng } from '../support/prng.js';
import { testSeed } from '../support/seed.js';

/** A folder that ends with the test. */
function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'conntest-replay-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function record(t: TestContext, ...texts: readonly string[]): Promise<LogRecording> {
  const at = folder(t);
  const paths = texts.map((_text, index) => join(at, `part${index}.jsonl`));
  for (const [index, path] of paths.entries()) writeFileSync(path, texts[index] ?? '');
  const recording = await openRecording(paths);
  assert.ok(recording);
  t.after(() => recording.close());
  return recording;
}

async function itemsUpTo(recording: LogRecording, tMs: number): Promise<Item[]> {
  const items: Item[] = [];
  await recording.read(tMs, (item) => {
    items.push(item);
  });
  return items;
}

function stepOf(item: Item): Step {
  if (item.kind === 'event') return { event: item.event };
  return item.kind === 'snapshot' ? { snapshot: item.snapshot } : { summary: item.snapshot };
}

function tablesOf(steps: readonly Step[]): string {
  const out = memoryOutput();
  play(createTextReporter(out, SETTINGS), steps);
  return out.text;
}

for (const name of Object.keys(SCENARIOS) as (keyof typeof SCENARIOS)[]) {
  test(`the tables of the run "${name}" are the same from its log`, async (t) => {
    const steps = SCENARIOS[name]();
    const recording = await record(t, logText(steps));
    const items = await itemsUpTo(recording, recording.endMs);
    assert.equal(tablesOf(items.map(stepOf)), tablesOf(steps));
    assert.equal(recording.badLines, 0);
  });
}

/** A snapshot every second, each with a failure half a second before it. */
function longRun(count: number): Step[] {
  const snapshots = seconds(Array.from({ length: count }, (_, index) => ({ upBps: 1e6 + index })));
  return [
    start(0),
    connected(1),
    hello(2),
    ...snapshots.flatMap((step, index) => [failed(index * 1000 + 500), step]),
    end(count * 1000),
  ];
}

function lastRate(items: readonly Item[]): number | null | undefined {
  return items
    .flatMap((item) => (item.kind === 'snapshot' ? [item.snapshot.clients[0]?.up.rateBps] : []))
    .at(-1);
}

test('after a jump to any moment, forth or back, its snapshot is shown, and a minute before it', async (t) => {
  const count = 400;
  const recording = await record(t, logText(longRun(count)));
  assert.deepEqual([recording.startMs, recording.endMs], [START_MS, START_MS + count * 1000]);
  assert.equal(recording.contextMs, 60_000);
  const seed = testSeed();
  t.diagnostic(`CONNTEST_SEED=${seed}`);
  const random = new Prng(seed);
  for (let i = 0; i < 40; i++) {
    const second = random.below(count);
    const atMs = START_MS + second * 1000 + 250;
    await recording.seek(atMs);
    const items = await itemsUpTo(recording, atMs);
    assert.equal(lastRate(items), second === 0 ? undefined : 1e6 + second - 1, `second ${second}`);
    const snapshots = items.filter(({ kind }) => kind === 'snapshot').length;
    assert.ok(snapshots >= Math.min(second, 60) && snapshots <= 61, `${snapshots} snapshots`);
    assert.equal(lastRate(await itemsUpTo(recording, atMs + 2000)), 1e6 + Math.min(count, second + 2) - 1);
  }
});

/** With shapes made: what makes them is another function each time. */
function plain(value: unknown): unknown {
  if (typeof value === 'function') return value();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}

test('parts are one run, and the start that each repeats is told once', async (t) => {
  const [first = '', ...lines] = logText(longRun(90)).trimEnd().split('\n');
  const part = (from: number, to?: number) => `${[first, ...lines.slice(from, to)].join('\n')}\n`;
  const recording = await record(t, part(0, 61), part(61, 122), part(122));
  const items = await itemsUpTo(recording, recording.endMs);
  const whole = await record(t, part(0));
  assert.deepEqual(plain(items), plain(await itemsUpTo(whole, whole.endMs)));
  for (const second of [0, 15, 29, 30, 31, 60, 89]) {
    const atMs = START_MS + second * 1000 + 250;
    await recording.seek(atMs);
    assert.equal(lastRate(await itemsUpTo(recording, atMs)), second === 0 ? undefined : 1e6 + second - 1);
  }
});

test('a log that was cut anywhere ends with its last whole line; what is damaged is left out', async (t) => {
  const text = logText(longRun(20));
  const ends = [...text.matchAll(/\n/g)].map(({ index }) => index + 1);
  for (const cut of [(ends[5] ?? 0) + 3, ends[20] ?? 0, (ends[30] ?? 0) - 1]) {
    const recording = await record(t, text.slice(0, cut));
    const whole = text.slice(0, text.lastIndexOf('\n', cut - 1)).split('\n');
    const last = JSON.parse(whole.at(-1) ?? '') as { readonly t_ms: number };
    assert.equal(recording.endMs, last.t_ms);
    assert.equal((await itemsUpTo(recording, recording.endMs)).length, whole.length);
  }
  const damaged = text.replace('"type":"failed"', '"tpe"').replace('"clients":[', '"clients":[,');
  const recording = await record(t, damaged);
  const items = await itemsUpTo(recording, recording.endMs);
  assert.equal(items.length, ends.length - 2);
  assert.equal(recording.badLines, 2);
});

test('a line of a type that is none is left out, whatever JavaScript knows by that name', async (t) => {
  const foreign = ['constructor', 'toString', '__proto__'].map((type) =>
    JSON.stringify({ type, t_ms: START_MS + 1 }),
  );
  const recording = await record(t, `${logText([start(0), end(1000)]).trimEnd()}\n${foreign.join('\n')}\n`);
  assert.deepEqual(
    (await itemsUpTo(recording, START_MS + 2000))
      .map(stepOf)
      .map((step) => 'event' in step && step.event.type),
    ['start', 'end'],
  );
});

test('what holds no line of a run is no recording', async (t) => {
  const path = join(folder(t), 'x.jsonl');
  for (const text of ['', 'hello\n', '{"type":"snapshot","t_ms":1', '{"a":1}\n']) {
    writeFileSync(path, text);
    assert.equal(await openRecording([path]), null, text);
  }
});

test('finding a moment in a long log reads little of it', async (t) => {
  const path = join(folder(t), 'run.jsonl');
  const count = 60_000;
  const line = (index: number) =>
    `{"type":"snapshot","t_ms":${START_MS + index * 1000},"pad":"${'x'.repeat((index % 7) * 60)}"}\n`;
  const lines = Array.from({ length: count }, (_, index) => line(index));
  writeFileSync(path, lines.join(''));
  const offsets: number[] = [];
  lines.reduce((offset, text) => {
    offsets.push(offset);
    return offset + text.length;
  }, 0);
  const bytes = await LogBytes.open([path]);
  t.after(() => bytes.close());
  assert.ok(bytes.sizeBytes > 10e6);
  let reads = 0;
  const cursor = new LineCursor({
    read: (offset, into) => {
      reads++;
      return bytes.read(offset, into);
    },
  });
  for (const index of [0, 1, 30_000, 45_678, count - 1]) {
    for (const lateMs of [0, 400]) {
      const found = await offsetOf(cursor, START_MS + index * 1000 - lateMs, bytes.sizeBytes);
      assert.equal(found, offsets[index], `line ${index}, ${lateMs} ms before it`);
    }
  }
  assert.equal(await offsetOf(cursor, START_MS + count * 1000, bytes.sizeBytes), bytes.sizeBytes);
  // Halving 14 MB down to 256 KiB is six reads of at most 1 MiB, and one more.
  assert.ok(reads <= 11 * 8, `${reads} reads`);
});

test('the closed parts of a log are found beside it, but not those of an earlier run', (t) => {
  const at = folder(t);
  const write = (name: string, startMs: number, text = '') => {
    const path = join(at, name);
    writeFileSync(path, `{"type":"start","t_ms":${startMs}}\n${text}`);
    return path;
  };
  write('run.1.jsonl', 5);
  const parts = [2, 9, 10].map((number) => write(`run.${number}.jsonl`, 7, 'x\n'));
  write('run.x.jsonl', 7);
  write('runner.3.jsonl', 7);
  const last = write('run.jsonl', 7);
  assert.deepEqual(partsOf(last), [...parts, last]);
  writeFileSync(last, '');
  assert.deepEqual(partsOf(last), [last], 'without a start nothing belongs to it');
});
