import { freePort } from './conntest.js';
import { Running, run } from './process.js';

/** The measured part; another 0.4 s at the start is left out by sockperf itself. */
const SECONDS = 3;
const LIMIT_MS = 15_000;
const HOST = '127.0.0.1';

const MISSING = 'sockperf is not installed; on Debian: apt-get install sockperf';

/** Half of a round trip, in us: sockperf's own figure unless it is told `--full-rtt`, and ours. */
export interface Latency {
  readonly p50Us: number;
  readonly p99Us: number;
}

/** @throws Error, with what to do about it, when there is none */
export async function requireSockperf(): Promise<void> {
  await run('sockperf', ['--version'], LIMIT_MS).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new Error(MISSING) : error;
  });
}

/** UDP datagrams there and back over loopback, one after the other.
 *  @param serverArgs as in ['--nonblocked'] */
export async function sockperfLatency(
  sizeBytes: number,
  clientArgs: readonly string[],
  serverArgs: readonly string[],
): Promise<Latency> {
  const port = String(await freePort());
  const server = await startServer(port, serverArgs);
  try {
    const args = ['ping-pong', '-i', HOST, '-p', port, '-m', `${sizeBytes}`, '-t', `${SECONDS}`];
    const text = await run('sockperf', [...args, ...clientArgs], LIMIT_MS);
    return { p50Us: percentileUs(text, '50.000'), p99Us: percentileUs(text, '99.000') };
  } finally {
    await server.stop();
  }
}

/** Ready when it says how it will receive. */
async function startServer(port: string, args: readonly string[]): Promise<Running> {
  let ready = (): void => {};
  const listening = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const server = new Running('sockperf', ['server', '-i', HOST, '-p', port, ...args], LIMIT_MS, (line) => {
    if (line.includes('[tid ')) ready();
  });
  const ended = server.exit.then(({ stderr }) => {
    throw new Error(`sockperf did not listen on port ${port}: ${stderr.trim()}`);
  });
  await Promise.race([listening, ended]);
  return server;
}

function percentileUs(text: string, percentile: string): number {
  const found = new RegExp(`percentile ${percentile.replace('.', '\\.')} =\\s+([0-9.]+)`).exec(text);
  if (found === null) throw new Error(`sockperf told no percentile ${percentile}: ${text.trim()}`);
  return Number(found[1]);
}
