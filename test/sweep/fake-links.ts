/** Links over a path that exists in numbers only. */
import type {
  Measured,
  MtuProbeOutcome,
  Order,
  Sample,
  SweepDirection,
  SweepLink,
  Unmeasured,
  Way,
} from '../../src/sweep/types.js';
import { fragmentCount, ipPacketBytes } from '../../src/sweep/wire-size.js';
import { Prng } from '../support/prng.js';
import { normal } from './noise.js';

export const HEAD_BYTES = 46;

export interface FakePath {
  mtuBytes: number;
  /** Of our own device. */
  readonly deviceBytes: number;
  /** What our system believes. */
  kernelBytes: number | null;
  /** Whether fragments get through. */
  readonly carriesFragments: boolean;
  /** Goodput where each packet takes more than one fragment. */
  readonly fragmentedShare: number;
  readonly noise: number;
}

export const PLAIN_PATH: FakePath = {
  mtuBytes: 1400,
  deviceBytes: 1500,
  kernelBytes: 1400,
  carriesFragments: true,
  fragmentedShare: 0.66,
  noise: 0.02,
};

/** Remembers what it was asked. */
export class FakeLink implements SweepLink {
  readonly way: Way;
  readonly version = 2;
  readonly peerName = 'receiver';
  readonly family: 4 | 6;
  readonly orders: Order[] = [];
  readonly probes: number[] = [];
  readonly #path: FakePath;
  readonly #headBytes = HEAD_BYTES;
  readonly #prng: Prng;

  constructor(way: Way, path: FakePath, seed = 1, family: 4 | 6 = 4) {
    this.way = way;
    this.family = family;
    this.#path = path;
    this.#prng = new Prng(seed);
  }

  async measure(order: Order, phaseUs: number): Promise<Measured | Unmeasured> {
    this.orders.push(order);
    const { mtuBytes, carriesFragments, fragmentedShare, noise } = this.#path;
    const fragments = fragmentCount(this.family, this.datagramBytes(order.sizeBytes), mtuBytes);
    if (this.way !== 'tcp' && fragments > 1 && !carriesFragments) {
      return { kind: 'unmeasured', code: 'TIMEOUT', text: 'nothing arrived within 2 s' };
    }
    const share = this.way !== 'tcp' && fragments > 1 ? fragmentedShare : 1;
    return measured(8e8 * share * (1 + noise * normal(this.#prng)), order.sizeBytes, phaseUs);
  }

  async probe(_direction: SweepDirection, datagramBytes: number): Promise<MtuProbeOutcome> {
    this.probes.push(datagramBytes);
    const packetBytes = ipPacketBytes(this.family, datagramBytes);
    const { mtuBytes, deviceBytes } = this.#path;
    if (packetBytes > deviceBytes) return { kind: 'refused', mtuBytes: deviceBytes };
    return { kind: packetBytes > mtuBytes ? 'lost' : 'arrived' };
  }

  async kernelMtuBytes(): Promise<number | null> {
    return this.#path.kernelBytes;
  }

  datagramBytes(dataBytes: number): number {
    return dataBytes + this.#headBytes;
  }
}

export function measured(goodputBps: number, sizeBytes: number, phaseUs = 300_000): Measured {
  const bytes = Math.round((goodputBps * phaseUs) / 8e6);
  const packets = Math.round(bytes / sizeBytes);
  const lost = Math.round(packets / 100);
  return {
    kind: 'measured',
    packets,
    bytes,
    elapsedUs: phaseUs,
    goodputBps,
    lost,
    recovered: lost,
    residual: 0,
    resent: lost + 1,
    idle: { count: 10, p50Ns: 400_000, p99Ns: 700_000 },
    loaded: { count: 20, p50Ns: 2_000_000, p99Ns: 5_000_000 },
    cpuShare: 0.42,
  };
}

export function sampleOf(
  sizeBytes: number,
  round: number,
  outcome: Measured | Unmeasured,
  direction: SweepDirection = 'up',
  way: Way = 'udp',
): Sample {
  return { round, way, sizeBytes, direction, tMs: 1_795_454_730_299 + 1000 * round, outcome };
}
