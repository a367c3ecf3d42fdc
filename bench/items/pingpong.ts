/** UDP messages there and back, one after the other, against sockperf's ping-pong. */
import { startClient, startListener, stopAll } from '../conntest.js';
import type { BenchSettings } from '../items.js';
import { type Bar, type Result, result } from '../result.js';
import { type Latency, requireSockperf, sockperfLatency } from '../sockperf.js';

/** What sockperf sends; a Ping with its header has about 120 bytes, which takes as long. */
const SIZE_BYTES = 64;
/** Its first second goes into making the programs fast. */
const SECONDS = 6;
const LIMIT_MS = 30_000;

const SPINNING = ['--nonblocked'];

/** Ways of ours, each against sockperf in a way of its own. */
interface Setting {
  readonly mode: 'event' | 'block' | 'spin';
  readonly rival: string;
  readonly clientArgs: readonly string[];
  readonly serverArgs: readonly string[];
  /** Of our p50 and p99 in its own; null: for comparison. */
  readonly p50: Bar | null;
  readonly p99: Bar | null;
}

const BLOCKED = { rival: 'sockperf', clientArgs: [], serverArgs: [] };
const SETTINGS: readonly Setting[] = [
  { mode: 'event', ...BLOCKED, p50: { kind: 'below', value: 1.6 }, p99: { kind: 'below', value: 4 } },
  { mode: 'block', ...BLOCKED, p50: null, p99: null },
  {
    mode: 'spin',
    rival: 'sockperf --nonblocked',
    clientArgs: SPINNING,
    serverArgs: [],
    p50: { kind: 'below', value: 1 },
    p99: null,
  },
  {
    mode: 'spin',
    rival: 'sockperf --nonblocked at both ends',
    clientArgs: SPINNING,
    serverArgs: SPINNING,
    p50: null,
    p99: null,
  },
];

export async function benchPingPong({ pairs, say }: BenchSettings): Promise<Result[]> {
  await requireSockperf();
  const results: Result[] = [];
  for (const setting of SETTINGS) results.push(...(await compare(setting, pairs, say)));
  return results;
}

/** Interleaved: ours, theirs, ours, theirs, ... */
async function compare(setting: Setting, nPairs: number, say: (text: string) => void): Promise<Result[]> {
  const { mode, rival, clientArgs, serverArgs, p50, p99 } = setting;
  const ours: Latency[] = [];
  const theirs: Latency[] = [];
  for (let i = 0; i < nPairs; i++) {
    ours.push(await conntestLatency(mode));
    theirs.push(await sockperfLatency(SIZE_BYTES, clientArgs, serverArgs));
    say(`latency=${mode} against ${rival}: ${i + 1} of ${nPairs}`);
  }
  const ratios = (of: keyof Latency) => ours.map((latency, i) => latency[of] / theirs[i]![of]);
  const times = (all: readonly Latency[], of: keyof Latency) => all.map((latency) => latency[of]);
  return [
    result(`latency=${mode}, p50 / ${rival}'s`, 'x', ratios('p50Us'), p50),
    result(`latency=${mode}, p99 / ${rival}'s`, 'x', ratios('p99Us'), p99),
    result(`latency=${mode}, p50`, 'us', times(ours, 'p50Us'), null),
    result(`for comparison: ${rival}, p50`, 'us', times(theirs, 'p50Us'), null),
  ];
}

async function conntestLatency(mode: Setting['mode']): Promise<Latency> {
  const one = ['--workers', '1'];
  const { instance: listener, port } = await startListener(one, LIMIT_MS, 'udp', `latency=${mode}`);
  const options = `ping-interval=0&latency=${mode}`;
  const client = startClient(port, options, [...one, '--time', `${SECONDS}`], LIMIT_MS, 'udp');
  try {
    return await client.first((record) => {
      if (record.type !== 'summary') return undefined;
      const { p50_ns: p50Ns, p99_ns: p99Ns } = record.clients[0]!.latency;
      return { p50Us: p50Ns / 1000, p99Us: p99Ns / 1000 };
    });
  } finally {
    await stopAll([client, listener]);
  }
}
