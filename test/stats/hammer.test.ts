import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { PageReader } from '../../src/stats/page-reader.js';
import { SlotSnapshot } from '../../src/stats/slot-snapshot.js';
import { type HammerData, sectionOf } from './hammer-figures.js';

const READS = 10_000_000;
/** Shows that the writer was at work: a million on two free cores, thousands where they share one. */
const MIN_SECTIONS = 1_000;
/** A machine so busy that it takes longer fails the test by the number of reads, not by hanging. */
const LIMIT_MS = 90_000;

test('ten million reads of a slot that is published all the time find no torn one', async (t) => {
  const result = await hammer(true, (good, _torn) => good === READS);
  t.diagnostic(
    `${result.good} reads of ${result.sections} sections in ${Math.round(result.elapsedMs)} ms: ` +
      `${Math.round(result.good / result.elapsedMs)} a millisecond, ${result.refused} refused`,
  );
  assert.equal(result.torn, 0);
  assert.equal(result.good, READS);
  assert.ok(result.sections >= MIN_SECTIONS, `only ${result.sections} different sections were seen`);
  assert.equal(result.backwards, 0);
});

test('the same reads of a page written without a seqlock find torn ones', async (t) => {
  const result = await hammer(false, (good, torn) => good === READS || torn >= 10);
  t.diagnostic(`${result.torn} torn reads among ${result.good + result.torn}`);
  assert.ok(result.torn >= 10, `${result.torn} torn reads`);
});

interface Result {
  good: number;
  torn: number;
  /** The slot was empty or being written. */
  refused: number;
  /** Different ones that were seen. */
  sections: number;
  /** Reads that told an earlier section than the one before. */
  backwards: number;
  elapsedMs: number;
}

async function hammer(locked: boolean, done: (good: number, torn: number) => boolean): Promise<Result> {
  const stop = new SharedArrayBuffer(4);
  const workerData: HammerData = { locked, stop };
  const worker = new Worker(new URL('./hammer-writer.js', import.meta.url), { workerData });
  try {
    const [buffer] = await once(worker, 'message');
    return readUntil(new PageReader(buffer), done);
  } finally {
    Atomics.store(new Int32Array(stop), 0, 1);
    await once(worker, 'exit');
  }
}

function readUntil(reader: PageReader, done: (good: number, torn: number) => boolean): Result {
  const result: Result = { good: 0, torn: 0, refused: 0, sections: 0, backwards: 0, elapsedMs: 0 };
  const snapshot = new SlotSnapshot();
  const startMs = performance.now();
  let last = -1;
  for (let reads = 1; !done(result.good, result.torn); reads++) {
    if ((reads & 0xffff) === 0 && performance.now() - startMs > LIMIT_MS) break;
    if (!reader.read(0, snapshot)) {
      result.refused++;
      continue;
    }
    const section = sectionOf(snapshot);
    if (section < 0) {
      result.torn++;
      continue;
    }
    result.good++;
    if (section !== last) result.sections++;
    if (section < last) result.backwards++;
    last = section;
  }
  result.elapsedMs = performance.now() - startMs;
  return result;
}
