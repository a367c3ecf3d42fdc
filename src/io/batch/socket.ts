import type { RemoteInfo } from 'node:dgram';
import { nowUs } from '../clock.js';
import type { IoFailure } from '../failure.js';
import { UDP_GRO } from '../kernel/sockopt.js';
import { sendUnsplit } from '../kernel/unsplit.js';
import type { LatencyMode, Polled, Poller } from '../poller.js';
import { type Endpoint, plainIp } from '../tcp.js';
import { type DatagramRun, type DatagramSocket, TOO_LARGE, type UdpHandler, type UdpSocket } from '../udp.js';
import type { BatchCalls } from './calls.js';
import { PeerNames } from './peer-names.js';
import { BatchReceiver } from './receiver.js';
import { BatchSender, newWay, type SendWay } from './sender.js';

/** Receives in one turn of the loop, of 16 messages of up to 64 KiB each: other connections, timers and the
 *  control messages of the same shard come after at most a millisecond or two. */
const CALLS_PER_TURN = 3;

/** How long a socket is polled after the last message. */
const LINGER_US = 200;

/** What a turn takes that does nothing else; a longer one had other work. */
const MAX_IDLE_TURN_US = 10;

/** The system may take more soon. */
const BUSY: ReadonlySet<string> = new Set(['EAGAIN', 'ENOBUFS']);

export interface BatchSettings {
  readonly calls: BatchCalls;
  readonly poller: Poller;
  readonly latency: LatencyMode;
  /** Told where the system can't cut a run for a destination; as in UdpSettings. */
  notice(text: string, once?: string): void;
  /** Time of a turn in which polling found nothing: the loop was not asleep, but it could have been. */
  noteIdle(us: number): void;
}

interface Tools {
  readonly calls: BatchCalls;
  readonly sender: BatchSender;
  readonly receiver: BatchReceiver;
}

/** Their memory must outlive every call, and no call outlives its turn: one set serves a thread. */
let tools: Tools | undefined;

function toolsOf(calls: BatchCalls): Tools {
  tools ??= { calls, sender: new BatchSender(calls), receiver: new BatchReceiver(calls) };
  return tools;
}

/** A UDP socket of Linux at full speed: runs leave in one call (UDP_SEGMENT), what arrives is drained many
 *  datagrams a call (recvmmsg, UDP_GRO). libuv watches the descriptor, hands over the first message of each
 *  turn, and queues what the system does not take at once. */
export class BatchSocket implements DatagramSocket, UdpHandler, Polled {
  /** A datagram's part in a call, in bytes of a stream that take as long. */
  readonly datagramCostBytes = 512;
  readonly tellsRoom = true;
  fd: number;
  readonly #inner: UdpSocket;
  readonly #tools: Tools;
  readonly #peers = new PeerNames();
  readonly #connectedWay = newWay();
  readonly #ways = new WeakMap<RemoteInfo, SendWay>();
  /** Ways of which it was said that runs are not cut. */
  readonly #told = new WeakSet<SendWay>();
  #handler: UdpHandler | null = null;
  /** Of the polling: when something came last, and when it was looked last. */
  #quietSinceUs = 0;
  #polledUs = 0;
  #isClosed = false;

  readonly #poller: Poller;
  readonly #latency: LatencyMode;
  readonly #notice: (text: string, once?: string) => void;
  readonly #noteIdle: (us: number) => void;

  private constructor(inner: UdpSocket, { calls, poller, latency, notice, noteIdle }: BatchSettings) {
    this.#inner = inner;
    this.#poller = poller;
    this.#latency = latency;
    this.fd = inner.fd;
    this.#tools = toolsOf(calls);
    this.#notice = notice;
    this.#noteIdle = noteIdle;
    const on = new Uint8Array(new Int32Array([1]).buffer);
    // Where the kernel can't join datagrams they come one by one.
    calls.libc.setsockopt(inner.fd, UDP_GRO.level, UDP_GRO.name, on, on.length);
  }

  /** Takes the socket over; null where its descriptor can't be told. */
  static over(inner: UdpSocket, settings: BatchSettings): BatchSocket | null {
    return inner.fd < 0 ? null : new BatchSocket(inner, settings);
  }

