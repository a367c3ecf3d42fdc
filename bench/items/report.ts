/** `conntest report` of a day of 50 connections, and how long its page takes to open. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { noBrowser, openPage, startBrowser } from '../../test/support/browser.js';
import { CLI, startListener, stopAll } from '../conntest.js';
import type { BenchSettings } from '../items.js';
import { writeLongLog } from '../long-log.js';
import { Running, run } from '../process.js';
import { readResident } from '../resident.js';
import { type Bar, type Result, result } from '../result.js';

const TARGETS = 50;
const DAY_SECONDS = 86_400;
/** Of a day, where there is no time to write 13 GB. */
const SHORT_SHARE = 0.1;
const SHORT_SECONDS = 30;
const LIMIT_MS = 120_000;
const POLL_MS = 100;
const MAX_RUNS = 3;

const DAY_MS = 20_000;
const MEMORY: Bar = { kind: 'below', value: 1e9 };
const OPENING: Bar = { kind: 'below', value: 2000 };

export async function benchReport({ pairs, long, say }: BenchSettings): Promise<Result[]> {
  const share = long ? 1 : SHORT_SHARE;
  const snapshots = Math.round(DAY_SECONDS * share);
  const folder = await mkdtemp(join(tmpdir(), 'conntest-bench-'));
  try {
    const [short, day, page] = ['short.jsonl', 'day.jsonl', 'report.html'].map((name) => join(folder, name));
    await writeShortLog(short!);
    const bytes = await writeLongLog(short!, day!, snapshots);
    say(`a log of ${(bytes / 1e9).toFixed(1)} GB is written`);
    const reports: Report[] = [];
    while (reports.length < Math.min(pairs, MAX_RUNS)) {
      reports.push(await report(day!, page!));
      say(`report ${reports.length}`);
    }
    const times = reports.map(({ elapsedMs }) => elapsedMs);
    const peaks = reports.map(({ peakBytes }) => peakBytes);
    return [
      result(`report of ${snapshots * TARGETS} rows`, 'ms', times, { kind: 'below', value: DAY_MS * share }),
      result('its peak memory', 'bytes', peaks, MEMORY),
      result('its page: from its address to its charts', 'ms', await openings(page!), OPENING),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Of as many targets, which are one listener by different values of an option. */
async function writeShortLog(path: string): Promise<void> {
  const { instance: listener, port } = await startListener([], LIMIT_MS);
  try {
    const uri = `tcp://127.0.0.1:${port}?monitor-bandwidth&packet-size=64kb&rate=10mbit`;
    const connects = Array.from({ length: TARGETS }, (_, index) => ['--connect', `${uri}&dscp=${index}`]);
    const args = [...connects.flat(), '--ui', 'none', '--log', path, '--time', `${SHORT_SECONDS}s`];
    await run(process.execPath, [CLI, ...args], LIMIT_MS);
  } finally {
    await stopAll([listener]);
  }
}

interface Report {
  readonly elapsedMs: number;
  readonly peakBytes: number;
}

/** The whole process. */
async function report(log: string, page: string): Promise<Report> {
  const process_ = new Running(process.execPath, [CLI, 'report', log, '-o', page], LIMIT_MS);
  let peakBytes = 0;
  let ended = false;
  const exit = process_.exit.finally(() => {
    ended = true;
  });
  while (!ended) {
    try {
      peakBytes = readResident(process_.pid).peakBytes;
    } catch {
      // It has ended since.
    }
    await Promise.race([sleep(POLL_MS), exit]);
  }
  const { code, stderr } = await exit;
  if (code !== 0) throw new Error(`conntest report ended with ${code ?? 'a signal'}: ${stderr.trim()}`);
  return { elapsedMs: performance.now() - process_.startedMs, peakBytes };
}

async function openings(path: string): Promise<number[]> {
  if (noBrowser !== false) throw new Error(noBrowser);
  const browser = await startBrowser();
  try {
    const samples: number[] = [];
    while (samples.length < MAX_RUNS) {
      const startMs = performance.now();
      const { page } = await openPage(browser, path, { width: 1280, dark: false });
      await page.evaluate('new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)))');
      samples.push(performance.now() - startMs);
      await page.close();
    }
    return samples;
  } finally {
    await browser.close();
  }
}
