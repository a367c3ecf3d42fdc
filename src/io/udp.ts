import { createSocket, type RemoteInfo, type Socket, type SocketOptions } from 'node:dgram';
import { lookup as lookupName } from 'node:dns';
import { isIP, isIPv6 } from 'node:net';
import { type IoFailure, ioFailure, withIcmp } from './failure.js';
import { fdOfDatagrams, setReading } from './kernel/descriptor.js';
import { type ErrorQueue, loadErrorQueue } from './kernel/error-queue.js';
import { applyListenRequest } from './kernel/socket-request.js';
import type { ListenMode, ListenRequest } from './listen.js';
import { bindReusePort } from './reuse-port.js';
import { type Endpoint, plainIp } from './tcp.js';

/** Who reads a UDP socket. */
export interface UdpHandler {
  /** One datagram at `bytes[off..end)`, or several packets joined by the system; valid during the call only. */
  handleDatagram(bytes: Uint8Array, off: number, end: number, remote: RemoteInfo): void;
  /** All that had come for now has been handed over: the time to answer. */
  handleBatchEnd(): void;
  /** A connected socket's ICMP errors among others; the socket lives on. */
  handleError(failure: IoFailure): void;
  /** Datagrams of a run have not left: they are larger than the path's MTU, and nobody may split them.
   *  @param to null: the address that the socket is connected to */
  handleTooLarge(run: DatagramRun, to: RemoteInfo | null): void;
}

/** The errno of a datagram that would have to be split and must not be. */
export const TOO_LARGE = 'EMSGSIZE';

/** Equal-size datagrams in one contiguous buffer; only the last may be shorter. */
export interface DatagramRun {
  readonly bytes: Uint8Array;
  readonly segmentBytes: number;
  readonly segments: number;
  readonly sizeBytes: number;
  /** They must not be split on the way, whatever the socket does with others: a socket that can't see to it sends them
   *  as any other. */
  readonly isWhole?: boolean;
}

/** What the users of a socket see of it. */
export interface DatagramSocket {
  readonly local: Endpoint;
  /** Of a connected socket. */
  readonly remote: Endpoint;
  /** What sending a datagram costs beside its bytes, in bytes of a stream that take as long. */
  readonly datagramCostBytes: number;
  /** For system calls of our own; -1: it has none. */
  readonly fd: number;
  /** What the system keeps of datagrams that have not been read, as it counts them. */
  readonly receiveBufferBytes: number;
  start(handler: UdpHandler): void;
  /**
   * Sends the datagrams of a run, one behind the other.
   * @param to null: the address that the socket is connected to
   * @param sent called later, unless the system has them all by now: the run may be written to again
   * @returns whether the system has them all; `sent` is not called then
   */
  send(run: DatagramRun, to: RemoteInfo | null, sent: () => void): boolean;
  /** Whether a `send` that is not over at once means that the system had no room. */
  readonly tellsRoom: boolean;
  /** Resolves when the port is free again. */
  close(): Promise<void>;
}

/** A client's own end. */
export interface LocalEnd {
  /** null: whatever the system chooses. */
  readonly address: string | null;
  /** Called when the socket has its port, before it is connected; what it throws fails the connect. */
  prepare(fd: number, family: 4 | 6): void;
}

/** Asked for; the system cuts it to net.core.rmem_max and wmem_max. A burst that comes while the loop is
 *  busy must fit, or it is lost (docs/performance.md). */
const SOCKET_BUFFER_BYTES = 4 << 20;

/** Datagrams are handed over in it, one by one: node makes a buffer for each, and a reader's view of each would cost
 *  more than to copy it. */
const received = new Uint8Array(1 << 16);

/** Peers' addresses are numbers, for which node's own lookup would put off each send by a tick. */
const lookup: SocketOptions['lookup'] = (address, options, done) => {
  const family = isIP(address);
  if (family === 0) lookupName(address, options, done);
  else done(null, address, family);
};

/** One UDP socket over node:dgram, connected (a client's) or bound (a listener's). It decides nothing. */
export class UdpSocket implements DatagramSocket {
  /** A system call each, and what node does around it. */
  readonly datagramCostBytes = 8192;
  readonly tellsRoom = false;
  readonly #socket: Socket;
  #handler: UdpHandler | null = null;
  #isClosed = false;
  #isBatchOpen = false;

  /** Of a client's, until its peer has answered. */
  #errors: ErrorQueue | null = null;
  #family: 4 | 6 = 4;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (bytes, remote) => {
      if (this.#errors !== null) this.#forgetErrors(this.#errors);
      received.set(bytes);
      this.#handler?.handleDatagram(received, 0, bytes.length, remote);
      this.#armBatchEnd();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => this.#handler?.handleError(this.failure(error)));
  }