  start(handler: UdpHandler): void {
    this.#handler = handler;
    this.#inner.start(this);
    if (this.#latency === 'event') return;
    if (this.#inner.setReading(false)) this.#poller.add(this, this.#latency);
    else this.#notice(`latency=${this.#latency} has no effect: this Node does not let go of its sockets`);
  }

  get receiveBufferBytes(): number {
    return this.#inner.receiveBufferBytes;
  }

  get local(): Endpoint {
    return this.#inner.local;
  }

  get remote(): Endpoint {
    return this.#inner.remote;
  }

  send(run: DatagramRun, to: RemoteInfo | null, sent: () => void): boolean {
    if (this.#isClosed) return true;
    const { sender } = this.#tools;
    const way = to === null ? this.#connectedWay : this.#wayTo(to);
    const name = to === null ? null : this.#peers.nameOf(to);
    const { maxJoinedBytes } = way;
    const send = () => sender.send(this.fd, run, name, way);
    const taken = run.isWhole ? sendUnsplit(this.fd, send) : send();
    const isTooLarge = taken < run.segments && sender.code === TOO_LARGE;
    if (way.maxJoinedBytes < maxJoinedBytes && !isTooLarge && !this.#told.has(way)) {
      this.#told.add(way);
      this.#tellNarrowed(run.segmentBytes, to, sender.joinCode);
    }
    if (taken === run.segments) return true;
    if (isTooLarge) {
      this.#handler?.handleTooLarge(run, to);
      return true;
    }
    // What must stay whole can't be left to libuv: it may be lost as any datagram may.
    if (BUSY.has(sender.code) && !run.isWhole) {
      way.isDoubted = to === null; // libuv sends what it queues with sendmmsg as well
      this.#inner.send(restOf(run, taken), to, sent, true);
      return false;
    }
    this.#handler?.handleError(this.#failure('sendmsg', sender.code));
    return true;
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.fd = -1; // soon another's
    this.#handler = null;
    this.#poller.remove(this);
    return this.#inner.close();
  }

  // What the poller asks.

  poll(): number {
    if (this.#isClosed) return 0;
    const count = this.#drain();
    if (count === 0) return 0;
    this.#connectedWay.isDoubted = false;
    this.#handler?.handleBatchEnd();
    return count;
  }

  // What libuv tells.

  handleDatagram(bytes: Uint8Array, off: number, end: number, remote: RemoteInfo): void {
    this.#connectedWay.isDoubted = false;
    this.#handler?.handleDatagram(bytes, off, end, this.#peers.known(remote));
    const count = this.#drain();
    this.#handler?.handleBatchEnd();
    if (count === 0 || this.#isClosed || !this.#inner.setReading(false)) return;
    this.#quietSinceUs = nowUs();
    this.#polledUs = this.#quietSinceUs;
    setImmediate(this.#pollOnce);
  }

  /** Everything is answered by then. */
  handleBatchEnd(): void {}

  handleError(failure: IoFailure): void {
    this.#handler?.handleError(failure);
  }

  handleTooLarge(run: DatagramRun, to: RemoteInfo | null): void {
    this.#handler?.handleTooLarge(run, to);
  }

  readonly #handle: UdpHandler['handleDatagram'] = (bytes, off, end, remote) => {
    this.#handler?.handleDatagram(bytes, off, end, remote);
  };

  /** While much comes the socket is read once a turn of the loop, which does not sleep: to be woken for each
   *  message costs more, here and where it was sent, and so do the buffers that libuv makes for each. */
  readonly #pollOnce = (): void => {
    if (this.#isClosed) return;
    const count = this.poll();
    const now = nowUs();
    if (count > 0) this.#quietSinceUs = now;
    else this.#noteIdle(Math.min(now - this.#polledUs, MAX_IDLE_TURN_US));
    this.#polledUs = now;
    if (now - this.#quietSinceUs < LINGER_US) setImmediate(this.#pollOnce);
    else this.#inner.setReading(true);
  };

  /** Returns how many messages there were. */
  #drain(): number {
    const { receiver } = this.#tools;
    let messages = 0;
    for (let call = 0; call < CALLS_PER_TURN && !this.#isClosed; call++) {
      const count = receiver.receive(this.fd, this.#peers, this.#handle);
      if (count < 0 && receiver.code !== 'EAGAIN') this.handleError(this.#failure('recvmmsg', receiver.code));
      else if (receiver.isLast(count)) return messages + Math.max(0, count);
      messages += Math.max(0, count);
    }
    return messages;
  }

  #failure(syscall: string, code: string): IoFailure {
    return this.#inner.failure(Object.assign(new Error(`${syscall} ${code}`), { code, syscall }));
  }

  #tellNarrowed(segmentBytes: number, to: RemoteInfo | null, code: string): void {
    const ip = to === null ? this.remote.ip : plainIp(to.address);
    const why = code === TOO_LARGE ? 'which are above its MTU' : `(${code})`;
    this.#notice(
      `the system can't cut datagrams of ${segmentBytes} bytes to ${ip}, ${why}: they leave one by one`,
      `cut ${ip} ${code}`,
    );
  }

  #wayTo(remote: RemoteInfo): SendWay {
    let way = this.#ways.get(remote);
    if (way === undefined) {
      way = newWay();
      this.#ways.set(remote, way);
    }
    return way;
  }
}

function restOf({ bytes, segmentBytes, segments, sizeBytes }: DatagramRun, taken: number): DatagramRun {
  const off = taken * segmentBytes;
  return { bytes: bytes.subarray(off), segmentBytes, segments: segments - taken, sizeBytes: sizeBytes - off };
}
