/** One TCP connection in one direction against iperf3, one thread a side in either program. */
import { iperf3RateBps, iperf3Version } from '../iperf3.js';
import type { BenchSettings } from '../items.js';
import { conntestRate, WARM_UP_US } from '../rates.js';
import { type Pair, type Result, ratioResult, result } from '../result.js';

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
  /** 1 where it is left out, of workers as well. */
  readonly connections?: number;
  readonly workers?: number;
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
  {
    packets: '128 kB, 4 connections on 2 workers',
    packetSize: '128kb',
    connections: 4,
    workers: 2,
    rivals: [{ name: 'iperf3 -P 4', args: ['-P', '4'], atLeast: 1 }],
  },
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
  { packets, packetSize, rivals, connections = 1, workers = 1 }: Setting,
  nPairs: number,
  say: (text: string) => void,
): Promise<Result[]> {
  const pairs: Pair[][] = rivals.map(() => []);
  /** Against the first rival. */
  const warmUps: number[] = [];
  for (let i = 0; i < nPairs; i++) {
    const { rateBps: oursBps, warmUpBps } = await conntestRate({
      protocol: 'tcp',
      direction,
      uriOptions: `packet-size=${packetSize}`,
      connections,
      workers,
      warmUpUs: WARM_UP_US,
    });
    for (const [j, { args }] of rivals.entries()) {
      const theirsBps = await iperf3RateBps(direction === 'down' ? ['-R', ...args] : args);
      pairs[j]!.push({ oursBps, theirsBps });
      if (j === 0) warmUps.push((connections * warmUpBps) / theirsBps);
    }
    say(`${direction}, packets of ${packets}: ${i + 1} of ${nPairs}`);
  }
  const what = `${direction}, packets of ${packets}`;
  const ratios = rivals.map(({ name, atLeast }, j) => {
    return ratioResult(`${what}, against ${name}`, pairs[j]!, { kind: 'at-least', value: atLeast });
  });
  return [...ratios, result(`${what}, against ${rivals[0]!.name}: in its warm-up`, 'x', warmUps, null)];
}
