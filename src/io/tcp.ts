import { Socket } from 'node:net';
import { type IoFailure, ioFailure } from './failure.js';
import { fdOf } from './kernel/descriptor.js';
import { loadStreamCalls, PIECE_BYTES, type StreamCalls } from './kernel/stream-calls.js';

/** Who reads a link. `bytes` is valid only during the call: every link of a shard reads into the same buffer. */
export interface TcpHandler {
  handleData(bytes: Uint8Array, sizeBytes: number): void;
  /** How many of the next bytes are only counted: as many may be told by handleCounted instead. */
  readonly countedBytes: number;
  handleCounted(sizeBytes: number): void;
  /** All that had come for now has been handed over: the time to answer. */
  handleBatchEnd(): void;
  /** The bytes of the last write were taken over by the system; its buffer may be reused. */
  handleWritten(): void;
  /** Once, whatever ended it. */
  handleClosed(failure: IoFailure): void;
}

export interface Endpoint {
  readonly ip: string;
  readonly port: number;
}

const PEER_CLOSED: IoFailure = { code: 'PEER_CLOSED', text: 'the peer closed the connection' };

/** What libuv reads into, and our own calls behind it. A copy that stays in a core's first cache is the cheapest; where
 *  packets are small it matters more how many a read has (docs/performance.md). One pair serves all links of a thread, since
 *  each read is consumed before the next begins. */
const READ_BUFFER_BYTES = 16 << 10;
const DRAIN_BUFFER_BYTES = 64 << 10;
let readBuffer: Uint8Array | undefined;
let drainBuffer: Uint8Array | undefined;

/** A write below it is a message, which may be queued behind others. */
const MIN_DIRECT_BYTES = 16 << 10;
/** Read behind a read of libuv, which reads up to 32 times a turn. */
const DRAIN_BYTES = 256 << 10;

/** How long a peer may take to close its side. Closing at once while it still sends would reset the connection,
 *  and throw away what it has not read yet. */
const LINGER_MS = 500;

/**
 * One TCP socket, read through `onread` into the shared buffer. It decides nothing: one write at a
 * time, and a close that is told exactly once.
 */
export class TcpLink {
  readonly socket: Socket;
  #handler: TcpHandler | null = null;
  #failure: IoFailure | null = null;
  #isClosed = false;
  readonly #handleWritten: (error?: Error | null) => void;

