import assert from 'node:assert/strict';
import { appendFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { FollowedLog } from '../../src/analysis/followed-log.js';
import { Runs, readRuns } from '../../src/analysis/runs.js';
import { partPath } from '../../src/report/files/log-parts.js';
import { end, start } from '../report/fixture.js';
import type { Lifetime } from '../support/children.js';
import { logFile, logText, seconds } from './log.js';

const SECONDS = 12;
const TEXT = logText([
  start(0),
  ...seconds(
    Array.from({ length: SECONDS }, (_, index) => ({
      upBps: 1e6 * (index + 1),
      latenciesNs: [1000 * (index + 1)],
      lost: index,
    })),
  ),
  end(SECONDS * 1000),
]);
const LINES = TEXT.trimEnd()
  .split('\n')
  .map((line) => `${line}\n`);
const HEAD = LINES[0]!;

interface Following {
  readonly path: string;
  readonly runs: Runs;
  readonly log: FollowedLog;
}

function follow(t: Lifetime, text: string): Following {
  const path = logFile(t, text);
  const runs = new Runs();
  const opened = runs.openLog(path);
  const log = new FollowedLog(path, (item) => opened.handleItem(item));
  t.after(() => log.close());
  return { path, runs, log };
}

function rotate(path: string, number: number): void {
  renameSync(path, partPath(path, number));
  writeFileSync(path, HEAD);
}

/** Buckets of a run's figures follow the time between its snapshots: only whole runs are equal. */
async function assertLikeWhole(t: Lifetime, { runs }: Following): Promise<void> {
  const whole = await readRuns([logFile(t, TEXT)]);
  assert.deepEqual(runs.report(), whole);
}

test('a log that grows by pieces of lines gives what the whole log gives', async (t) => {
  const following = follow(t, '');
  const bytes = 1000;
  for (let at = 0; at < TEXT.length; at += bytes) {
    appendFileSync(following.path, TEXT.slice(at, at + bytes));
    await following.log.poll();
  }
  await assertLikeWhole(t, following);
});

test('a report in between shows the snapshots so far and changes nothing of what comes', async (t) => {
  const following = follow(t, LINES.slice(0, 4).join(''));
  await following.log.poll();
  const [early] = following.runs.report().runs;
  assert.equal(early?.reason, null);
  assert.deepEqual(early?.sides[0]?.series.up.mean, [1e6, 2e6, 3e6]);
  appendFileSync(following.path, LINES.slice(4).join(''));
  await following.log.poll();
  await assertLikeWhole(t, following);
});

test('rotations between two looks are followed, none of their lines is lost or read twice', async (t) => {
  const following = follow(t, LINES.slice(0, 3).join(''));
  await following.log.poll();
  appendFileSync(following.path, LINES[3]!);
  rotate(following.path, 1);
  appendFileSync(following.path, LINES[4]! + LINES[5]!);
  rotate(following.path, 2);
  appendFileSync(following.path, LINES[6]!);
  await following.log.poll();
  rotate(following.path, 3);
  appendFileSync(following.path, LINES.slice(7).join(''));
  await following.log.poll();
  await assertLikeWhole(t, following);
});

test('a part that was deleted is read to its end, and then those that are left', async (t) => {
  const following = follow(t, LINES.slice(0, 3).join(''));
  await following.log.poll();
  appendFileSync(following.path, LINES[3]!);
  rotate(following.path, 1);
  appendFileSync(following.path, LINES.slice(4, 8).join(''));
  rotate(following.path, 2);
  rmSync(partPath(following.path, 1));
  appendFileSync(following.path, LINES.slice(8).join(''));
  await following.log.poll();
  await assertLikeWhole(t, following);
});

test('while the new part is not there yet, the old one is waited with', async (t) => {
  const following = follow(t, LINES.slice(0, 3).join(''));
  renameSync(following.path, partPath(following.path, 1));
  await following.log.poll();
  await following.log.poll();
  writeFileSync(following.path, HEAD + LINES.slice(3).join(''));
  await following.log.poll();
  await assertLikeWhole(t, following);
});
