/** The sizes that are measured where the user names none. */
import type { SweepLink, Way } from './types.js';
import { datagramWithin, largestDataBytes, maxDatagramBytes } from './wire-size.js';

/** What programs send: DNS, QUIC, VPNs, an Ethernet without and with jumbo frames, NFS. */
const CLASSIC_BYTES = [512, 1200, 1280, 1400, 1472, 1500, 4000, 8972, 9000, 16_000];
/** Or the most that can be sent, where that is less: a datagram carries little more than 63,000 bytes of data. */
const LARGE_BYTES = 64_000;
/** Over TCP, where no datagram bounds them. */
const STREAM_BYTES = [128_000, 1_000_000, 5_000_000];
/** From the largest data that fits into one packet: the edge itself, eight bytes (what a fragment is counted in) and
 *  an UDP/IPv4 header to either side. */
const AROUND_MTU_BYTES = [-28, -8, -1, 0, 1, 8, 28];

type Carrier = Pick<SweepLink, 'way' | 'family' | 'datagramBytes'>;

/** In ascending order. `mtuBytes` are those of the path, of each direction where they differ; none: not known. */
export function autoSizes(
  links: readonly Carrier[],
  mtuBytes: readonly number[],
  maxPacketSizeBytes: number,
): number[] {
  const datagrams = links.filter(({ way }) => isUdp(way));
  const around = datagrams.flatMap((link) =>
    mtuBytes.flatMap((mtu) => {
      const edgeBytes = largestDataBytes(link, datagramWithin(link.family, mtu));
      return AROUND_MTU_BYTES.map((offset) => edgeBytes + offset);
    }),
  );
  const maxBytes = Math.min(maxPacketSizeBytes, ...datagrams.map(maxDataBytes));
  const large = [Math.min(LARGE_BYTES, maxBytes), ...(datagrams.length === 0 ? STREAM_BYTES : [])];
  const sizes = [...CLASSIC_BYTES, ...large, ...around].filter((size) => size > 0 && size <= maxBytes);
  return [...new Set(sizes)].sort((a, b) => a - b);
}

/** Of one datagram. */
export function maxDataBytes(link: Carrier): number {
  return largestDataBytes(link, maxDatagramBytes(link.family));
}

export function isUdp(way: Way): boolean {
  return way !== 'tcp';
}
