/** Probing ports, beside nmap's connect scan: the same verdicts, and how long each takes. */
import { createServer, type Server } from 'node:net';
import { CLI, freePort } from '../conntest.js';
import type { BenchSettings } from '../items.js';
import { run } from '../process.js';
import { type Bar, type Result, result } from '../result.js';

const HOST = '127.0.0.1';
const LAST_PORT = 65_535;
const LIMIT_MS = 120_000;
const OPEN_PORTS = 3;
const MAX_FOREIGN_PORTS = 50;

const ALL_PORTS: Bar = { kind: 'below', value: 20_000 };
const RATIO: Bar = { kind: 'below', value: 1.5 };

const MISSING = 'nmap is not installed; on Debian: apt-get install nmap';

interface Scan {
  readonly open: readonly number[];
  readonly elapsedMs: number;
}

/** Whole processes, run in turn. */
export async function benchProbe({ pairs, say }: BenchSettings): Promise<Result[]> {
  const servers = await Promise.all(Array.from({ length: OPEN_PORTS }, listen));
  const ours: number[] = [];
  const theirs: number[] = [];
  try {
    for (let pair = 0; pair < pairs; pair++) {
      const [mine, nmap] = [await scan(probe), await scan(connectScan)];
      assertFound('conntest', mine.open, servers);
      assertFound('nmap', nmap.open, servers);
      ours.push(mine.elapsedMs);
      theirs.push(nmap.elapsedMs);
      say(`pair ${pair + 1} of ${pairs}`);
    }
  } finally {
    for (const { server } of servers) server.close();
  }
  const ratios = ours.map((elapsedMs, pair) => elapsedMs / theirs[pair]!);
  return [
    result('all 65,535 ports of loopback', 'ms', ours, ALL_PORTS),
    result('for comparison: nmap -sT', 'ms', theirs, null),
    result("our time / nmap's", 'x', ratios, RATIO),
  ];
}

interface OpenPort {
  readonly server: Server;
  readonly port: number;
}

async function listen(): Promise<OpenPort> {
  const server = createServer((socket) => socket.destroy());
  const port = await freePort();
  await new Promise<void>((resolve) => {
    server.listen(port, HOST, resolve);
  });
  return { server, port };
}

async function scan(find: () => Promise<readonly number[]>): Promise<Scan> {
  const startMs = performance.now();
  const open = await find();
  return { open, elapsedMs: performance.now() - startMs };
}

async function probe(): Promise<readonly number[]> {
  const target = `tcp://${HOST}:1-${LAST_PORT}`;
  const text = await run(process.execPath, [CLI, 'probe', target, '--no-hello'], LIMIT_MS);
  return [...text.matchAll(/^ +(\S+) +open /gm)].flatMap(([, ports = '']) => listed(ports));
}

/** `80`, `80-81,443`. */
function listed(ports: string): number[] {
  return ports.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}

async function connectScan(): Promise<readonly number[]> {
  const args = ['-sT', '-Pn', '-n', `-p1-${LAST_PORT}`, '-oG', '-', HOST];
  const text = await run('nmap', args, LIMIT_MS).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new Error(MISSING) : error;
  });
  return [...text.matchAll(/(\d+)\/open\/tcp/g)].map(([, port]) => Number(port));
}

/** Ours are all open. Those of other programs come and go between two scans, and few are open at once. */
function assertFound(who: string, open: readonly number[], servers: readonly OpenPort[]): void {
  const missed = servers.filter(({ port }) => !open.includes(port));
  if (missed.length === 0 && open.length <= OPEN_PORTS + MAX_FOREIGN_PORTS) return;
  throw new Error(`${who} calls these ports open: ${open.join(', ')}; of ours it missed ${missed.length}`);
}
