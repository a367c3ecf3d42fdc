import { randomUUID } from 'node:crypto';
import type { Cause } from '../src/control/events.js';
import type { FromShard, ShardSettings, ShardTask, ToShard } from '../src/control/messages.js';
import { nowUs } from '../src/io/clock.js';
import { TcpDial } from '../src/io/dial.js';
import { ioFailure } from '../src/io/failure.js';
import { listenTcp, type TcpListener } from '../src/io/listen.js';
import type { TcpLink } from '../src/io/tcp.js';
import { ClientSession } from '../src/session/client.js';
import { ListenerSession } from '../src/session/listener.js';
import { Connection, type ConnectionContext } from './connection.js';
import { PacketTap } from './packet-tap.js';
import { SendBuffers } from './send-buffers.js';
import { Slots } from './slots.js';
import { Timers } from './timers.js';
import { Turn } from './turn.js';

/** How often figures are published: often enough for a screen at 10 Hz, rare enough to cost nothing. */
const TICK_MS = 50;

/** Connections that one shard keeps open for strangers; one that is beyond is closed at once, so that
 *  a flood can take neither the memory nor the descriptors that our own connections need. */
const MAX_ACCEPTED = 4096;

type ConnectMessage = Extract<ToShard, { type: 'connect' }>;
type ListenMessage = Extract<ToShard, { type: 'listen' }>;

/** One shard: its listeners, dials and connections, and the tick that publishes their figures. */
export class Shard {
  readonly #settings: ShardSettings;
  readonly #send: (message: FromShard) => void;
  readonly #stopped: () => void;
  readonly #slots: Slots;
  readonly #context: ConnectionContext;
  readonly #connections = new Map<number, Connection>();
  readonly #dials = new Map<number, TcpDial>();
  readonly #listeners: TcpListener[] = [];
  /** A client keeps its id over its reconnects, as the original does. */
  readonly #ids = new Map<number, string>();
  readonly #tick: NodeJS.Timeout;
  #nextKey: number;
  #accepted = 0;
  #refused = 0;
  #idle = performance.eventLoopUtilization();

  constructor({ shard, firstKey, port, settings }: ShardTask, stopped: () => void) {
    this.#settings = settings;
    this.#stopped = stopped;
    this.#nextKey = firstKey;
    this.#send = (message) => port.postMessage(message);
    this.#slots = new Slots(shard, this.#send);
    this.#context = this.#makeContext();
    this.#tick = setInterval(() => this.#publish(), TICK_MS);
  }

  handleMessage(message: ToShard): void {
    switch (message.type) {
      case 'listen':
        this.#listen(message);
        return;
      case 'connect':
        this.#dial(message);
        return;
      case 'release':
        this.#slots.release(message.key);
        return;
      case 'stop':
        this.#stop();
    }
  }

