import { MAX_DATAGRAM_DATA_BYTES } from '../src/arq/v2/limits.js';
import type { Cause } from '../src/control/events.js';
import type { FromShard, ToShard } from '../src/control/messages.js';
import { maxDescriptors } from '../src/io/descriptors.js';
import { ioFailure } from '../src/io/failure.js';
import { bufferSizes } from '../src/io/kernel/socket-request.js';
import { listenTcp } from '../src/io/listen.js';
import { bindUdp } from '../src/io/open-udp.js';
import type { Endpoint, TcpLink } from '../src/io/tcp.js';
import { keepAwake } from './keep-awake.js';
import type { Resources } from './resources.js';
import type { Roster } from './roster.js';
import { TcpCarrier } from './tcp-carrier.js';
import { UdpCarrier } from './udp-carrier.js';
import { UdpPort } from './udp-port.js';

type ListenMessage = Extract<ToShard, { type: 'listen' }>;

/** A shard's share of the ports that the run listens on. */
export class Ports {
  readonly #roster: Roster;
  readonly #resources: Resources;
  readonly #send: (message: FromShard) => void;
  readonly #open: { close(): void }[] = [];
  /** A socket has it only while all others are in use: the system always gives the lowest one that is free. */
  readonly #lastDescriptor = (maxDescriptors() ?? Number.POSITIVE_INFINITY) - 1;

  constructor(roster: Roster, resources: Resources, send: (message: FromShard) => void) {
    this.#roster = roster;
    this.#resources = resources;
    this.#send = send;
  }

  listen(message: ListenMessage): void {
    if (message.target.protocol === 'tcp') this.#listenTcp(message);
    else void this.#listenUdp(message);
  }

  /** No new connections. Sockets that connections share stay until `close`. */
  stopAccepting(): void {
    for (const port of this.#open) if (!(port instanceof UdpPort)) port.close();
  }

  close(): void {
    for (const port of this.#open) if (port instanceof UdpPort) port.close();
  }

  #listenTcp({ listen, target, mode }: ListenMessage): void {
    const listener = listenTcp(target, mode, {
      handleListening: (local, fd) => this.#tellListening(listen, local, fd),
      handleError: (error, listening) => {
        if (listening) this.#notice(`a connection was not accepted: ${ioFailure(error).text}`);
        else this.#fail(listen, error);
      },
      handleAccepted: (link) => {
        if (target.latency === 'spin') keepAwake(link, this.#resources.poller);
        this.#accept(listen, link);
      },
    });
    this.#open.push(listener);
  }

  #accept(listen: number, link: TcpLink): void {
    // A port of 0: reset before it was accepted, there is nobody to name.
    const accepted =
      link.remote.port === 0
        ? null
        : this.#roster.addAccepted(listen, Number.POSITIVE_INFINITY, (host, settings) => {
            return new TcpCarrier(host, this.#resources, link, null, settings);
          });
    if (accepted === null) link.destroy();
    else accepted.connection.start();
    if (link.fd >= this.#lastDescriptor) this.#tellDescriptorsUsed();
  }

  /** libuv takes and closes further connections without a word. */
  #tellDescriptorsUsed(): void {
    const { text } = ioFailure({ name: 'Error', message: '', code: 'EMFILE' });
    this.#notice(`${text}; further connections are closed as they come`, 'descriptors');
  }

  async #listenUdp({ listen, target, mode }: ListenMessage): Promise<void> {
    try {
      const socket = await bindUdp(this.#resources, target.latency, target, mode);
      const port = new UdpPort(socket, {
        accept: (connectionId, path) =>
          this.#roster.addAccepted(listen, MAX_DATAGRAM_DATA_BYTES, (host, settings, token) => {
            return new UdpCarrier(host, this.#resources, path, connectionId, token, settings);
          }),
      });
      this.#open.push(port);
      this.#tellListening(listen, socket.local, socket.fd);
    } catch (error) {
      this.#fail(listen, error as NodeJS.ErrnoException);
    }
  }

  #tellListening(listen: number, local: Endpoint, fd: number): void {
    this.#send({ type: 'listening', listen, local, buffers: bufferSizes(fd) });
  }

  #fail(listen: number, error: NodeJS.ErrnoException): void {
    const cause: Cause = { phase: 'listen', ...ioFailure(error), elapsedMs: 0, tried: [] };
    this.#send({ type: 'listen-failed', listen, cause });
  }

  #notice(text: string, once?: string): void {
    this.#send({ type: 'notice', level: 'warning', text, ...(once === undefined ? {} : { once }) });
  }
}
