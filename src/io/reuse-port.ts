import { createRequire } from 'node:module';
import { AF_INET, AF_INET6, sockaddr } from './sockaddr.js';

/**
 * How several threads can accept on one port (docs/architecture.md, "Shards and ports"):
 * `node` - net's own reusePort (Node 22.12 and later); `native` - a descriptor made through koffi;
 * `none` - one shard listens. Linux only: elsewhere SO_REUSEPORT doesn't balance connections.
 */
export type ReusePort = 'node' | 'native' | 'none';

/** linux/socket.h, asm-generic/socket.h: the same on x86-64 and arm64. */
/** SOCK_STREAM and SOCK_DGRAM. */
const SOCKET_TYPE = { stream: 1, datagram: 2 } as const;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_REUSEPORT = 15;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;

type Native = {
  socket(domain: number, type: number, protocol: number): number;
  setsockopt(fd: number, level: number, name: number, value: Uint8Array, size: number): number;
  bind(fd: number, address: Uint8Array, size: number): number;
  close(fd: number): number;
  errnoName(): string;
};

let native: Native | null | undefined;

function loadNative(): Native | null {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) return null;
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
    const libc = koffi.load('libc.so.6');
    const names = new Map(Object.entries(koffi.os.errno).map(([name, value]) => [value, name]));
    return {
      socket: libc.func('int socket(int, int, int)'),
      setsockopt: libc.func('int setsockopt(int, int, int, const uint8_t *, uint32_t)'),
      bind: libc.func('int bind(int, const uint8_t *, uint32_t)'),
      close: libc.func('int close(int)'),
      errnoName: () => names.get(koffi.errno()) ?? `errno ${koffi.errno()}`,
    };
  } catch {
    return null; // an optional dependency: not installed, or no binary for this system (musl)
  }
}

export function reusePortSupport(): ReusePort {
  if (process.platform !== 'linux') return 'none';
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 12)) return 'node';
  native ??= loadNative();
  return native === null ? 'none' : 'native';
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
  native ??= loadNative();
  if (!native) throw new Error('no native socket calls on this system');
  const v6 = address.includes(':');
  const fd = native.socket(v6 ? AF_INET6 : AF_INET, SOCKET_TYPE[kind] | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) throw failed(native, 'socket');
  const name = sockaddr(address, port);
  const bound =
    setFlag(native, fd, SOL_SOCKET, SO_REUSEADDR, true) &&
    setFlag(native, fd, SOL_SOCKET, SO_REUSEPORT, true) &&
    (!v6 || setFlag(native, fd, IPPROTO_IPV6, IPV6_V6ONLY, onlyV6)) &&
    native.bind(fd, name, name.length) === 0;
  if (bound) return fd;
  const error = failed(native, 'bind');
  native.close(fd);
  throw error;
}

function setFlag(calls: Native, fd: number, level: number, name: number, on: boolean): boolean {
  const value = new Uint8Array(new Int32Array([on ? 1 : 0]).buffer);
  return calls.setsockopt(fd, level, name, value, value.length) === 0;
}

function failed(calls: Native, syscall: string): NodeJS.ErrnoException {
  const code = calls.errnoName();
  return Object.assign(new Error(`${syscall} ${code}`), { code, syscall });
}
