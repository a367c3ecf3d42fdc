import { freePort } from './conntest.js';
import { Running, run } from './process.js';

/** As long as the measured part of our own runs. */
const SECONDS = 3;
/** Its default loses most of what it sends over UDP. */
const UDP_BUFFER = '2M';
/** Left out at the start, as our own first phases are: while TCP finds its window. */
const OMIT_SECONDS = 1;
const LIMIT_MS = 15_000;

const MISSING = 'iperf3 is not installed; on Debian: apt-get install iperf3';

interface Iperf3Report {
  readonly end: { readonly sum_received: { readonly bits_per_second: number } };
}

/** As in `iperf 3.12`. @throws Error, with what to do about it, when there is none */
export async function iperf3Version(): Promise<string> {
  const text = await run('iperf3', ['--version'], LIMIT_MS).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new Error(MISSING) : error;
  });
  return /^iperf 3\S*/.exec(text)?.[0] ?? 'iperf3';
}

/** The receiver's figure of one TCP stream over loopback.
 *  @param extraArgs for the client, as in ['-R', '-l', '1M'] */
export async function iperf3RateBps(extraArgs: readonly string[]): Promise<number> {
  const port = String(await freePort());
  const server = await startServer(port);
  try {
    const args = ['-c', '127.0.0.1', '-p', port, '-t', `${SECONDS}`, '-O', `${OMIT_SECONDS}`, '-J'];
    const report = JSON.parse(await run('iperf3', [...args, ...extraArgs], LIMIT_MS)) as Iperf3Report;
    return report.end.sum_received.bits_per_second;
  } finally {
    await server.stop();
  }
}

/** What arrived of UDP datagrams of so much data, sent as fast as it can. */
export function iperf3UdpRateBps(packetSizeBytes: number): Promise<number> {
  return iperf3RateBps(['-u', '-b', '0', '-l', `${packetSizeBytes}`, '-w', UDP_BUFFER]);
}

/** Ready when it says so. */
async function startServer(port: string): Promise<Running> {
  let ready = (): void => {};
  const listening = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const args = ['-s', '-1', '-B', '127.0.0.1', '-p', port, '--forceflush'];
  const server = new Running('iperf3', args, LIMIT_MS, (line) => {
    if (line.startsWith('Server listening')) ready();
  });
  const ended = server.exit.then(({ stderr }) => {
    throw new Error(`iperf3 did not listen on port ${port}: ${stderr.trim()}`);
  });
  await Promise.race([listening, ended]);
  return server;
}
