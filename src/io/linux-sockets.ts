/** The system's own socket calls, through koffi: what node:net and node:dgram leave out. Linux, x86-64 and arm64. */
import type { IcmpError } from './failure.js';
import { ErrorQueue } from './kernel/error-queue.js';
import { getInt, SO_ERROR, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK, SOCK_STREAM } from './kernel/sockopt.js';
import { type Libc, loadLibc } from './libc.js';
import { AF_INET, AF_INET6, sockaddr } from './sockaddr.js';

/** linux/socket.h, asm-generic/poll.h: the same on both. */
const MSG_NOSIGNAL = 0x4000;
export const POLL = { in: 1, out: 4, error: 8, hangUp: 16 } as const;

/** Beside those of every socket. */
interface Calls {
  connect(fd: number, address: Uint8Array, size: number): number;
  getsockname(fd: number, address: Uint8Array, size: Uint8Array): number;
  send(fd: number, bytes: Uint8Array, size: number, flags: number): number;
  recv(fd: number, bytes: Uint8Array, size: number, flags: number): number;
  poll(fds: Uint8Array, count: number, timeoutMs: number): number;
}

/** null: not this system, or koffi is not installed. */
export function loadLinuxSockets(): LinuxSockets | null {
  const { libc } = loadLibc();
  return libc && new LinuxSockets(libc);
}

/** One call each; a failure is the errno's name. */
export class LinuxSockets {
  readonly #calls: Calls;
  readonly #libc: Libc;
  readonly #errors: ErrorQueue;
  readonly #size = new Uint32Array(1);
  readonly #sizeBytes = new Uint8Array(this.#size.buffer);
  #name: Uint8Array = new Uint8Array(0);
  #nameOfAddress = '';

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#calls = bindCalls(libc);
    this.#errors = new ErrorQueue(libc);
  }

  /** A descriptor that has begun to connect, and keeps the ICMP errors that come back; or the errno's name. */
  connect(protocol: 'tcp' | 'udp', address: string, port: number): number | string {
    const domain = address.includes(':') ? AF_INET6 : AF_INET;
    const type = protocol === 'tcp' ? SOCK_STREAM : SOCK_DGRAM;
    const fd = this.#libc.socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return this.#lastError();
    this.#errors.keep(fd, domain === AF_INET ? 4 : 6, true);
    const name = this.#sockaddr(address, port);
    if (this.#calls.connect(fd, name, name.length) === 0) return fd;
    const errno = this.#lastError();
    if (errno === 'EINPROGRESS') return fd;
    this.#libc.close(fd);
    return errno;
  }

  /** The error that waits on the socket, or null; it is taken away. */
  takeError(fd: number): string | null {
    const errno = getInt(fd, SO_ERROR) ?? 0;
    return errno === 0 ? null : this.#libc.nameOf(errno);
  }

  /** The ICMP error that waits in the socket's error queue, or null; it is taken away. */
  takeIcmp(fd: number): IcmpError | null {
    return this.#errors.take(fd);
  }

  /** Whether the socket's own end is this address: a connection to itself. */
  isBoundTo(fd: number, address: string, port: number): boolean {
    const own = new Uint8Array(28);
    this.#size[0] = own.length;
    if (this.#calls.getsockname(fd, own, this.#sizeBytes) !== 0) return false;
    const wanted = this.#sockaddr(address, port);
    // Of IPv6 without the scope, which one of the two may lack.
    return wanted.subarray(0, 24).every((byte, i) => byte === own[i]);
  }

  /** Bytes taken, or the errno's name. */
  send(fd: number, bytes: Uint8Array): number | string {
    const sent = this.#calls.send(fd, bytes, bytes.length, MSG_NOSIGNAL);
    return sent < 0 ? this.#lastError() : Number(sent);
  }

  /** Bytes read into `into`, or the errno's name. */
  receive(fd: number, into: Uint8Array): number | string {
    const read = this.#calls.recv(fd, into, into.length, 0);
    return read < 0 ? this.#lastError() : Number(read);
  }

  /** @param fds `count` times struct pollfd: descriptor (4 bytes), events, results (2 each) */
  poll(fds: Uint8Array, count: number, timeoutMs: number): number {
    return this.#calls.poll(fds, count, timeoutMs);
  }

  close(fd: number): void {
    this.#libc.close(fd);
  }

  /** Of a scan nearly all are of the address before. */
  #sockaddr(address: string, port: number): Uint8Array {
    if (address !== this.#nameOfAddress) {
      this.#name = sockaddr(address, port);
      this.#nameOfAddress = address;
    }
    this.#name[2] = port >> 8;
    this.#name[3] = port & 0xff;
    return this.#name;
  }

  #lastError(): string {
    return this.#libc.errnoName();
  }
}

function bindCalls({ library }: Libc): Calls {
  const bytes = 'uint8_t *';
  return {
    connect: library.func('int connect(int, const uint8_t *, uint32_t)'),
    getsockname: library.func('getsockname', 'int', ['int', bytes, bytes]),
    send: library.func('long send(int, const uint8_t *, size_t, int)'),
    recv: library.func('recv', 'long', ['int', bytes, 'size_t', 'int']),
    poll: library.func('poll', 'int', [bytes, 'unsigned long', 'int']),
  };
}
