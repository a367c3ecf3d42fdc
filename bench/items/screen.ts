/** What the live screen costs the thread that draws it, and whether the shards beside it feel it. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLI, startListener, stopAll } from '../conntest.js';
import type { BenchSettings } from '../items.js';
import { Running } from '../process.js';
import { readCpuSeconds } from '../resident.js';
import { type Bar, type Result, result } from '../result.js';

/** A large terminal: more to lay out. */
const TERMINAL = 'stty cols 200 rows 60';
/** Until all are connected and most code is compiled. */
const WARM_UP_MS = 8000;
const WATCHED_MS = 15_000;
const LIMIT_MS = 60_000;
const MAX_PAIRS = 3;

const SHARE: Bar = { kind: 'below', value: 3 };

interface Setting {
  readonly what: string;
  readonly targets: number;
  readonly uriOptions: string;
  readonly hasRate: boolean;
}

const SETTINGS: readonly Setting[] = [
  {
    what: '5 targets, bandwidth',
    targets: 5,
    uriOptions: 'monitor-bandwidth&packet-size=5mb',
    hasRate: true,
  },
  { what: '1,000 targets, latency only', targets: 1000, uriOptions: 'ping-interval=500ms', hasRate: false },
];

export async function benchScreen({ pairs, say }: BenchSettings): Promise<Result[]> {
  const results: Result[] = [];
  for (const setting of SETTINGS) results.push(...(await compare(setting, Math.min(pairs, MAX_PAIRS), say)));
  return results;
}

/** Interleaved: with the screen, without, with, ... */
async function compare(setting: Setting, nPairs: number, say: (text: string) => void): Promise<Result[]> {
  const { what, hasRate } = setting;
  const drawn: Watched[] = [];
  const bare: Watched[] = [];
  for (let i = 0; i < nPairs; i++) {
    drawn.push(await watch('live', setting));
    bare.push(await watch('none', setting));
    say(`${what}: ${i + 1} of ${nPairs}`);
  }
  const shares = drawn.map(({ cpuShare }, i) => 100 * (cpuShare - bare[i]!.cpuShare));
  const wholes = drawn.map(({ cpuShare }) => 100 * cpuShare);
  const rates = drawn.map(({ dataBytes }, i) => dataBytes / bare[i]!.dataBytes);
  return [
    result(`${what}: the screen, of a core`, 'percent', shares, SHARE),
    result(`${what}: the main thread that draws it, of a core`, 'percent', wholes, null),
    ...(hasRate ? [result(`${what}: data moved with the screen / without`, 'x', rates, null)] : []),
  ];
}

interface Watched {
  /** Of the main thread. */
  readonly cpuShare: number;
  /** Of the phases that ended meanwhile. */
  readonly dataBytes: number;
}

async function watch(ui: 'live' | 'none', { targets, uriOptions }: Setting): Promise<Watched> {
  const folder = await mkdtemp(join(tmpdir(), 'conntest-bench-'));
  const { instance: listener, port } = await startListener([], LIMIT_MS);
  let movedBytes = 0;
  const counted = listener.first((record) => {
    if (record.type === 'phase') movedBytes += record.data_bytes;
    return undefined;
  });
  // It counts until the listener is stopped.
  counted.catch(() => {});
  const config = join(folder, 'run.json');
  const connect = Array.from({ length: targets }, () => `tcp://127.0.0.1:${port}?${uriOptions}`);
  await writeFile(config, JSON.stringify({ ui, connect }));
  // script(1) gives it a terminal, and reads what it draws.
  const command = `${TERMINAL}; exec '${process.execPath}' '${CLI}' --config '${config}'`;
  const terminal = new Running('script', ['--quiet', '--command', command, '/dev/null'], LIMIT_MS, () => {});
  try {
    await sleep(WARM_UP_MS);
    const pid = await onlyChild(terminal.pid);
    const [startMs, cpuSeconds, startBytes] = [performance.now(), mainThreadSeconds(pid), movedBytes];
    await sleep(WATCHED_MS);
    const cpuShare = (mainThreadSeconds(pid) - cpuSeconds) / ((performance.now() - startMs) / 1000);
    return { cpuShare, dataBytes: movedBytes - startBytes };
  } finally {
    await terminal.stop();
    await stopAll([listener]);
    await rm(folder, { recursive: true });
  }
}

async function onlyChild(pid: number): Promise<number> {
  const [child] = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ');
  return Number(child);
}

/** A process's first thread has its number. */
function mainThreadSeconds(pid: number): number {
  return readCpuSeconds(`${pid}/task/${pid}`);
}
