/** One UDP connection upwards against iperf3, and its two ways through the system against each other. */
import { iperf3UdpRateBps, iperf3Version } from '../iperf3.js';
import type { BenchSettings } from '../items.js';
import { conntestRate, type Rate, WARM_UP_US } from '../rates.js';
import { type Pair, type Result, ratioResult, result } from '../result.js';

const DGRAM = ['--udp-io', 'dgram'];
const BATCH = ['--udp-io', 'batch'];

interface Setting {
  readonly what: string;
  readonly packetSizeBytes: number;
  readonly uriOptions: string;
  readonly args: readonly string[];
  /** Of our median rate in iperf3's. */
  readonly atLeast: number;
}

const SETTINGS: readonly Setting[] = [
  { what: 'reliable, 1400 B', packetSizeBytes: 1400, uriOptions: '', args: BATCH, atLeast: 4 },
  { what: 'unreliable, 1400 B', packetSizeBytes: 1400, uriOptions: 'reliable=off', args: BATCH, atLeast: 8 },
  { what: 'reliable, 8000 B', packetSizeBytes: 8000, uriOptions: '', args: BATCH, atLeast: 2 },
  { what: 'reliable, 64 B', packetSizeBytes: 64, uriOptions: '', args: BATCH, atLeast: 3 },
  { what: 'reliable, 1400 B, dgram', packetSizeBytes: 1400, uriOptions: '', args: DGRAM, atLeast: 0.45 },
  { what: 'reliable, 8000 B, dgram', packetSizeBytes: 8000, uriOptions: '', args: DGRAM, atLeast: 0.45 },
];

/** Of the CPU time that a GB takes through dgram. */
const CPU_PART = 0.2;

export async function benchUdp({ pairs, say }: BenchSettings): Promise<Result[]> {
  await iperf3Version();
  const results: Result[] = [];
  for (const setting of SETTINGS) results.push(...(await compare(setting, pairs, say)));
  results.push(await compareCpu(pairs, say));
  return results;
}

/** Interleaved: ours, theirs, ours, theirs, ... */
async function compare(setting: Setting, nPairs: number, say: (text: string) => void): Promise<Result[]> {
  const { what, packetSizeBytes, uriOptions, atLeast } = setting;
  const pairs: Pair[] = [];
  const warmUps: number[] = [];
  const residuals: number[] = [];
  for (let i = 0; i < nPairs; i++) {
    const { rateBps, warmUpBps, residual } = await ours(setting);
    const theirsBps = await iperf3UdpRateBps(packetSizeBytes);
    pairs.push({ oursBps: rateBps, theirsBps });
    warmUps.push(warmUpBps / theirsBps);
    residuals.push(residual ?? Number.NaN);
    say(`${what}: ${i + 1} of ${nPairs}`);
  }
  const ratio = ratioResult(what, pairs, { kind: 'at-least', value: atLeast });
  const warmUp = result(`${what}: in its warm-up`, 'x', warmUps, null);
  if (uriOptions !== '') return [ratio, warmUp];
  return [
    ratio,
    warmUp,
    result(`${what}: packets lost for good`, 'packets', residuals, { kind: 'below', value: 1 }),
  ];
}

async function compareCpu(nPairs: number, say: (text: string) => void): Promise<Result> {
  const parts: number[] = [];
  const setting = SETTINGS[0]!;
  for (let i = 0; i < nPairs; i++) {
    const batch = await ours({ ...setting, args: BATCH });
    const dgram = await ours({ ...setting, args: DGRAM });
    parts.push(batch.cpuSecondsPerGB / dgram.cpuSecondsPerGB);
    say(`CPU time: ${i + 1} of ${nPairs}`);
  }
  const what = 'CPU time of a GB, reliable, 1400 B, against dgram';
  return result(what, 'x', parts, { kind: 'below', value: CPU_PART });
}

function ours({ packetSizeBytes, uriOptions, args }: Setting): Promise<Rate> {
  const options = `packet-size=${packetSizeBytes}&${uriOptions}`.replace(/&$/, '');
  return conntestRate({ protocol: 'udp', direction: 'up', uriOptions: options, args, warmUpUs: WARM_UP_US });
}
