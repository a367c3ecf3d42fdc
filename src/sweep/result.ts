/** What a sweep has found, before anything is made of it. */
import type { MtuFound } from './mtu-search.js';
import type { Sample, SweepDirection, SweepLink } from './types.js';

/** What is known of a link without asking it. */
export type Carrier = Pick<SweepLink, 'way' | 'version' | 'peerName' | 'family' | 'datagramBytes'>;

/** The path of datagrams in one direction; IP packets. */
export interface PathMtu {
  readonly direction: SweepDirection;
  readonly family: SweepLink['family'];
  /** null: not searched for, or the search told nothing; `problem` says why. */
  readonly found: MtuFound | null;
  readonly problem: string | null;
  /** What our system held it to be when the search was over, and when everything was measured; null: it doesn't tell,
   *  or it is the peer's system that would know. */
  readonly kernelBytes: number | null;
  readonly kernelAfterBytes: number | null;
  /** What became of the MTU found while everything was measured; null: not asked. */
  readonly after: 'same' | 'smaller' | 'larger' | null;
}

export interface SweepResult {
  readonly carriers: readonly Carrier[];
  readonly paths: readonly PathMtu[];
  /** In ascending order. */
  readonly sizesBytes: readonly number[];
  readonly samples: readonly Sample[];
  /** False: it was ended early. */
  readonly isComplete: boolean;
}

/** The MTU that fragmentation goes by; null: not known. Where nobody has probed, our system has learnt most at the end. */
export function mtuOf({ found, kernelBytes, kernelAfterBytes }: PathMtu): number | null {
  return found?.mtuBytes ?? kernelAfterBytes ?? kernelBytes;
}
