import { ConntestError } from '../errors.js';
import { loadBatchCalls } from '../io/batch/calls.js';
import type { UdpIo } from '../io/open-udp.js';
import type { Protocol, UdpIoChoice } from '../options/types.js';

export interface UdpIoDecision {
  readonly io: UdpIo;
  /** What the user should know; null: nothing. */
  readonly notice: string | null;
}

interface UdpIoNeeds {
  readonly udpIo: UdpIoChoice;
  readonly listens: readonly { readonly protocol: Protocol }[];
  readonly connects: readonly { readonly protocol: Protocol }[];
}

/** How the shards of a run carry datagrams. Without UDP nothing is loaded to find out.
 *  @throws ConntestError where `batch` is asked for and can't be had */
export function decideUdpIo({ udpIo, listens, connects }: UdpIoNeeds): UdpIoDecision {
  const usesUdp = [...listens, ...connects].some(({ protocol }) => protocol === 'udp');
  if (udpIo === 'dgram' || !usesUdp) return { io: 'dgram', notice: null };
  const { calls, reason } = loadBatchCalls();
  if (calls !== null) return { io: 'batch', notice: null };
  if (udpIo === 'batch') {
    throw new ConntestError(
      'ERR_CONNTEST_USAGE',
      `--udp-io batch is not available: ${reason}; use auto or dgram`,
    );
  }
  return { io: 'dgram', notice: `UDP takes one system call a datagram, which is slower: ${reason}` };
}
