import { fileURLToPath } from 'node:url';
import { reserveTcp } from '../src/io/reserve.js';
import { Running } from './process.js';

const HOST = '127.0.0.1';
/** Compiled beside us: dist/bench -> dist/src. */
export const CLI = fileURLToPath(new URL('../src/conntest.cjs', import.meta.url));

interface PeerFigures {
  readonly connections_up: number;
}

interface LossReport {
  readonly packets_lost: number;
  readonly packets_residual: number;
}

/** What the benchmarks read of the lines of --ui json (docs/json.md). */
export type RunRecord =
  | { readonly type: 'listening' | 'connected' | 'measured' }
  | {
      readonly type: 'phase';
      /** Of the connection. */
      readonly key: number;
      readonly direction: 'up' | 'down';
      readonly packets: number;
      readonly data_bytes: number;
      readonly elapsed_us: number;
      readonly detail: { readonly report: LossReport | null } | null;
    }
  | {
      readonly type: 'snapshot';
      readonly clients: readonly PeerFigures[];
      readonly servers: readonly PeerFigures[];
      readonly process: { readonly loop_delay_p99_ns: number };
    }
  | {
      readonly type: 'summary';
      readonly clients: readonly {
        readonly protocol: 'tcp' | 'udp';
        readonly latency: { readonly p50_ns: number; readonly p99_ns: number };
        readonly up: { readonly mean_rate_bps: number };
      }[];
    };

/** What a record is to the one who waits; undefined: not yet. */
type Accept<Found> = (record: RunRecord) => Found | undefined;

/** A running conntest, seen through its JSON lines. */
export class Instance {
  readonly process: Running;
  #handle: (record: RunRecord) => void = () => {};

  constructor(args: readonly string[], limitMs: number) {
    this.process = new Running(process.execPath, [CLI, '--ui', 'json', ...args], limitMs, (line) =>
      this.#handle(JSON.parse(line) as RunRecord),
    );
  }

  /** Reads on until `accept` finds something; one call at a time.
   *  @throws Error when the instance ends before */
  async first<Found>(accept: Accept<Found>): Promise<Found> {
    const found = new Promise<Found>((resolve) => {
      this.#handle = (record) => {
        const value = accept(record);
        if (value !== undefined) resolve(value);
      };
    });
    const ended = this.process.exit.then(({ code, stderr }) => {
      throw new Error(`conntest ended early, with ${code ?? 'a signal'}: ${stderr.trim()}`);
    });
    return Promise.race([found, ended]);
  }
}

export interface Listening {
  readonly instance: Instance;
  readonly port: number;
}

/** An instance that is listening on loopback.
 *  @param addressOptions as in `latency=spin` */
export async function startListener(
  args: readonly string[],
  limitMs: number,
  protocol: 'tcp' | 'udp' = 'tcp',
  addressOptions = '',
): Promise<Listening> {
  const port = await freePort();
  const instance = new Instance(
    ['--listen', `${protocol}:${HOST}:${port}?${addressOptions}`, ...args],
    limitMs,
  );
  await instance.first(({ type }) => type === 'listening' || undefined);
  return { instance, port };
}

/** @param uriOptions as in `connections=10&direction=up` */
export function startClient(
  port: number,
  uriOptions: string,
  args: readonly string[],
  limitMs: number,
  protocol: 'tcp' | 'udp' = 'tcp',
): Instance {
  return new Instance(['--connect', `${protocol}://${HOST}:${port}?${uriOptions}`, ...args], limitMs);
}

export async function stopAll(instances: readonly Instance[]): Promise<void> {
  await Promise.all(instances.map(({ process }) => process.stop()));
}

/** A loopback port that nobody listens on right now. */
export async function freePort(): Promise<number> {
  const { port } = await reserveTcp({ host: HOST, port: 0, family: 4 });
  return port;
}