  /** A socket that speaks with one address only; resolves when it has one of its own. Rejects with the errno. */
  static async connect(ip: string, port: number, { address, prepare }: LocalEnd): Promise<UdpSocket> {
    const v6 = isIPv6(withoutZone(ip));
    const socket = createSocket({ type: v6 ? 'udp6' : 'udp4', lookup });
    try {
      await settled(socket, (done) => {
        socket.bind({ port: 0, ...(address === null ? {} : { address }), exclusive: true }, done);
      });
      const bound = new UdpSocket(socket).#enlarged();
      prepare(bound.fd, v6 ? 6 : 4);
      bound.#keepErrors(v6 ? 6 : 4);
      await settled(socket, (done) => socket.connect(port, ip, done));
      return bound;
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** A socket that takes what comes from everywhere. Rejects with the errno. */
  static async bind(
    { host, port, family, socket: plan }: ListenRequest,
    mode: ListenMode,
  ): Promise<UdpSocket> {
    const v6 = host === null ? family !== 4 : isIPv6(withoutZone(host));
    const type = v6 ? 'udp6' : 'udp4';
    const options = { type, lookup, ipv6Only: family === 6, reusePort: mode === 'node' } as const;
    const socket = createSocket(options);
    try {
      await settled(socket, (done) => {
        socket.once('listening', done);
        if (mode === 'native')
          socket.bind({ fd: bindReusePort('datagram', host ?? '::', port, family === 6) });
        else socket.bind({ port, ...(host === null ? {} : { address: host }), exclusive: true });
      });
      const bound = new UdpSocket(socket).#enlarged();
      if (plan !== undefined) applyListenRequest(bound.fd, v6 ? 6 : 4, plan);
      return bound;
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  start(handler: UdpHandler): void {
    this.#handler = handler;
  }

  /** For system calls of our own; -1: it has none. */
  get fd(): number {
    return fdOfDatagrams(this.#socket);
  }

  /** Of an error that the socket told, with the ICMP error behind it. */
  failure(error: NodeJS.ErrnoException): IoFailure {
    const icmp = this.#errors?.take(this.fd) ?? null;
    while (this.#errors?.take(this.fd)) {} // the same once more, of another Hello
    return withIcmp(ioFailure(error), icmp);
  }

  /** Whether libuv reads the socket; while it does not, whoever has the descriptor does. Returns whether it could be told. */
  setReading(isOn: boolean): boolean {
    return !this.#isClosed && setReading(this.#socket, isOn);
  }

  get receiveBufferBytes(): number {
    return this.#socket.getRecvBufferSize();
  }

  get local(): Endpoint {
    const { address, port } = this.#socket.address();
    return { ip: plainIp(address), port };
  }

  get remote(): Endpoint {
    const { address, port } = this.#socket.remoteAddress();
    return { ip: plainIp(address), port };
  }

  /** libuv keeps what the system does not take at once.
   *  @param tellsAll an ICMP error that any of the datagrams meets is told: it is told once, and gone. Otherwise only where the
   *   first or the last meets it */
  send(run: DatagramRun, to: RemoteInfo | null, sent: () => void, tellsAll = false): boolean {
    if (this.#isClosed) return true;
    const { bytes, segmentBytes, segments, sizeBytes } = run;
    const oneSent = (error: NodeJS.ErrnoException | null): void => {
      if (error) this.#handleUnsent(error, run, to);
    };
    // Datagrams leave in order: behind the last one all have left. Of equal ones that are too large the first tells; a
    // callback for each would cost a tick for each.
    const allSent = (error: NodeJS.ErrnoException | null): void => {
      oneSent(error);
      sent();
    };
    for (let segment = 0, at = 0; segment < segments; segment++, at += segmentBytes) {
      const length = Math.min(segmentBytes, sizeBytes - at);
      const isLast = segment === segments - 1;
      const done = isLast ? allSent : segment === 0 || tellsAll ? oneSent : undefined;
      if (to === null) this.#socket.send(bytes, at, length, done);
      else this.#socket.send(bytes, at, length, to.port, to.address, done);
    }
    return false;
  }

  close(): Promise<void> {
    this.#handler = null;
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    return new Promise((resolve) => {
      this.#socket.close(resolve);
    });
  }

  #handleUnsent(error: NodeJS.ErrnoException, run: DatagramRun, to: RemoteInfo | null): void {
    if (error.code === TOO_LARGE) this.#handler?.handleTooLarge(run, to);
    else this.#handler?.handleError(this.failure(error));
  }

  /** libuv hands over up to 32 datagrams in a turn: their end comes behind them, in the same turn. */
  #armBatchEnd(): void {
    if (this.#isBatchOpen) return;
    this.#isBatchOpen = true;
    setImmediate(() => {
      this.#isBatchOpen = false;
      this.#handler?.handleBatchEnd();
    });
  }

  #keepErrors(family: 4 | 6): void {
    this.#errors = loadErrorQueue();
    this.#family = family;
    this.#errors?.keep(this.fd, family, true);
  }

  /** A peer that has answered is there. What the system itself finds too large would go to the queue as well, where
   *  nobody looks. */
  #forgetErrors(errors: ErrorQueue): void {
    this.#errors = null;
    if (!this.#isClosed) errors.keep(this.fd, this.#family, false);
  }

  #enlarged(): this {
    this.#socket.setRecvBufferSize(SOCKET_BUFFER_BYTES);
    this.#socket.setSendBufferSize(SOCKET_BUFFER_BYTES);
    return this;
  }
}

/** Rejects with what the socket meets before it is `done`. */
function settled(socket: Socket, start: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    start((error) => {
      socket.off('error', reject);
      if (error) reject(error);
      else resolve();
    });
  });
}

function withoutZone(ip: string): string {
  return ip.split('%')[0] ?? ip;
}
