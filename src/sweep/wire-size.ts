/** What a size of data is on the wire. */
import type { SweepLink } from './types.js';

const UDP_HEADER_BYTES = 8;
const IPV4_HEADER_BYTES = 20;
const IPV6_HEADER_BYTES = 40;
/** RFC 8200 §4.5: each fragment has one more header. */
const IPV6_FRAGMENT_HEADER_BYTES = 8;
/** Of the length in either header (RFC 791 §3.1, RFC 8200 §3); IPv4's counts its own header, IPv6's doesn't. */
const MAX_LENGTH = 65_535;
/** Fragments but the last carry a multiple of it (RFC 791 §3.2). */
const FRAGMENT_UNIT_BYTES = 8;

export type IpFamily = SweepLink['family'];

/** Bytes of the IP packet that carries a datagram, were it not fragmented. */
export function ipPacketBytes(family: IpFamily, datagramBytes: number): number {
  return datagramBytes + UDP_HEADER_BYTES + ipHeaderBytes(family);
}

/** UDP payload that an IP packet of this many bytes carries. */
export function datagramWithin(family: IpFamily, packetBytes: number): number {
  return packetBytes - UDP_HEADER_BYTES - ipHeaderBytes(family);
}

/** The largest UDP payload: 65,507 bytes over IPv4, 65,527 over IPv6. */
export function maxDatagramBytes(family: IpFamily): number {
  return MAX_LENGTH - UDP_HEADER_BYTES - (family === 4 ? IPV4_HEADER_BYTES : 0);
}

/** IP packets that a datagram takes on a path of this MTU, where it may be fragmented. */
export function fragmentCount(family: IpFamily, datagramBytes: number, mtuBytes: number): number {
  if (ipPacketBytes(family, datagramBytes) <= mtuBytes) return 1;
  const heads = ipHeaderBytes(family) + (family === 6 ? IPV6_FRAGMENT_HEADER_BYTES : 0);
  const room = Math.floor((mtuBytes - heads) / FRAGMENT_UNIT_BYTES) * FRAGMENT_UNIT_BYTES;
  // All but the last must be a multiple of 8; the last may take what is left to the byte.
  const rest = datagramBytes + UDP_HEADER_BYTES - (mtuBytes - heads);
  return room <= 0 ? 1 : Math.ceil(Math.max(0, rest) / room) + 1;
}

/** The most data whose datagram has at most `datagramBytes`; 0: not even one byte. */
export function largestDataBytes(link: Pick<SweepLink, 'datagramBytes'>, datagramBytes: number): number {
  let fits = 0;
  let above = datagramBytes + 1;
  while (above - fits > 1) {
    const middle = Math.floor((fits + above) / 2);
    if (link.datagramBytes(middle) <= datagramBytes) fits = middle;
    else above = middle;
  }
  return fits;
}

function ipHeaderBytes(family: IpFamily): number {
  return family === 4 ? IPV4_HEADER_BYTES : IPV6_HEADER_BYTES;
}
