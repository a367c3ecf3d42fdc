import type { Cause } from '../src/control/events.js';
import type { FromShard, ToShard } from '../src/control/messages.js';
import { msSince, nowUs } from '../src/io/clock.js';
import { localAddress, TcpDial } from '../src/io/dial.js';
import { ioFailure } from '../src/io/failure.js';
import { loadErrorQueue } from '../src/io/kernel/error-queue.js';
import { applyRequest, type SocketRequest } from '../src/io/kernel/socket-request.js';
import { connectUdp } from '../src/io/open-udp.js';
import { resolveHost } from '../src/io/resolve.js';
import type { DatagramSocket } from '../src/io/udp.js';
import { failureCause } from './failure-reason.js';
import { keepAwake } from './keep-awake.js';
import type { Resources } from './resources.js';
import { CLOSED_BY_HAND, type NewClient, type Roster } from './roster.js';
import { TcpCarrier } from './tcp-carrier.js';
import { UdpCarrier } from './udp-carrier.js';

type ConnectMessage = Extract<ToShard, { type: 'connect' }>;

/** Connects a shard's clients, over TCP and UDP. */
export class Dialler {
  readonly #roster: Roster;
  readonly #resources: Resources;
  readonly #timeoutMs: number;
  readonly #send: (message: FromShard) => void;
  /** Under way; what aborts each. */
  readonly #dials = new Map<number, () => void>();
  /** UDP tells nothing before an answer comes: each try takes the next address of a name. */
  readonly #tries = new Map<number, number>();

  constructor(roster: Roster, resources: Resources, timeoutMs: number, send: (message: FromShard) => void) {
    this.#roster = roster;
    this.#resources = resources;
    this.#timeoutMs = timeoutMs;
    this.#send = send;
    loadErrorQueue(); // takes tens of milliseconds, which are no part of the first connect
  }

  connect(message: ConnectMessage): void {
    if (message.target.protocol === 'tcp') this.#connectTcp(message);
    else void this.#connectUdp(message);
  }

  /** Gives a try up, as asked.
   *  @returns whether there was one */
  abort(key: number): boolean {
    const abort = this.#dials.get(key);
    if (abort === undefined) return false;
    abort();
    this.#fail(key, nowUs(), CLOSED_BY_HAND);
    return true;
  }

  stop(): void {
    for (const abort of this.#dials.values()) abort();
    this.#dials.clear();
  }

  #connectTcp({ key, id, target }: ConnectMessage): void {
    const startUs = nowUs();
    const { host, port, family, measure } = target;
    const dial = new TcpDial(
      { host, port, family, socket: requestOf(target), timeoutMs: this.#timeoutMs },
      {
        handleConnected: (link) => {
          this.#dials.delete(key);
          if (target.latency === 'spin') keepAwake(link, this.#resources.poller);
          this.#roster
            .addClient({ key, id, measure, startUs }, (owner, settings, markedId) => {
              return new TcpCarrier(owner, this.#resources, link, markedId, settings);
            })
            .start();
        },
        handleFailed: (failure) => {
          const { phase, tried } = failure;
          this.#fail(key, startUs, { ...failureCause(phase, 'tcp', failure), tried });
        },
      },
    );
    this.#dials.set(key, () => dial.abort());
  }

  async #connectUdp({ key, id, target }: ConnectMessage): Promise<void> {
    const startUs = nowUs();
    const { host, port, family, measure } = target;
    let isAborted = false;
    let phase: 'resolve' | 'connect' = 'resolve';
    this.#dials.set(key, () => {
      isAborted = true;
    });
    try {
      const addresses = await resolveHost(host, family);
      phase = 'connect';
      const tries = this.#tries.get(key) ?? 0;
      this.#tries.set(key, tries + 1);
      const { address } = addresses[tries % addresses.length]!;
      const request = requestOf(target);
      const prepare = (fd: number, socketFamily: 4 | 6) => applyRequest(fd, socketFamily, request);
      const local = { address: localAddress(request, address).localAddress ?? null, prepare };
      const socket = await connectUdp(this.#resources, target.latency, address, port, local);
      if (isAborted) await socket.close();
      else this.#openUdp({ key, id, measure, startUs }, socket);
    } catch (error) {
      if (isAborted) return;
      const cause = failureCause(phase, 'udp', ioFailure(error as Error));
      this.#fail(key, startUs, { ...cause, tried: [] });
    }
  }

  #openUdp(client: NewClient, socket: DatagramSocket): void {
    this.#dials.delete(client.key);
    const path = { socket, remote: null, leave: () => void socket.close() };
    const connection = this.#roster.addClient(client, (owner, settings, markedId) => {
      const carrier = new UdpCarrier(owner, this.#resources, path, markedId, '', settings);
      socket.start(carrier);
      return carrier;
    });
    connection.start();
  }

  #fail(key: number, startUs: number, failure: Omit<Cause, 'elapsedMs'>): void {
    this.#dials.delete(key);
    const elapsedMs = msSince(startUs);
    this.#send({ type: 'closed', key, opened: false, cause: { ...failure, elapsedMs }, tMs: Date.now() });
  }
}

/** Over UDP our own engine keeps the rate. */
function requestOf({ protocol, measure, socket }: ConnectMessage['target']): SocketRequest {
  const isPaced = protocol === 'tcp' && measure.rateBps > 0;
  return { ...socket, pacingRateBps: isPaced ? measure.rateBps : null };
}
