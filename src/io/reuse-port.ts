import { type Libc, loadLibc, socketError } from './libc.js';
import { AF_INET, AF_INET6, sockaddr } from './sockaddr.js';

/**
 * How several threads can accept on one port (docs/architecture.md, "Shards and ports"):
 * `node` - net's own reusePort (Node 22.12 and later); `native` - a descriptor made through koffi;
 * `none` - one shard listens. Linux only: elsewhere SO_REUSEPORT doesn't balance connections.
 */
export type ReusePort = 'node' | 'native' | 'none';

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

export function reusePortSupport(): ReusePort {
  if (process.platform !== 'linux') return 'none';
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 12)) return 'node';
  return loadLibc().libc === null ? 'none' : 'native';
}

/**
 * A TCP (`stream`) or UDP (`datagram`) socket bound with SO_REUSEPORT, not yet listening; the caller owns
 * the descriptor.
 * @param address IPv4 or IPv6 literal; '::' accepts both families unless `onlyV6`
 * @throws NodeJS.ErrnoException with `code` and `syscall`
 */
export function bindReusePort(
  kind: keyof typeof SOCKET_TYPE,
  address: string,
  port: number,
  onlyV6: boolean,
): number {
  const { libc, reason } = loadLibc();
  if (libc === null) throw new Error(`no socket calls of our own: ${reason}`);
  const v6 = address.includes(':');
  const fd = libc.socket(v6 ? AF_INET6 : AF_INET, SOCKET_TYPE[kind] | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) throw socketError(libc, 'socket');
  const name = sockaddr(address, port);
  const bound =
    setFlag(libc, fd, SOL_SOCKET, SO_REUSEADDR, true) &&
    setFlag(libc, fd, SOL_SOCKET, SO_REUSEPORT, true) &&
    (!v6 || setFlag(libc, fd, IPPROTO_IPV6, IPV6_V6ONLY, onlyV6)) &&
    libc.bind(fd, name, name.length) === 0;
  if (bound) return fd;
  const error = socketError(libc, 'bind');
  libc.close(fd);
  throw error;
}

function setFlag(libc: Libc, fd: number, level: number, name: number, on: boolean): boolean {
  const value = new Uint8Array(new Int32Array([on ? 1 : 0]).buffer);
  return libc.setsockopt(fd, level, name, value, value.length) === 0;
}
