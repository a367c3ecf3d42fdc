/** What a UDP connection with latency= does to a TCP connection of the same shards. */
import { freePort, type RunRecord, startClient, startListener, stopAll } from '../conntest.js';
import type { BenchSettings } from '../items.js';
import { type Result, result } from '../result.js';

const MODES = ['event', 'block', 'spin'] as const;
const SECONDS = 5;
const LIMIT_MS = 30_000;

type Mode = (typeof MODES)[number];

export async function benchBeside({ pairs, say }: BenchSettings): Promise<Result[]> {
  const latencies = new Map<Mode, number[]>(MODES.map((mode) => [mode, []]));
  const rates = new Map<Mode, number[]>(MODES.map((mode) => [mode, []]));
  for (let i = 0; i < pairs; i++) {
    for (const mode of MODES) {
      const idle = await tcpBeside(mode, 'ping-interval=5ms');
      const busy = await tcpBeside(mode, 'monitor-bandwidth&direction=up');
      latencies.get(mode)!.push(idle.latency.p50_ns / 1000);
      rates.get(mode)!.push(busy.up.mean_rate_bps / 8);
    }
    say(`${i + 1} of ${pairs}`);
  }
  return [
    ...MODES.map((mode) =>
      result(`latency over TCP beside latency=${mode}, p50`, 'us', latencies.get(mode)!, null),
    ),
    ...MODES.map((mode) => {
      return result(`bytes a second over TCP beside latency=${mode}`, 'bytes', rates.get(mode)!, null);
    }),
  ];
}

type ClientRow = Extract<RunRecord, { type: 'summary' }>['clients'][number];

/** Both connections on one shard at either end. */
async function tcpBeside(mode: Mode, tcpOptions: string): Promise<ClientRow> {
  const udp = `127.0.0.1:${await freePort()}?latency=${mode}`;
  const one = ['--workers', '1'];
  const { instance: listener, port } = await startListener([...one, '--listen', `udp:${udp}`], LIMIT_MS);
  const args = [...one, '--connect', `udp://${udp}`, '--time', `${SECONDS}`];
  const client = startClient(port, tcpOptions, args, LIMIT_MS);
  try {
    return await client.first((record) => {
      if (record.type !== 'summary') return undefined;
      return record.clients.find(({ protocol }) => protocol === 'tcp');
    });
  } finally {
    await stopAll([client, listener]);
  }
}
