import { randomUUID } from 'node:crypto';
import type { ConnectTarget, RunOptions } from '../options/types.js';
import { retryDelayMs } from '../session/backoff.js';
import { deal } from '../session/deal.js';
import { cutBuffers } from './buffers.js';
import type { Address, Cause, RunEvent, SocketBuffers } from './events.js';
import type { FromShard, ToShard } from './messages.js';

/** A thousand connections that start at once would keep the main thread from its screen for as long as
 *  their events take: they start at this pace, 3,200 a second. */
const STARTS_AT_ONCE = 32;
const START_EVERY_MS = 10;

export type ClientState = 'connecting' | 'connected' | 'retrying' | 'ended';

/** One connection of a --connect target, over all its reconnects. */
export interface Client {
  readonly key: number;
  /** What the peer knows it by: it keeps it over its reconnects, as the original does. */
  readonly id: string;
  readonly target: ConnectTarget;
  readonly targetIndex: number;
  readonly shard: number;
  state: ClientState;
  /** The try that is under way, counted from 1 since it was open last. */
  attempt: number;
  /** Tries and connections in a row that came to no Hello, or ended: how long the next wait is. */
  failures: number;
  /** Times it was tried again. */
  retries: number;
  /** When it opened last; null while it is not open. */
  openedMs: number | null;
  /** When it was lost; null before the first loss and while it is open. */
  lostMs: number | null;
  remote: Address | null;
  peerName: string | null;
  /** When it is tried again; null while nothing waits. */
  retryMs: number | null;
  /** Whether it measures bandwidth: as its target says, until it is switched. */
  monitors: boolean;
  /** What a connection that is being closed by hand is to do next; null: nobody asked. */
  asked: 'reconnect' | 'drop' | null;
  /** It has exchanged Hellos at least once. */
  reached: boolean;
  cause: Cause | null;
  timer: NodeJS.Timeout | null;
}

export interface ClientsContext {
  send(shard: number, message: ToShard): void;
  emit(event: RunEvent): void;
}

