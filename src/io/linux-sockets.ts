/** The system's own socket calls, through koffi: what node:net and node:dgram leave out. Linux, x86-64 and arm64. */
import { type Libc, loadLibc } from './libc.js';
import type { IcmpError } from './probe-socket.js';
import { AF_INET, AF_INET6, sockaddr } from './sockaddr.js';

/** linux/socket.h, linux/in.h, linux/in6.h, asm-generic/poll.h: the same on both. */
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_ERROR = 4;
const IPPROTO_IP = 0;
const IP_RECVERR = 11;
const IPPROTO_IPV6 = 41;
const IPV6_RECVERR = 25;
const MSG_ERRQUEUE = 0x2000;
const MSG_NOSIGNAL = 0x4000;
export const POLL = { in: 1, out: 4, error: 8, hangUp: 16 } as const;

/** struct msghdr: name and its length (8 each), vector and count (8 each), control and its length (8 each), flags. */
const HEADER_BYTES = 56;
const VECTOR_AT = 16;
const CONTROL_AT = 32;
const CONTROL_LENGTH_AT = 40;

/** struct cmsghdr: length (8 bytes), level, type; then struct sock_extended_err: errno (4), origin, type and code (1
 *  each), padding, info, data (4 each); then the address of who sent the ICMP error (linux/errqueue.h). */
const ORIGIN_AT = 16 + 4;
const OFFENDER_AT = 16 + 16;
const ORIGIN_ICMP = 2;
const ORIGIN_ICMP6 = 3;
const CONTROL_BYTES = 256;
const PACKET_BYTES = 512;

/** Beside those of every socket. */
interface Calls {
  connect(fd: number, address: Uint8Array, size: number): number;
  getsockname(fd: number, address: Uint8Array, size: Uint8Array): number;
  send(fd: number, bytes: Uint8Array, size: number, flags: number): number;
  recv(fd: number, bytes: Uint8Array, size: number, flags: number): number;
  recvmsg(fd: number, header: Uint8Array, flags: number): number;
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
  readonly #one = new Uint8Array([1, 0, 0, 0]);
  readonly #value = new Uint32Array(1);
  readonly #valueBytes = new Uint8Array(this.#value.buffer);
  readonly #size = new Uint32Array(1);
  readonly #sizeBytes = new Uint8Array(this.#size.buffer);
  /** Fields, not locals: the header holds their addresses, which keeps nothing alive. */
  readonly #control = new Uint8Array(new ArrayBuffer(CONTROL_BYTES));
  readonly #vector: Uint8Array;
  readonly #packet = new Uint8Array(new ArrayBuffer(PACKET_BYTES));
  readonly #header = new DataView(new ArrayBuffer(HEADER_BYTES));
  readonly #headerBytes = new Uint8Array(this.#header.buffer);
  #name: Uint8Array = new Uint8Array(0);
  #nameOfAddress = '';

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#calls = bindCalls(libc);
    const vector = new BigUint64Array([libc.addressOf(this.#packet), BigInt(PACKET_BYTES)]);
    this.#vector = new Uint8Array(vector.buffer);
    this.#header.setBigUint64(VECTOR_AT, libc.addressOf(this.#vector), true);
    this.#header.setBigUint64(VECTOR_AT + 8, 1n, true);
    this.#header.setBigUint64(CONTROL_AT, libc.addressOf(this.#control), true);
  }

  /** A descriptor that has begun to connect, and keeps the ICMP errors that come back; or the errno's name. */
  connect(protocol: 'tcp' | 'udp', address: string, port: number): number | string {
    const domain = address.includes(':') ? AF_INET6 : AF_INET;
    const type = protocol === 'tcp' ? SOCK_STREAM : SOCK_DGRAM;
    const fd = this.#libc.socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return this.#lastError();
    // Without it a connected UDP socket hears of refusals only, and nobody hears which ICMP error it was.
    if (domain === AF_INET) this.#libc.setsockopt(fd, IPPROTO_IP, IP_RECVERR, this.#one, 4);
    else this.#libc.setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, this.#one, 4);
    const name = this.#sockaddr(address, port);
    if (this.#calls.connect(fd, name, name.length) === 0) return fd;
    const errno = this.#lastError();
    if (errno === 'EINPROGRESS') return fd;
    this.#libc.close(fd);
    return errno;
  }

  /** The error that waits on the socket, or null; it is taken away. */
  takeError(fd: number): string | null {
    this.#size[0] = 4;
    if (this.#libc.getsockopt(fd, SOL_SOCKET, SO_ERROR, this.#valueBytes, this.#size) !== 0) {
      return this.#lastError();
    }
    return this.#value[0] === 0 ? null : this.#libc.nameOf(this.#value[0]!);
  }

  /** The ICMP error that waits in the socket's error queue, or null; it is taken away. */
  takeIcmp(fd: number): IcmpError | null {
    this.#header.setBigUint64(CONTROL_LENGTH_AT, BigInt(CONTROL_BYTES), true);
    if (this.#calls.recvmsg(fd, this.#headerBytes, MSG_ERRQUEUE) < 0) return null;
    if (Number(this.#header.getBigUint64(CONTROL_LENGTH_AT, true)) < OFFENDER_AT) return null;
    const [origin, type, code] = this.#control.subarray(ORIGIN_AT);
    if (origin !== ORIGIN_ICMP && origin !== ORIGIN_ICMP6) return null;
    return { type: type!, code: code!, from: readAddress(this.#control.subarray(OFFENDER_AT)) };
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
    recvmsg: library.func('recvmsg', 'long', ['int', bytes, 'int']),
    poll: library.func('poll', 'int', [bytes, 'unsigned long', 'int']),
  };
}

/** Of a struct sockaddr_in or sockaddr_in6; empty for any other. */
function readAddress(bytes: Uint8Array): string {
  const family = bytes[0]! | (bytes[1]! << 8);
  if (family === AF_INET) return bytes.subarray(4, 8).join('.');
  if (family !== AF_INET6) return '';
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const groups = Array.from({ length: 8 }, (_, i) => view.getUint16(8 + 2 * i).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
