import type { DatagramRun } from '../udp.js';
import type { BatchCalls } from './calls.js';
import { MessageSet } from './message-set.js';

const MSG_DONTWAIT = 0x40;

/** UDP_MAX_SEGMENTS of older kernels; newer ones take 128. */
const MAX_SEGMENTS = 64;
/** What the kernel takes in one send, joined or not: a datagram's most over IPv4. */
const MAX_SEND_BYTES = 65_507;

/** What is known of the way to one destination. */
export interface SendWay {
  /** Segments above this can't be cut by the kernel: they are larger than the MTU (0: none can). */
  maxJoinedBytes: number;
  /** Whether sendmmsg is there. */
  hasMany: boolean;
  /** An ICMP error may have been swallowed: datagrams go one by one, of which none can swallow one, until the peer is heard again. */
  isDoubted: boolean;
}

export function newWay(): SendWay {
  return { maxJoinedBytes: MAX_SEND_BYTES, hasMany: true, isDoubted: false };
}

/** Why the kernel does not cut: EMSGSIZE, a segment above the MTU; the rest, a device or kernel that can't. */
const NO_CUTTING: ReadonlySet<string> = new Set(['EIO', 'EINVAL', 'EOPNOTSUPP', 'ENOPROTOOPT']);

/** Sends runs with as few system calls as the way allows. */
export class BatchSender {
  /** Why the last `send` took less than all: an errno. */
  code = '';
  /** Why runs were last found not to be cut on some way. */
  joinCode = '';
  readonly #calls: BatchCalls;
  readonly #joined: MessageSet;
  readonly #many: MessageSet;
  readonly #addresses = new WeakMap<Uint8Array, number>();

  constructor(calls: BatchCalls) {
    this.#calls = calls;
    this.#joined = new MessageSet(1, calls.addressOf);
    this.#many = new MessageSet(MAX_SEGMENTS, calls.addressOf);
  }

  /** Sends the segments of a run. Returns how many of them the system has taken.
   *  @param name a struct sockaddr; null: what the socket is connected to */
  send(fd: number, run: DatagramRun, name: Uint8Array | null, way: SendWay): number {
    let at = 0;
    while (at < run.segments) {
      const isJoined = run.segments - at > 1 && run.segmentBytes <= way.maxJoinedBytes;
      const isMany = !isJoined && way.hasMany && !way.isDoubted && run.segments - at > 1;
      const sent = isMany
        ? this.#sendMany(fd, run, at, name, way)
        : this.#sendOne(fd, run, at, name, isJoined);
      if (sent > 0) at += sent;
      else if (!this.#narrow(way, run.segmentBytes, isJoined, isMany)) return at;
    }
    return at;
  }

  /** Whether a failure is one of the way that was tried, and another is left. */
  #narrow(way: SendWay, segmentBytes: number, isJoined: boolean, isMany: boolean): boolean {
    this.code = this.#calls.libc.errnoName();
    if (this.code === 'EINTR') return true;
    const isUncut = isJoined && (this.code === 'EMSGSIZE' || NO_CUTTING.has(this.code));
    if (isUncut) {
      this.joinCode = this.code;
      way.maxJoinedBytes = this.code === 'EMSGSIZE' ? segmentBytes - 1 : 0;
    } else if (isMany && this.code === 'ENOSYS') way.hasMany = false;
    else return false;
    return true;
  }

  /** One datagram, or as many as one send can be cut into. */
  #sendOne(fd: number, run: DatagramRun, at: number, name: Uint8Array | null, isJoined: boolean): number {
    const { segmentBytes } = run;
    const fitting = Math.min(MAX_SEGMENTS, Math.floor(MAX_SEND_BYTES / segmentBytes));
    const count = isJoined ? Math.min(fitting, run.segments - at) : 1;
    const off = at * segmentBytes;
    const message = this.#joined;
    message.setName(0, name);
    message.setData(0, this.#addressOf(run.bytes) + off, Math.min(count * segmentBytes, run.sizeBytes - off));
    message.setSegment(0, count > 1 ? segmentBytes : 0);
    return this.#calls.sendmsg(fd, message.bytes, MSG_DONTWAIT) < 0 ? -1 : count;
  }

  /** A call that stops early does not tell why (sendmmsg(2), BUGS). What lasts is met again by the next datagram; an ICMP error is
   *  told to a connected socket once, and the system sends few of them (icmp(7), icmp_ratelimit). */
  #sendMany(fd: number, run: DatagramRun, at: number, name: Uint8Array | null, way: SendWay): number {
    const { segmentBytes } = run;
    const count = Math.min(MAX_SEGMENTS, run.segments - at);
    const address = this.#addressOf(run.bytes);
    const messages = this.#many;
    for (let i = 0; i < count; i++) {
      const off = (at + i) * segmentBytes;
      messages.setName(i, name);
      messages.setData(i, address + off, Math.min(segmentBytes, run.sizeBytes - off));
    }
    const sent = this.#calls.sendmmsg(fd, messages.bytes, count, MSG_DONTWAIT);
    way.isDoubted = name === null && sent > 0 && sent < count;
    return sent;
  }

  #addressOf(bytes: Uint8Array): number {
    let address = this.#addresses.get(bytes);
    if (address === undefined) {
      address = this.#calls.addressOf(bytes);
      this.#addresses.set(bytes, address);
    }
    return address;
  }
}
