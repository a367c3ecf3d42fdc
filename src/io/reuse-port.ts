import { loadLibc } from './libc.js';
import { openSocket, type SocketRequest } from './open-socket.js';

/**
 * How several threads can accept on one port (docs/architecture.md, "Shards and ports"):
 * `node` - net's own reusePort (Node 22.12 and later); `native` - a descriptor made through koffi;
 * `none` - one shard listens. Linux only: elsewhere SO_REUSEPORT doesn't balance connections.
 */
export type ReusePort = 'node' | 'native' | 'none';

export function reusePortSupport(): ReusePort {
  if (process.platform !== 'linux') return 'none';
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 12)) return 'node';
  return loadLibc().libc === null ? 'none' : 'native';
}

/** @returns a descriptor bound with SO_REUSEPORT, which the caller owns.
 *  @throws NodeJS.ErrnoException with `code` and `syscall` */
export function bindReusePort(
  kind: SocketRequest['kind'],
  address: string,
  port: number,
  onlyV6: boolean,
): number {
  const { libc, reason } = loadLibc();
  if (libc === null) throw new Error(`no socket calls of our own: ${reason}`);
  return openSocket(libc, { kind, address, local: { port, isShared: true, onlyV6 } });
}
