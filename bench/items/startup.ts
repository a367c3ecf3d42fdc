/** What a person waits for: the help, and the first latency. */
import { CLI, startClient, startListener, stopAll } from '../conntest.js';
import type { BenchSettings } from '../items.js';
import { run } from '../process.js';
import { type Bar, type Result, result } from '../result.js';

const HELP_RUNS = 21;
const CONNECT_RUNS = 15;
const LIMIT_MS = 60_000;

const HELP: Bar = { kind: 'below', value: 120 };
const FIRST_LATENCY: Bar = { kind: 'below', value: 250 };

export async function benchStartup({ say }: BenchSettings): Promise<Result[]> {
  const bareMs: number[] = [];
  const helpMs: number[] = [];
  for (let i = 0; i < HELP_RUNS; i++) {
    bareMs.push(await lifetimeMs(['--eval', '0']));
    helpMs.push(await lifetimeMs([CLI, '--help']));
  }
  say(`${HELP_RUNS} times --help`);
  const firstMs = await firstLatenciesMs();
  say(`${CONNECT_RUNS} times to the first latency`);
  return [
    result('`conntest --help`, whole process', 'ms', helpMs, HELP),
    result('for comparison: node with an empty script', 'ms', bareMs, null),
    result('from process start to the first latency', 'ms', firstMs, FIRST_LATENCY),
  ];
}

async function lifetimeMs(args: readonly string[]): Promise<number> {
  const startMs = performance.now();
  await run(process.execPath, args, LIMIT_MS);
  return performance.now() - startMs;
}

/** Against one listener that is up already. */
async function firstLatenciesMs(): Promise<number[]> {
  const { instance: listener, port } = await startListener([], LIMIT_MS);
  const samples: number[] = [];
  try {
    while (samples.length < CONNECT_RUNS) samples.push(await firstLatencyMs(port));
  } finally {
    await stopAll([listener]);
  }
  return samples;
}

async function firstLatencyMs(port: number): Promise<number> {
  const client = startClient(port, '', [], LIMIT_MS);
  try {
    await client.first(({ type }) => type === 'measured' || undefined);
    return performance.now() - client.process.startedMs;
  } finally {
    await stopAll([client]);
  }
}
