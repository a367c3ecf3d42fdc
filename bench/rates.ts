/** What conntest measures of one direction over loopback, one worker a side, as its JSON lines tell it. */
import { type RunRecord, startClient, startListener, stopAll } from './conntest.js';
import { readCpuSeconds } from './resident.js';

const PHASE_US = 3e6;
/** The first phases are short ones that look for the rate. */
const SETTLED_US = PHASE_US / 2;
/** Of a full phase: two that came out shorter do as well. */
const ENOUGH = 0.8;
const LIMIT_MS = 40_000;

/** What a comparison leaves out of ours, as iperf3's `-O 1`, which has nothing to compile. */
export const WARM_UP_US = 3e6;

export interface RateRequest {
  readonly protocol: 'tcp' | 'udp';
  readonly direction: 'up' | 'down';
  /** As in `packet-size=1400&reliable=off`. */
  readonly uriOptions: string;
  /** For both sides, as in ['--udp-io', 'dgram']. */
  readonly args?: readonly string[];
  readonly workers?: number;
  readonly connections?: number;
  /** Phases of each connection are not counted until so much of them is over: in the first seconds code is compiled. */
  readonly warmUpUs?: number;
  /** Phases of each connection that are counted; 1 when left out. */
  readonly phases?: number;
}

export interface Rate {
  /** As the receiving side counts it: data only, without lengths and headers; of all connections together. */
  readonly rateBps: number;
  readonly packetsPerSecond: number;
  /** Of each connection. */
  readonly connectionsBps: readonly number[];
  /** What one of them reached in its warm-up, on average; NaN without one. */
  readonly warmUpBps: number;
  /** Packets that the path dropped, of all phases but the warm-up's; null over TCP. */
  readonly lost: number | null;
  /** Those that never came in any copy, of all phases. */
  readonly residual: number | null;
  /** Both processes' since they started, over what was received by then. */
  readonly cpuSecondsPerGB: number;
}

export async function conntestRate(request: RateRequest): Promise<Rate> {
  const { protocol, direction, uriOptions, args = [], workers = 1, connections = 1 } = request;
  const { warmUpUs = 0, phases = 1 } = request;
  const ours = ['--workers', `${workers}`, ...args];
  const { instance: listener, port } = await startListener(ours, LIMIT_MS, protocol);
  const phase = `phase=${PHASE_US / 1e6}s`;
  const options = `monitor-bandwidth&${phase}&direction=${direction}&connections=${connections}&${uriOptions}`;
  const client = startClient(port, options, ours, LIMIT_MS, protocol);
  try {
    const receiver = direction === 'up' ? listener : client;
    const meter = new Meter(connections, warmUpUs, (phases - 1 + ENOUGH) * PHASE_US);
    await receiver.first((record) => meter.take(record));
    const cpuSeconds = [client, listener].reduce((sum, { process }) => sum + readCpuSeconds(process.pid), 0);
    return meter.rate(cpuSeconds);
  } finally {
    await stopAll([client, listener]);
  }
}

interface Sum {
  dataBytes: number;
  packets: number;
  elapsedUs: number;
}

/** Adds up the phases of each connection until all have been measured long enough. */
class Meter {
  readonly #connections: number;
  readonly #warmUpUs: number;
  /** Measured when phases of this much together are over. */
  readonly #enoughUs: number;
  /** How long those phases of each connection were that were left out so far. */
  readonly #warmUs = new Map<number, number>();
  readonly #warmUp: Sum = { dataBytes: 0, packets: 0, elapsedUs: 0 };
  readonly #sums = new Map<number, Sum>();
  #receivedBytes = 0;
  #lost: number | null = null;
  #residual: number | null = null;

  constructor(connections: number, warmUpUs: number, enoughUs: number) {
    this.#connections = connections;
    this.#enoughUs = enoughUs;
    this.#warmUpUs = warmUpUs;
  }

  take(record: RunRecord): true | undefined {
    if (record.type !== 'phase') return undefined;
    const { key, data_bytes: dataBytes, packets, elapsed_us: elapsedUs, detail } = record;
    this.#receivedBytes += dataBytes;
    const report = detail?.report ?? null;
    if (report !== null) this.#residual = (this.#residual ?? 0) + report.packets_residual;
    const warmUs = this.#warmUs.get(key) ?? 0;
    // Three phases of a second may come out a little shorter together than one of three.
    if (warmUs < ENOUGH * this.#warmUpUs) {
      this.#warmUs.set(key, warmUs + elapsedUs);
      addTo(this.#warmUp, dataBytes, packets, elapsedUs);
      return undefined;
    }
    if (report !== null) this.#lost = (this.#lost ?? 0) + report.packets_lost;
    if (elapsedUs < SETTLED_US) return undefined;
    const sum = this.#sums.get(key) ?? { dataBytes: 0, packets: 0, elapsedUs: 0 };
    this.#sums.set(key, sum);
    addTo(sum, dataBytes, packets, elapsedUs);
    const isEnough = [...this.#sums.values()].every((each) => each.elapsedUs >= this.#enoughUs);
    return (isEnough && this.#sums.size === this.#connections) || undefined;
  }

  rate(cpuSeconds: number): Rate {
    const sums = [...this.#sums.values()];
    const connectionsBps = sums.map(({ dataBytes, elapsedUs }) => (dataBytes * 8e6) / elapsedUs);
    return {
      rateBps: connectionsBps.reduce((sum, bps) => sum + bps, 0),
      packetsPerSecond: sums.reduce((sum, { packets, elapsedUs }) => sum + (packets * 1e6) / elapsedUs, 0),
      connectionsBps,
      warmUpBps: (this.#warmUp.dataBytes * 8e6) / this.#warmUp.elapsedUs,
      lost: this.#lost,
      residual: this.#residual,
      cpuSecondsPerGB: (cpuSeconds * 1e9) / this.#receivedBytes,
    };
  }
}

function addTo(sum: Sum, dataBytes: number, packets: number, elapsedUs: number): void {
  sum.dataBytes += dataBytes;
  sum.packets += packets;
  sum.elapsedUs += elapsedUs;
}
