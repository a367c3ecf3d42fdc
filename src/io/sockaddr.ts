import { networkInterfaces } from 'node:os';

/** linux/socket.h, the same on x86-64 and arm64 (both little-endian). */
export const AF_INET = 2;
export const AF_INET6 = 10;

/** The struct sockaddr of an IPv4 or IPv6 literal, with or without a zone (`fe80::1%eth0`). */
export function sockaddr(address: string, port: number): Uint8Array {
  return address.includes(':') ? sockaddrV6(address, port) : sockaddrV4(address, port);
}

/** struct sockaddr_in: family (host order), port and address (network order), 8 bytes of padding. */
function sockaddrV4(address: string, port: number): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF_INET, true);
  view.setUint16(2, port);
  bytes.set(address.split('.').map(Number), 4);
  return bytes;
}

/** struct sockaddr_in6: family, port, flow info, 16 bytes of address, scope id (host order). */
function sockaddrV6(address: string, port: number): Uint8Array {
  const bytes = new Uint8Array(28);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF_INET6, true);
  view.setUint16(2, port);
  const [literal = '', zone] = address.split('%');
  v6Groups(literal).forEach((group, i) => {
    view.setUint16(8 + 2 * i, group);
  });
  view.setUint32(24, zone === undefined ? 0 : scopeId(zone), true);
  return bytes;
}

/** The eight groups of an IPv6 literal; URL brings `::ffff:1.2.3.4` and its kin into plain hex first. */
function v6Groups(literal: string): number[] {
  const plain = new URL(`http://[${literal}]`).hostname.slice(1, -1);
  const [head = '', tail] = plain.split('::');
  const front = groups(head);
  const back = groups(tail ?? '');
  return [...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back];
}

function groups(part: string): number[] {
  return part === '' ? [] : part.split(':').map((hex) => Number.parseInt(hex, 16));
}

/** A zone is an interface name or already its number (RFC 4007 §11.2). */
function scopeId(zone: string): number {
  const known = networkInterfaces()[zone]?.find((entry) => entry.family === 'IPv6' && entry.scopeid > 0);
  return known?.family === 'IPv6' ? known.scopeid : Number(zone) || 0;
}

/** Of a struct sockaddr_in or sockaddr_in6; empty for any other. */
export function readAddress(bytes: Uint8Array): string {
  const family = bytes[0]! | (bytes[1]! << 8);
  if (family === AF_INET) return bytes.subarray(4, 8).join('.');
  if (family !== AF_INET6) return '';
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const groups = Array.from({ length: 8 }, (_, i) => view.getUint16(8 + 2 * i).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