/** The client connections of a run: who is connected, and when the next try of the others is due. */
export class Clients {
  readonly all: ReadonlyMap<number, Client>;
  readonly #context: ClientsContext;
  readonly #options: RunOptions;
  readonly #cutTargets = new Set<number>();
  #starting: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(options: RunOptions, shards: number, context: ClientsContext) {
    this.#options = options;
    this.#context = context;
    this.all = new Map(dealClients(options.connects, shards).map((client) => [client.key, client]));
  }

  start(): void {
    const waiting = this.all.values();
    const startSome = (): void => {
      for (let i = 0; i < STARTS_AT_ONCE; i++) {
        const { value: client } = waiting.next();
        if (client === undefined) {
          clearInterval(this.#starting);
          return;
        }
        this.#connect(client);
      }
    };
    this.#starting = setInterval(startSome, START_EVERY_MS);
    startSome();
  }

  /** No retries from here on. */
  stop(): void {
    this.#stopping = true;
    clearInterval(this.#starting);
    for (const client of this.all.values()) {
      this.#cancelRetry(client);
    }
  }

  handleOpened(client: Client, message: Extract<FromShard, { type: 'opened' }>): void {
    const { local, remote, buffers, connectMs, tMs } = message;
    const outageMs = client.lostMs === null ? null : tMs - client.lostMs;
    const { attempt } = client;
    client.state = 'connected';
    client.openedMs = tMs;
    client.lostMs = null;
    client.remote = remote;
    this.#context.emit({
      type: 'connected',
      ...clientOf(client),
      tMs,
      local,
      remote,
      buffers,
      attempt,
      connectMs,
      outageMs,
    });
    this.#noteCutBuffers(client, buffers);
  }

  handleHello(client: Client, peerName: string, tMs: number): void {
    client.reached = true;
    client.failures = 0;
    client.cause = null;
    client.peerName = peerName;
    this.#context.emit({ type: 'hello', ...clientOf(client), tMs, peerName });
  }

  /** It has ended, or a try has failed; the next comes after the retry delay. */
  handleClosed(client: Client, opened: boolean, cause: Cause, tMs: number): void {
    const uptimeMs = client.openedMs === null ? 0 : tMs - client.openedMs;
    client.openedMs = null;
    const { asked } = client;
    client.asked = null;
    if (asked === null) {
      client.cause = cause;
      client.failures++;
      if (client.reached) client.lostMs ??= tMs;
    }
    const retryInMs = this.#stopping || asked === 'drop' ? null : this.#scheduleRetry(client, asked);
    client.state = retryInMs === null ? 'ended' : 'retrying';
    const remote = client.remote ?? { ip: client.target.host, port: client.target.port };
    const common = { ...clientOf(client), tMs, cause, retryInMs };
    if (opened) {
      client.attempt = 0;
      this.#context.emit({ type: 'lost', ...common, remote, peerName: client.peerName, uptimeMs });
    } else this.#context.emit({ type: 'failed', ...common, attempt: client.attempt });
  }

  /** All connections of a shard went with it. */
  handleShardDied(shard: number, text: string, tMs: number): void {
    for (const client of this.all.values()) {
      if (client.shard !== shard || client.timer !== null || client.state === 'ended') continue;
      const elapsedMs = client.openedMs === null ? 0 : tMs - client.openedMs;
      const cause: Cause = { phase: 'session', code: 'SHARD_DIED', text, elapsedMs, tried: [] };
      this.handleClosed(client, client.openedMs !== null, cause, tMs);
    }
  }

  /** The system cuts in silence; each target is told of once. */
  #noteCutBuffers({ target, targetIndex }: Client, buffers: SocketBuffers): void {
    const texts = cutBuffers(target.socket, buffers);
    if (texts.length === 0 || this.#cutTargets.has(targetIndex)) return;
    this.#cutTargets.add(targetIndex);
    for (const text of texts) {
      this.#context.emit({
        type: 'notice',
        tMs: Date.now(),
        level: 'warning',
        text: `${target.text}: ${text}`,
      });
    }
  }

  setMonitoring(client: Client, isOn: boolean): void {
    client.monitors = isOn;
    this.#context.send(client.shard, { type: 'monitor', key: client.key, isOn });
  }

  /** One that is connecting is on its way already. */
  reconnect(client: Client): void {
    if (this.#stopping) return;
    if (client.state === 'connected') this.#close(client, 'reconnect');
    else if (client.state !== 'connecting') {
      this.#cancelRetry(client);
      client.retries++;
      this.#connect(client);
    }
  }

  /** Stays closed until reconnect(). */
  drop(client: Client): void {
    if (client.state === 'retrying') {
      this.#cancelRetry(client);
      client.state = 'ended';
    } else if (client.state !== 'ended') this.#close(client, 'drop');
  }

  #close(client: Client, asked: 'reconnect' | 'drop'): void {
    client.asked = asked;
    this.#context.send(client.shard, { type: 'close', key: client.key });
  }

  #cancelRetry(client: Client): void {
    if (client.timer !== null) clearTimeout(client.timer);
    client.timer = null;
    client.retryMs = null;
  }
  #connect(client: Client): void {
    client.state = 'connecting';
    client.attempt++;
    client.timer = null;
    client.retryMs = null;
    const { protocol, host, port, family, socket, latency } = client.target;
    const measure = { ...client.target.measure, monitorBandwidth: client.monitors };
    this.#context.send(client.shard, {
      type: 'connect',
      key: client.key,
      id: client.id,
      target: { protocol, host, port, family, measure, socket, latency },
    });
  }

  #scheduleRetry(client: Client, asked: Client['asked']): number {
    const { retryDelayMs: delayMs, retryMaxMs } = this.#options;
    const inMs =
      asked === 'reconnect' ? 0 : retryDelayMs(client.failures, delayMs, retryMaxMs, Math.random());
    client.retryMs = Date.now() + inMs;
    client.timer = setTimeout(() => {
      client.retries++;
      this.#connect(client);
    }, inMs);
    return inMs;
  }
}

/** A fresh table: each target's connections dealt over the shards, going on where the last target stopped. */
function dealClients(targets: readonly ConnectTarget[], shards: number): Client[] {
  const clients: Client[] = [];
  targets.forEach((target, targetIndex) => {
    deal(target.connections, shards, clients.length % shards).forEach((count, shard) => {
      for (let i = 0; i < count; i++) clients.push(newClient(clients.length + 1, target, targetIndex, shard));
    });
  });
  return clients;
}

function newClient(key: number, target: ConnectTarget, targetIndex: number, shard: number): Client {
  return {
    key,
    id: randomUUID(),
    target,
    targetIndex,
    shard,
    state: 'connecting',
    attempt: 0,
    failures: 0,
    retries: 0,
    openedMs: null,
    lostMs: null,
    remote: null,
    peerName: null,
    reached: false,
    cause: null,
    timer: null,
    retryMs: null,
    monitors: target.measure.monitorBandwidth,
    asked: null,
  };
}

export function clientOf({ key, target }: Client) {
  return { key, role: 'client', protocol: target.protocol, target: target.text } as const;
}
