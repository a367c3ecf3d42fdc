import { setImmediate as nextTurn } from 'node:timers/promises';
import type { IcmpError } from './failure.js';
import { type LinuxSockets, POLL } from './linux-sockets.js';
import type { ProbeHandler, ProbeSocket, ProbeSockets } from './probe-socket.js';

/** struct pollfd. */
const POLLFD_BYTES = 8;
/** The thread does nothing else; but it must hear soon that it is to stop. */
const MAX_BLOCK_MS = 20;
const READ_BYTES = 4096;

interface Entry extends ProbeSocket {
  readonly fd: number;
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
  readonly handler: ProbeHandler;
  /** Where it stands in the list; -1: closed. */
  at: number;
  isConnected: boolean;
  /** The last one that was told. */
  icmp: IcmpError | null;
}

/** Probes over the system's own calls and one poll(2) for all: a refused port costs a seventh of what a net.Socket
 *  costs, and ICMP errors are told in full. It blocks its thread in short slices. */
export class NativeProbeSockets implements ProbeSockets {
  readonly #system: LinuxSockets;
  readonly #fds: Uint8Array;
  readonly #view: DataView;
  readonly #entries: Entry[] = [];
  readonly #readBuffer = new Uint8Array(READ_BYTES);

  /** @param capacity sockets at once */
  constructor(system: LinuxSockets, capacity: number) {
    this.#system = system;
    this.#fds = new Uint8Array(capacity * POLLFD_BYTES);
    this.#view = new DataView(this.#fds.buffer);
  }

  open(protocol: 'tcp' | 'udp', address: string, port: number, handler: ProbeHandler): ProbeSocket | string {
    const fd = this.#system.connect(protocol, address, port);
    if (typeof fd === 'string') return fd;
    const entry: Entry = {
      fd,
      protocol,
      address,
      port,
      handler,
      at: this.#entries.length,
      isConnected: false,
      icmp: null,
      write: (bytes) => this.#write(entry, bytes),
      close: () => this.#close(entry),
    };
    this.#entries.push(entry);
    this.#view.setInt32(entry.at * POLLFD_BYTES, fd, true);
    this.#setEvents(entry, POLL.out);
    return entry;
  }

  async turn(waitMs: number): Promise<void> {
    const blockMs = Math.min(MAX_BLOCK_MS, Math.max(0, Math.ceil(waitMs)));
    if (this.#system.poll(this.#fds, this.#entries.length, blockMs) > 0) this.#handleReady();
    await nextTurn();
  }

  /** From the end, since a socket that is closed leaves its place to the last one. */
  #handleReady(): void {
    for (let at = this.#entries.length - 1; at >= 0; at--) {
      const ready = this.#view.getInt16(at * POLLFD_BYTES + 6, true);
      if (ready !== 0) this.#handle(this.#entries[at]!, ready);
    }
  }

  #handle(entry: Entry, ready: number): void {
    if ((ready & POLL.error) !== 0) this.#handleError(entry);
    else if (!entry.isConnected) this.#handleConnected(entry);
    else this.#read(entry);
  }

  /** The system queues an ICMP error a moment before it sets the errno that it stands for. */
  #handleError(entry: Entry): void {
    const errno = this.#system.takeError(entry.fd);
    entry.icmp = this.#system.takeIcmp(entry.fd) ?? entry.icmp;
    if (errno !== null) entry.handler.handleError(errno, entry.icmp);
  }

  #handleConnected(entry: Entry): void {
    const { fd, protocol, address, port, handler } = entry;
    // TCP's simultaneous open (RFC 9293 §3.5), see dial.ts.
    if (protocol === 'tcp' && this.#system.isBoundTo(fd, address, port)) {
      handler.handleError('ECONNREFUSED', null);
      return;
    }
    entry.isConnected = true;
    this.#setEvents(entry, POLL.in);
    handler.handleConnected();
  }

  #read({ fd, protocol, handler }: Entry): void {
    const read = this.#system.receive(fd, this.#readBuffer);
    if (read === 'EAGAIN') return;
    if (typeof read === 'string') handler.handleError(read, null);
    else if (read === 0 && protocol === 'tcp') handler.handleEnd();
    else handler.handleData(this.#readBuffer.subarray(0, read));
  }

  #write({ fd, handler }: Entry, bytes: Uint8Array): void {
    const sent = this.#system.send(fd, bytes);
    if (typeof sent === 'string') handler.handleError(sent, this.#system.takeIcmp(fd));
  }

  #setEvents({ at }: Entry, events: number): void {
    this.#view.setInt16(at * POLLFD_BYTES + 4, events, true);
    this.#view.setInt16(at * POLLFD_BYTES + 6, 0, true);
  }

  #close(entry: Entry): void {
    if (entry.at < 0) return;
    this.#system.close(entry.fd);
    const last = this.#entries.pop()!;
    if (last !== entry) {
      this.#fds.copyWithin(entry.at * POLLFD_BYTES, last.at * POLLFD_BYTES, (last.at + 1) * POLLFD_BYTES);
      last.at = entry.at;
      this.#entries[last.at] = last;
    }
    entry.at = -1;
  }
}
