/** Resident memory while 5 MB packets go both ways in turn: below a bound, and flat. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Instance, startClient, startListener, stopAll } from '../conntest.js';
import type { BenchSettings } from '../items.js';
import { readResident } from '../resident.js';
import { type Bar, type Result, result } from '../result.js';
import { spreadOf } from '../statistics.js';

const SHORT_SECONDS = 60;
const LONG_SECONDS = 600;
/** Start and end are compared over a minute each, or over a third of a run that is shorter than three. */
const MAX_WINDOW_SECONDS = 60;
const GRACE_MS = 30_000;

const RESIDENT: Bar = { kind: 'below', value: 150e6 };
/** A collector lets memory rise and fall by some percent; a leak of one buffer a phase passes this soon. */
const GROWTH: Bar = { kind: 'below', value: 1.1 };

export async function benchMemory({ long, say }: BenchSettings): Promise<Result[]> {
  const seconds = long ? LONG_SECONDS : SHORT_SECONDS;
  const limitMs = seconds * 1000 + GRACE_MS;
  const { instance: listener, port } = await startListener([], limitMs);
  const client = startClient(port, 'monitor-bandwidth&packet-size=5mb', [], limitMs);
  try {
    await client.first(({ type }) => type === 'measured' || undefined);
    const series = await sampleEachSecond([client, listener], seconds, say);
    return ['client', 'listener'].flatMap((name, i) => sideResults(name, seconds, series[i]!));
  } finally {
    await stopAll([client, listener]);
  }
}

interface Series {
  readonly residentBytes: number[];
  peakBytes: number;
}

async function sampleEachSecond(
  instances: readonly Instance[],
  seconds: number,
  say: (text: string) => void,
): Promise<Series[]> {
  const all = instances.map((): Series => ({ residentBytes: [], peakBytes: 0 }));
  for (let second = 1; second <= seconds; second++) {
    await sleep(1000);
    for (const [i, { process }] of instances.entries()) {
      const { nowBytes, peakBytes } = readResident(process.pid);
      all[i]!.residentBytes.push(nowBytes);
      all[i]!.peakBytes = peakBytes;
    }
    if (second % SHORT_SECONDS === 0) say(`${second} of ${seconds} s`);
  }
  return all;
}

function sideResults(name: string, seconds: number, { residentBytes, peakBytes }: Series): Result[] {
  const window = Math.min(MAX_WINDOW_SECONDS, Math.floor(seconds / 3));
  const startBytes = spreadOf(residentBytes.slice(0, window)).median;
  const endBytes = spreadOf(residentBytes.slice(-window)).median;
  return [
    result(`memory of the ${name}, each second for ${seconds} s`, 'bytes', residentBytes, null),
    result(`peak memory of the ${name}`, 'bytes', [peakBytes], RESIDENT),
    result(
      `memory of the ${name}, last ${window} s over first ${window} s (medians)`,
      'x',
      [endBytes / startBytes],
      GROWTH,
    ),
  ];
}
