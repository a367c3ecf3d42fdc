/** One TCP connection in one direction against iperf3, one thread a side in either program. */
import { type RunRecord, startClient, startListener, stopAll } from '../conntest.js';
import { iperf3RateBps, iperf3Version } from '../iperf3.js';
import type { BenchSettings } from '../items.js';
import { type Pair, type Result, ratioResult } from '../result.js';

const PHASE_US = 3e6;
const PHASE = `phase=${PHASE_US / 1e6}s`;
/** The first phases are short ones that look for the rate. */
const SETTLED_US = PHASE_US / 2;
/** Measured when phases of this much together are over: one full phase, or two that came out shorter. */
const ENOUGH_US = 0.8 * PHASE_US;
const LIMIT_MS = 40_000;

type Direction = 'up' | 'down';

interface Rival {
  readonly name: string;
  readonly args: readonly string[];
  /** Of our median rate in its own. */
  readonly atLeast: number;
}

interface Setting {
  readonly packets: string;
  readonly packetSize: string;
  readonly rivals: readonly Rival[];
}

const DEFAULT = { name: 'iperf3', args: [] };
const LARGE = { name: 'iperf3 -l 1M', args: ['-l', '1M'] };

const SETTINGS: readonly Setting[] = [
  {
    packets: '5 MB',
    packetSize: '5mb',
    rivals: [
      { ...DEFAULT, atLeast: 1.2 },
      { ...LARGE, atLeast: 0.9 },
    ],
  },
  { packets: '128 kB', packetSize: '128kb', rivals: [{ ...DEFAULT, atLeast: 1.2 }] },
  { packets: '1400 B', packetSize: '1400', rivals: [{ ...DEFAULT, atLeast: 0.5 }] },
];

export async function benchTcp({ pairs, say }: BenchSettings): Promise<Result[]> {
  await iperf3Version();
  const results: Result[] = [];
  for (const direction of ['up', 'down'] as const) {
    for (const setting of SETTINGS) results.push(...(await compare(direction, setting, pairs, say)));
  }
  return results;
}

/** Interleaved: ours, each rival, ours, each rival, ... */
async function compare(
  direction: Direction,
  { packets, packetSize, rivals }: Setting,
  nPairs: number,
  say: (text: string) => void,
): Promise<Result[]> {
  const pairs: Pair[][] = rivals.map(() => []);
  for (let i = 0; i < nPairs; i++) {
    const oursBps = await conntestRateBps(direction, packetSize);
    for (const [j, { args }] of rivals.entries()) {
      const theirsBps = await iperf3RateBps(direction === 'down' ? ['-R', ...args] : args);
      pairs[j]!.push({ oursBps, theirsBps });
    }
    say(`${direction}, packets of ${packets}: ${i + 1} of ${nPairs}`);
  }
  return rivals.map(({ name, atLeast }, j) =>
    ratioResult(`${direction}, packets of ${packets}, against ${name}`, pairs[j]!, {
      kind: 'at-least',
      value: atLeast,
    }),
  );
}

/** As the receiving side counts it: data only, without lengths and headers. */
async function conntestRateBps(direction: Direction, packetSize: string): Promise<number> {
  const workers = ['--workers', '1'];
  const { instance: listener, port } = await startListener(workers, LIMIT_MS);
  const uriOptions = `monitor-bandwidth&${PHASE}&direction=${direction}&packet-size=${packetSize}`;
  const client = startClient(port, uriOptions, workers, LIMIT_MS);
  try {
    return await (direction === 'up' ? listener : client).first(settledRate());
  } finally {
    await stopAll([client, listener]);
  }
}

function settledRate(): (record: RunRecord) => number | undefined {
  let dataBytes = 0;
  let elapsedUs = 0;
  return (record) => {
    if (record.type !== 'phase' || record.elapsed_us < SETTLED_US) return undefined;
    dataBytes += record.data_bytes;
    elapsedUs += record.elapsed_us;
    return elapsedUs < ENOUGH_US ? undefined : (dataBytes * 8e6) / elapsedUs;
  };
}
