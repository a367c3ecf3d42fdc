import { type Libc, socketError } from './libc.js';
import { AF_INET, AF_INET6, sockaddr } from './sockaddr.js';

// linux/socket.h, asm-generic/socket.h: the same on x86-64 and arm64.
/** SOCK_STREAM and SOCK_DGRAM. */
const SOCKET_TYPE = { stream: 1, datagram: 2 } as const;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_REUSEPORT = 15;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;

export interface SocketRequest {
  readonly kind: keyof typeof SOCKET_TYPE;
  /** IPv4 or IPv6 literal: to bind to, or of the family to speak with. */
  readonly address: string;
  /** Bound to `address`; left out: the system chooses when it connects. */
  readonly local?: {
    readonly port: number;
    /** With other sockets of this user (SO_REUSEPORT). */
    readonly isShared: boolean;
    /** '::' accepts both families unless this is set. */
    readonly onlyV6: boolean;
  };
}

/** A socket of our own, not yet listening; the caller owns the descriptor.
 *  @throws NodeJS.ErrnoException with `code` and `syscall` */
export function openSocket(libc: Libc, { kind, address, local }: SocketRequest): number {
  const v6 = address.includes(':');
  const fd = libc.socket(v6 ? AF_INET6 : AF_INET, SOCKET_TYPE[kind] | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) throw socketError(libc, 'socket');
  if (local === undefined) return fd;
  const name = sockaddr(address, local.port);
  const isBound =
    (kind === 'datagram' || setFlag(libc, fd, SOL_SOCKET, SO_REUSEADDR, true)) &&
    setFlag(libc, fd, SOL_SOCKET, SO_REUSEPORT, local.isShared) &&
    (!v6 || setFlag(libc, fd, IPPROTO_IPV6, IPV6_V6ONLY, local.onlyV6)) &&
    libc.bind(fd, name, name.length) === 0;
  if (isBound) return fd;
  const error = socketError(libc, 'bind');
  libc.close(fd);
  throw error;
}

function setFlag(libc: Libc, fd: number, level: number, name: number, on: boolean): boolean {
  const value = new Uint8Array(new Int32Array([on ? 1 : 0]).buffer);
  return libc.setsockopt(fd, level, name, value, value.length) === 0;
}
