import { type Libc, loadLibc, socketError } from '../libc.js';

/** Of one option of a socket: its level and name, from linux/in.h, in6.h, tcp.h and asm-generic/socket.h; the same
 *  on x86-64 and arm64. */
export interface SocketOption {
  readonly level: number;
  readonly name: number;
}

/** linux/socket.h: kinds of sockets, and what they may have from the start. */
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;

const SOL_SOCKET = 1;
const IPPROTO_IP = 0;
const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;
const IPPROTO_IPV6 = 41;

export const SO_REUSEADDR = { level: SOL_SOCKET, name: 2 };
export const SO_REUSEPORT = { level: SOL_SOCKET, name: 15 };
export const IPV6_V6ONLY = { level: IPPROTO_IPV6, name: 26 };
export const SO_ERROR = { level: SOL_SOCKET, name: 4 };
export const SO_SNDBUF = { level: SOL_SOCKET, name: 7 };
export const SO_RCVBUF = { level: SOL_SOCKET, name: 8 };
export const SO_BINDTODEVICE = { level: SOL_SOCKET, name: 25 };
/** linux/sock_diag.h: what is queued, and how much was dropped. */
export const SO_MEMINFO = { level: SOL_SOCKET, name: 55 };
export const SO_MAX_PACING_RATE = { level: SOL_SOCKET, name: 47 };
/** linux/udp.h: the size of the segments that one send is cut into; whether datagrams are joined to one receive. */
export const UDP_SEGMENT = { level: IPPROTO_UDP, name: 103 };
export const UDP_GRO = { level: IPPROTO_UDP, name: 104 };
export const TCP_INFO = { level: IPPROTO_TCP, name: 11 };
export const TCP_CONGESTION = { level: IPPROTO_TCP, name: 13 };
/** By address family. */
export const TOS = { 4: { level: IPPROTO_IP, name: 1 }, 6: { level: IPPROTO_IPV6, name: 67 } } as const;
/** Whether ICMP errors are kept for the error queue. */
export const RECVERR = {
  4: { level: IPPROTO_IP, name: 11 },
  6: { level: IPPROTO_IPV6, name: 25 },
} as const;
export const MTU_DISCOVER = {
  4: { level: IPPROTO_IP, name: 10 },
  6: { level: IPPROTO_IPV6, name: 23 },
} as const;
export const MTU = { 4: { level: IPPROTO_IP, name: 14 }, 6: { level: IPPROTO_IPV6, name: 24 } } as const;

const word = new Int32Array(1);
const wordBytes = new Uint8Array(word.buffer);
const sizeBytes = new Uint32Array(1);

/** @throws NodeJS.ErrnoException, as all of these that set something */
export function setInt(libc: Libc, fd: number, option: SocketOption, value: number): void {
  word[0] = value;
  setBytes(libc, fd, option, wordBytes);
}

export function setText(libc: Libc, fd: number, option: SocketOption, text: string): void {
  setBytes(libc, fd, option, Buffer.from(`${text}\0`));
}

export function setBytes(libc: Libc, fd: number, { level, name }: SocketOption, value: Uint8Array): void {
  if (libc.setsockopt(fd, level, name, value, value.length) !== 0) throw socketError(libc, 'setsockopt');
}

/** null where the kernel has none for this socket, or there is no kernel to ask. */
export function getInt(fd: number, option: SocketOption): number | null {
  return getBytes(fd, option, wordBytes) === wordBytes.length ? word[0]! : null;
}

/** Returns how many bytes of `into` the kernel has filled; 0: none. */
export function getBytes(fd: number, { level, name }: SocketOption, into: Uint8Array): number {
  const { libc } = loadLibc();
  if (libc === null || fd < 0) return 0;
  sizeBytes[0] = into.length;
  return libc.getsockopt(fd, level, name, into, sizeBytes) === 0 ? sizeBytes[0] : 0;
}