  /** @param from the socket as a paused server handed it out, whose handle moves into a socket that reads with
   *   onread; or a descriptor, not yet connected, that the link owns from here on */
  constructor(from?: Socket | number) {
    readBuffer ??= new Uint8Array(READ_BUFFER_BYTES);
    const onread = {
      buffer: readBuffer,
      callback: (sizeBytes: number, bytes: Uint8Array): boolean => {
        this.#handler?.handleData(bytes, sizeBytes);
        if (sizeBytes === bytes.length) this.#drain(bytes);
        this.#handler?.handleBatchEnd();
        return true;
      },
    };
    this.socket =
      from instanceof Socket ? adopt(from, onread) : new Socket(ofDescriptor(from, onread) as never);
    this.#handleWritten = (error) => {
      if (!error) this.#handler?.handleWritten();
    };
    this.socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#failure ??= ioFailure(error);
    });
    this.socket.on('close', () => this.#closed(this.#failure ?? PEER_CLOSED));
  }

  /** From here on the handler gets what comes. Pings must not wait for more data: no Nagle. */
  start(handler: TcpHandler): void {
    this.#handler = handler;
    this.socket.setNoDelay(true);
    this.socket.resume();
  }

  get local(): Endpoint {
    return { ip: plainIp(this.socket.localAddress), port: this.socket.localPort ?? 0 };
  }

  get remote(): Endpoint {
    return { ip: plainIp(this.socket.remoteAddress), port: this.socket.remotePort ?? 0 };
  }

  /** For system calls of our own; -1: it has none. */
  get fd(): number {
    return fdOf(this.socket);
  }

  /** One at a time: the next only after handleWritten. */
  write(bytes: Uint8Array): void {
    const taken = bytes.length < MIN_DIRECT_BYTES ? 0 : this.#send(bytes);
    if (taken === bytes.length) queueMicrotask(this.#handleWritten);
    else if (!this.socket.destroyed) this.socket.write(bytes.subarray(taken), this.#handleWritten);
  }

  /** Bytes written that the system has not taken yet: falls while a slow peer reads, even within one write. */
  get unsentBytes(): number {
    const { _handle: handle } = this.socket as unknown as { _handle: { writeQueueSize: number } | null };
    return handle?.writeQueueSize ?? 0;
  }

  /** Ends at once and silently: the handler is not told.
   *  @param released once the system has let go of what was being written: its buffer may be reused */
  destroy(released: () => void = () => {}): void {
    this.#handler = null;
    if (this.#isClosed) released();
    else this.socket.once('close', released);
    this.socket.destroy();
  }

  /** Says goodbye (FIN) behind what was written, and waits for the peer's; the handler is not told. */
  end(ended: () => void): void {
    this.#handler = null;
    this.socket.once('close', ended);
    this.socket.end(() => {
      const linger = setTimeout(() => this.socket.destroy(), LINGER_MS);
      this.socket.once('close', () => clearTimeout(linger));
    });
  }

  /** Takes what a read that filled its buffer left behind: to come by it through libuv and node costs three times as much.
   *  The stream's end is left to them. */
  #drain(small: Uint8Array): void {
    drainBuffer ??= new Uint8Array(DRAIN_BUFFER_BYTES);
    let into = drainBuffer;
    for (let drainedBytes = 0; drainedBytes < DRAIN_BYTES; ) {
      const countedBytes = this.#handler?.countedBytes ?? 0;
      const isCounted = countedBytes >= PIECE_BYTES;
      // Fewer are read with what is behind them: a head, and data that is better left to the next such read.
      if (isCounted) into = small;
      const sizeBytes = isCounted ? this.#readCounted(countedBytes) : this.#read(into);
      if (sizeBytes < (isCounted ? PIECE_BYTES : into.length)) return;
      drainedBytes += sizeBytes;
    }
  }

  /** Returns how many bytes there were; all of them are handed over. */
  #read(into: Uint8Array): number {
    const sizeBytes = this.#call((calls, fd) => calls.receive(fd, into));
    if (sizeBytes > 0) this.#handler?.handleData(into, sizeBytes);
    return sizeBytes;
  }

  #readCounted(atMostBytes: number): number {
    const sizeBytes = this.#call((calls, fd) => calls.receiveOver(fd, atMostBytes));
    if (sizeBytes > 0) this.#handler?.handleCounted(sizeBytes);
    return sizeBytes;
  }

  /** Returns how many bytes the system has taken by now. */
  #send(bytes: Uint8Array): number {
    const isWriting = this.unsentBytes > 0 || this.socket.writableLength > 0;
    return isWriting ? 0 : this.#call((calls, fd) => calls.send(fd, bytes));
  }

  /** What a call finds wrong with the socket is its end, and told as such: the system tells it once. */
  #call(move: (calls: StreamCalls, fd: number) => number): number {
    const calls = loadStreamCalls();
    const { fd } = this;
    if (calls === null || fd < 0 || this.#handler === null) return 0;
    try {
      return move(calls, fd);
    } catch (error) {
      this.socket.destroy(error as Error);
      return 0;
    }
  }

  #closed(failure: IoFailure): void {
    const handler = this.#handler;
    this.#isClosed = true;
    this.#handler = null;
    handler?.handleClosed(failure);
  }
}

/** `manualStart`: reading begins when it is connected. */
function ofDescriptor(fd: number | undefined, onread: object): object {
  return fd === undefined ? { onread } : { fd, onread, manualStart: true };
}

/** An accepted socket can't be given `onread` after the fact, so its handle moves into a new one. The
 *  old socket, left without a handle, is destroyed for the server's own count of connections. */
function adopt(accepted: Socket, onread: object): Socket {
  const holder = accepted as unknown as { _handle: object | null };
  const handle = holder._handle;
  holder._handle = null;
  const socket = new Socket({ handle, onread } as never);
  accepted.destroy();
  return socket;
}

/** A dual-stack socket shows an IPv4 peer as ::ffff:10.0.0.1; people know it as 10.0.0.1. */
export function plainIp(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/, '');
}
