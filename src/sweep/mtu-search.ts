/** The search for the largest packet that a path carries whole: Datagram Packetization Layer Path MTU Discovery
 *  (RFC 8899 §5.3), driven from outside. It trusts nobody's word: only a probe that arrived shows that a size passes,
 *  so a path that drops large packets without ICMP (a black hole) is found out too. All sizes here are IP packets. */
import type { MtuProbeOutcome } from './types.js';
import { type IpFamily, ipPacketBytes, maxDatagramBytes } from './wire-size.js';

export interface MtuFound {
  /** The largest IP packet that passes; null: not even the smallest that every path must carry. */
  readonly mtuBytes: number | null;
  /** What becomes of one byte more: our system refuses it (EMSGSIZE), it vanishes, or there is no larger packet. */
  readonly above: 'refused' | 'lost' | 'none';
  /** What our system said would fit when it refused; null: it did not refuse, or didn't say. */
  readonly refusedMtuBytes: number | null;
  readonly probes: number;
}

/** RFC 8899 §5.1.2: BASE_PLPMTU for UDP, a datagram that nearly every path carries. */
const BASE_DATAGRAM_BYTES = 1200;
/** RFC 8899 §5.1.2: MAX_PROBES, after which a size counts as too large. */
const MAX_PROBES = 3;
/** RFC 1122 §3.3.3 for IPv4 (the least that everybody can receive), RFC 8200 §5 for IPv6. */
const LEAST_BYTES = { 4: 576, 6: 1280 } as const;
/** What paths have: IPv6's least, tunnels (WireGuard, VXLAN, IPsec, GRE, 6in4, PPPoE), Ethernet, FDDI, jumbo frames,
 *  InfiniBand, a loopback. */
const USUAL_BYTES = [
  576, 1280, 1300, 1320, 1340, 1360, 1380, 1400, 1420, 1440, 1450, 1460, 1476, 1480, 1492, 1500, 2044, 4352,
  8000, 8500, 8900, 8950, 9000, 9216, 16_000, 16_384, 65_520, 65_535,
];

/** What says something of the size. */
export type Answer = Exclude<MtuProbeOutcome, { readonly kind: 'impossible' }>;

interface Failure {
  lost: number;
  isRefused: boolean;
}

export class MtuSearch {
  readonly #leastBytes: number;
  readonly #baseBytes: number;
  readonly #maxBytes: number;
  readonly #likely: Set<number>;
  /** Of sizes above all that arrived. */
  readonly #failures = new Map<number, Failure>();
  readonly #hintBytes: number | null;
  #passesBytes: number;
  #refusedMtuBytes: number | null = null;
  #probes = 0;

  /** @param hintBytes what our system takes the path MTU for: tried early, believed never */
  constructor(family: IpFamily, hintBytes: number | null) {
    this.#leastBytes = LEAST_BYTES[family];
    this.#baseBytes = Math.max(this.#leastBytes, ipPacketBytes(family, BASE_DATAGRAM_BYTES));
    this.#maxBytes = ipPacketBytes(family, maxDatagramBytes(family));
    this.#hintBytes = hintBytes === null ? null : Math.min(hintBytes, this.#maxBytes);
    this.#likely = new Set([...USUAL_BYTES, this.#maxBytes]);
    if (this.#hintBytes !== null) this.#likely.add(this.#hintBytes);
    this.#passesBytes = this.#leastBytes - 1;
  }

  /** The IP packet to be tried next, in bytes; null: the search is over. */
  next(): number | null {
    const low = this.#passesBytes;
    const high = this.#lowestFailure();
    if (high - low > 1) return this.#nextBetween(low, high);
    // A loss proves nothing by itself, so the size that ends the search is asked MAX_PROBES times, and only that one:
    // a larger one that was lost by chance in between is found out here.
    return this.#isTooLarge(high) ? null : high;
  }

  handle(packetBytes: number, outcome: Answer): void {
    this.#probes++;
    if (outcome.kind === 'arrived') {
      this.#passesBytes = Math.max(this.#passesBytes, packetBytes);
      for (const size of this.#failures.keys()) if (size <= this.#passesBytes) this.#failures.delete(size);
      return;
    }
    if (packetBytes <= this.#passesBytes) return;
    const failure = this.#failures.get(packetBytes) ?? { lost: 0, isRefused: false };
    this.#failures.set(packetBytes, failure);
    if (outcome.kind === 'lost') failure.lost++;
    else {
      failure.isRefused = true;
      this.#refusedMtuBytes = outcome.mtuBytes;
      if (outcome.mtuBytes !== null) this.#likely.add(outcome.mtuBytes);
    }
  }

  /** Of the search so far. */
  get result(): MtuFound {
    const high = this.#lowestFailure();
    const failure = this.#failures.get(high);
    const above = failure === undefined ? 'none' : failure.isRefused ? 'refused' : 'lost';
    return {
      mtuBytes: this.#passesBytes < this.#leastBytes ? null : this.#passesBytes,
      above,
      refusedMtuBytes: above === 'refused' ? this.#refusedMtuBytes : null,
      probes: this.#probes,
    };
  }

  #lowestFailure(): number {
    return Math.min(this.#maxBytes + 1, ...this.#failures.keys());
  }

  #isTooLarge(packetBytes: number): boolean {
    const failure = this.#failures.get(packetBytes);
    return failure === undefined || failure.isRefused || failure.lost >= MAX_PROBES;
  }

  /** Neither end belongs to what is left. */
  #nextBetween(low: number, high: number): number {
    const isOpen = (size: number | null): size is number => size !== null && size > low && size < high;
    if (isOpen(this.#baseBytes)) return this.#baseBytes;
    if (isOpen(this.#hintBytes)) return this.#hintBytes;
    // A usual value that passes is probably the last one that does.
    if (this.#likely.has(low)) return low + 1;
    const likely = [...this.#likely].filter(isOpen).sort((a, b) => a - b);
    return likely[Math.floor(likely.length / 2)] ?? Math.floor((low + high) / 2);
  }
}

/** Of our system's word about the path, against what the search has found; `null`: there is no word. */
export function compareWithKernel(
  { mtuBytes }: MtuFound,
  kernelMtuBytes: number | null,
  family: IpFamily,
): 'same' | 'kernel-more' | 'kernel-less' | null {
  if (mtuBytes === null || kernelMtuBytes === null) return null;
  // A loopback's device takes 65,536 bytes, of which no packet of IPv4 makes use.
  const believed = Math.min(kernelMtuBytes, ipPacketBytes(family, maxDatagramBytes(family)));
  if (believed === mtuBytes) return 'same';
  return believed > mtuBytes ? 'kernel-more' : 'kernel-less';
}
