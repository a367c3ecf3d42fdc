import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLog } from '../../src/analysis/log-file.js';
import type { LogItem } from '../../src/analysis/log-items.js';
import { readParts } from '../../src/analysis/part-threads.js';
import { connected, end, lost, start } from '../report/fixture.js';
import { logFile, logText, seconds } from './log.js';

const SECONDS = 30;
const TEXT = logText([
  start(0),
  connected(5),
  ...seconds(
    Array.from({ length: SECONDS }, (_, index) => ({ upBps: 1e6 * index, latenciesNs: [1000 * index] })),
  ),
  lost(29_500),
  end(30_000),
]);

/** Without the lines, of which only the last ones are kept. */
function comparable(item: LogItem): unknown {
  return item.kind === 'snapshot' ? { tMs: item.tMs, figures: item.figures } : item;
}

test('parts that two threads read give what one reader gives, in the same order', async (t) => {
  const cut = `${TEXT}{"type":"snapshot"`;
  const path = logFile(t, cut);
  const [alone, together]: [LogItem[], LogItem[]] = [[], []];
  const whole = await readLog(path, (item) => alone.push(item));
  const bytes = 5000;
  const parts = Array.from({ length: Math.ceil(cut.length / bytes) }, (_, index) => ({
    from: index * bytes,
    to: Math.min(cut.length, (index + 1) * bytes),
  }));
  const last = await readParts(path, parts, 2, (item) => together.push(item));
  assert.ok(parts.length > 5, `${parts.length} parts`);
  assert.deepEqual(together.map(comparable), alone.map(comparable));
  assert.deepEqual([whole, last], [TEXT.length, TEXT.length]);
  const snapshots = together.filter((item) => item.kind === 'snapshot');
  assert.equal(snapshots.length, SECONDS);
  assert.equal(typeof snapshots.at(-1)?.text, 'string');
});

test('a thread that can not read the file ends the reading with its error', async () => {
  await assert.rejects(
    readParts('/no/such/run.jsonl', [{ from: 0, to: 5 }], 1, () => {}),
    /ENOENT.*\/no\/such\/run\.jsonl/,
  );
});
