import {
  IPV6_V6ONLY,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  setInt,
} from './kernel/sockopt.js';
import { loadLibc, socketError } from './libc.js';
import { AF_INET, AF_INET6, sockaddr } from './sockaddr.js';

/**
 * How several threads can accept on one port (docs/architecture.md, "Shards and ports"):
 * `node` - net's own reusePort (Node 22.12 and later); `native` - a descriptor made through koffi;
 * `none` - one shard listens. Linux only: elsewhere SO_REUSEPORT doesn't balance connections.
 */
export type ReusePort = 'node' | 'native' | 'none';

const SOCKET_TYPE = { stream: SOCK_STREAM, datagram: SOCK_DGRAM } as const;

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
 * @param prepare asks the socket for more before it is bound; what it throws is thrown
 * @throws NodeJS.ErrnoException with `code` and `syscall`
 */
export function bindReusePort(
  kind: keyof typeof SOCKET_TYPE,
  address: string,
  port: number,
  onlyV6: boolean,
  prepare: (fd: number, family: 4 | 6) => void = () => {},
): number {
  const { libc, reason } = loadLibc();
  if (libc === null) throw new Error(`no socket calls of our own: ${reason}`);
  const v6 = address.includes(':');
  const fd = libc.socket(v6 ? AF_INET6 : AF_INET, SOCKET_TYPE[kind] | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) throw socketError(libc, 'socket');
  try {
    setInt(libc, fd, SO_REUSEADDR, 1);
    setInt(libc, fd, SO_REUSEPORT, 1);
    if (v6) setInt(libc, fd, IPV6_V6ONLY, onlyV6 ? 1 : 0);
    prepare(fd, v6 ? 6 : 4);
    const name = sockaddr(address, port);
    if (libc.bind(fd, name, name.length) !== 0) throw socketError(libc, 'bind');
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}