  #makeContext(): ConnectionContext {
    return {
      timers: new Timers(),
      turn: new Turn(),
      sendBuffers: new SendBuffers(),
      tap: this.#settings.logPackets ? new PacketTap() : null,
      maxPacketSizeBytes: this.#settings.maxPacketSizeBytes,
      handleHello: ({ key }, peerName) => this.#send({ type: 'hello', key, peerName, tMs: Date.now() }),
      handleMeasured: ({ key }, latencyNs) =>
        this.#send({ type: 'measured', key, latencyNs, tMs: Date.now() }),
      handlePhase: (connection, phase) => {
        connection.publish(nowUs());
        const { direction, packets, bytes, elapsedUs, rateBps } = phase;
        const { key } = connection;
        this.#send({ type: 'phase', key, direction, packets, bytes, elapsedUs, rateBps, tMs: Date.now() });
      },
      handleClosed: ({ key }, cause) => this.#handleClosed(key, cause),
    };
  }

  #listen({ listen, target, mode }: ListenMessage): void {
    const listener = listenTcp(target, mode, {
      handleListening: (local) => this.#send({ type: 'listening', listen, local }),
      handleError: (error, listening) => {
        const cause: Cause = { phase: 'listen', ...ioFailure(error), elapsedMs: 0, tried: [] };
        if (!listening) this.#send({ type: 'listen-failed', listen, cause });
        else
          this.#send({
            type: 'notice',
            level: 'warning',
            text: `a connection was not accepted: ${cause.text}`,
          });
      },
      handleAccepted: (link) => this.#accept(listen, link),
    });
    this.#listeners.push(listener);
  }

  #accept(listen: number, link: TcpLink): void {
    if (link.remote.port === 0) {
      link.destroy(); // reset before it was accepted: there is nobody to name
      return;
    }
    if (this.#accepted >= MAX_ACCEPTED) {
      this.#refused++;
      link.destroy();
      return;
    }
    this.#accepted++;
    const { name, maxPacketSizeBytes, timeoutMs } = this.#settings;
    const settings = { name, maxPacketSizeBytes, timeoutUs: timeoutMs * 1000 };
    const key = this.#nextKey++;
    const figures = this.#slots.open(key, 0);
    const connection = new Connection(
      this.#context,
      key,
      link,
      figures,
      null,
      (transport, now) => new ListenerSession(settings, transport, now),
    );
    this.#open(connection, link, 'listener', listen, 0);
  }

  #dial({ key, target }: ConnectMessage): void {
    const startMs = performance.now();
    const { host, port, family, measure } = target;
    const { timeoutMs } = this.#settings;
    const dial = new TcpDial(
      { host, port, family, timeoutMs },
      {
        handleConnected: (link) => {
          this.#dials.delete(key);
          const figures = this.#slots.open(key, measure.pingIntervalUs * 1000);
          const settings = { name: this.#settings.name, measure, timeoutUs: timeoutMs * 1000 };
          const connection = new Connection(
            this.#context,
            key,
            link,
            figures,
            this.#idOf(key),
            (transport, now) => new ClientSession(settings, transport, now),
          );
          this.#open(connection, link, 'client', null, performance.now() - startMs);
        },
        handleFailed: (failure) => {
          this.#dials.delete(key);
          const elapsedMs = performance.now() - startMs;
          this.#send({
            type: 'closed',
            key,
            opened: false,
            cause: { ...failure, elapsedMs },
            tMs: Date.now(),
          });
        },
      },
    );
    this.#dials.set(key, dial);
  }

  #open(
    connection: Connection,
    { local, remote }: TcpLink,
    role: 'client' | 'listener',
    listen: number | null,
    connectMs: number,
  ): void {
    const { key, figures } = connection;
    this.#connections.set(key, connection);
    const { place } = figures;
    this.#send({ type: 'opened', key, role, listen, place, local, remote, connectMs, tMs: Date.now() });
    connection.start();
  }

  #handleClosed(key: number, cause: Cause): void {
    this.#connections.delete(key);
    if (!this.#ids.has(key)) this.#accepted--;
    this.#send({ type: 'closed', key, opened: true, cause, tMs: Date.now() });
  }

  #idOf(key: number): string {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = randomUUID();
    this.#ids.set(key, id);
    return id;
  }

  #publish(): void {
    const now = nowUs();
    for (const connection of this.#connections.values()) connection.publish(now);
    const idle = performance.eventLoopUtilization();
    this.#slots.setUtilization(performance.eventLoopUtilization(idle, this.#idle).utilization);
    this.#idle = idle;
    const packets = this.#context.tap?.take();
    if (packets) this.#send({ type: 'packets', ...packets, tMs: Date.now() });
    if (this.#refused > 0) {
      const text = `${this.#refused} connections were refused: one worker serves ${MAX_ACCEPTED} at once`;
      this.#send({ type: 'notice', level: 'warning', text });
      this.#refused = 0;
    }
  }

  /** Last figures, a FIN on every socket, then the end. */
  #stop(): void {
    this.#publish();
    clearInterval(this.#tick);
    for (const listener of this.#listeners) listener.close();
    for (const dial of this.#dials.values()) dial.abort();
    this.#context.timers.stop();
    let open = this.#connections.size;
    if (open === 0) this.#stopped();
    for (const connection of this.#connections.values()) {
      connection.end(() => {
        open--;
        if (open === 0) this.#stopped();
      });
    }
    this.#connections.clear();
  }
}
