import type { RunOptions } from '../options/types.js';
import type { RunSnapshot } from '../stats/snapshot.js';
import { AcceptedTable, acceptedOf } from './accepted.js';
import { Clients, clientOf } from './clients.js';
import type { RunCommands } from './commands.js';
import type { RunEvent } from './events.js';
import { Health } from './health.js';
import type { Span } from './limits.js';
import { Listens } from './listens.js';
import type { FromShard } from './messages.js';
import { Omission } from './omission.js';
import { Pages } from './pages.js';
import { ShardPool } from './pool.js';
import { RowCommands } from './row-commands.js';
import { Rows } from './rows.js';
import type { ShardThreads } from './shard-threads.js';
import { decideUdpIo, type UdpIoDecision } from './udp-io.js';

export type EndReason = 'time' | 'interrupt' | 'error';

export interface Outcome {
  readonly reason: EndReason;
  /** Client connections asked for, and those that exchanged Hellos with a peer at least once. */
  readonly clients: number;
  readonly reached: number;
}

/** Who watches a run: the reporters, behind one face. */
export interface Observer {
  /** True: nobody waits for the snapshots of the intervals, and they are not collected. */
  readonly ignoresSnapshots?: boolean;
  handleEvent(event: RunEvent): void;
  handleSnapshot(snapshot: RunSnapshot): void;
  handleSummary(snapshot: RunSnapshot): void;
}

const SILENT: Observer = { handleEvent() {}, handleSnapshot() {}, handleSummary() {} };

/** Forgotten beyond it, and said once more: a listener meets new addresses for ever. */
const MAX_SAID = 1000;

type Of<Type extends FromShard['type']> = Extract<FromShard, { type: Type }>;

/** One run, from its first listen to its summary: owns the shards, the connections' lives and the figures. */
export class Supervisor implements RunCommands {
  readonly #options: RunOptions;
  #observer: Observer = SILENT;
  readonly #udpIo: UdpIoDecision;
  readonly #pool: ShardPool;
  readonly #clients: Clients;
  readonly #accepted: AcceptedTable;
  readonly #listens: Listens;
  readonly #pages: Pages;
  readonly #rows: Rows;
  readonly #commands: RowCommands;
  readonly #omission: Omission;
  readonly #health = new Health();
  readonly #startMs = Date.now();
  readonly #said = new Set<string>();
  #interval: NodeJS.Timeout | undefined;
  #endTimer: NodeJS.Timeout | undefined;
  #omitTimer: NodeJS.Timeout | undefined;
  #end: ((reason: EndReason) => void) | null = null;

  /** The shards' threads start at once; run() does the rest.
   *  @param threads not yet started; ended with the run */
  constructor(options: RunOptions, threads: ShardThreads) {
    const { name, timeoutMs, maxPacketSizeBytes, logPackets, workers } = options;
    this.#options = options;
    this.#udpIo = decideUdpIo(options);
    const settings = { name, timeoutMs, maxPacketSizeBytes, logPackets, udpIo: this.#udpIo.io };
    this.#pool = new ShardPool(workers, settings, threads);
    const context = {
      send: this.#pool.send.bind(this.#pool),
      emit: (event: RunEvent) => this.#observer.handleEvent(event),
      settled: (anyFailed: boolean) => this.#handleListensSettled(anyFailed),
    };
    this.#clients = new Clients(options, workers, context);
    this.#accepted = new AcceptedTable(context.emit);
    this.#listens = new Listens(options.listens, workers, context);
    this.#pages = new Pages(workers);
    this.#rows = new Rows(this.#pages, options.connects.length);
    this.#omission = new Omission(workers, context.send, () => this.#handleOmitted());
    this.#commands = new RowCommands(this.#clients, this.#accepted, context.send);
  }

  /** Runs until its time is over, stop() is called, or a port can't be listened on. */
  async run(version: string, observer: Observer): Promise<Outcome> {
    this.#observer = observer;
    this.#pool.attach({
      handleMessage: (shard, message) => this.#handleMessage(shard, message),
      handleDied: (shard, text) => this.#handleDied(shard, text),
    });
    const ended = new Promise<EndReason>((resolve) => {
      this.#end = resolve;
    });
    this.#emitStart(version);
    this.#emitNotice(this.#udpIo.notice);
    this.#health.start();
    await this.#listens.start();
    const reason = await ended;
    return this.#finish(reason);
  }

  stop(reason: EndReason): void {
    this.#end?.(reason);
  }

  /** @param span what its verdicts are about */
  snapshot(span: Span = 'interval'): RunSnapshot {
    const tMs = Date.now();
    const clients = this.#rows.clients(this.#clients, tMs, span);
    const servers = this.#rows.servers(this.#accepted.all.values(), tMs, span);
    const shards = Array.from({ length: this.#pool.size }, (_, shard) => ({
      shard,
      connections: this.#connectionsOf(shard),
      utilization: this.#pages.utilization(shard),
    }));
    const process = this.#health.snapshot();
    return { tMs, elapsedMs: tMs - this.#startMs, clients, servers, shards, process };
  }

  setMonitoring(rowId: string, isOn: boolean): void {
    this.#commands.setMonitoring(rowId, isOn);
  }

  reconnect(rowId: string): void {
    this.#commands.reconnect(rowId);
  }

  drop(rowId: string): void {
    this.#commands.drop(rowId);
  }

  #emitNotice(text: string | null): void {
    if (text !== null)
      this.#observer.handleEvent({ type: 'notice', tMs: this.#startMs, level: 'info', text });
  }

  #emitStart(version: string): void {
    const { name, workers, listens, connects } = this.#options;
    this.#observer.handleEvent({
      type: 'start',
      tMs: this.#startMs,
      name,
      version,
      workers,
      // A range of ports is many listens under one text.
      listens: [...new Set(listens.map(({ text }) => text))],
      connects: connects.map(({ text }) => text),
    });
  }

  /** Connecting comes after listening, so that an instance can connect to itself. */
  #handleListensSettled(anyFailed: boolean): void {
    if (anyFailed) {
      this.stop('error');
      return;
    }
    this.#clients.start();
    const { intervalMs, timeMs, omitMs } = this.#options;
    if (this.#observer.ignoresSnapshots !== true) {
      this.#interval = setInterval(() => this.#handleInterval(), intervalMs);
    }
    if (timeMs !== null) this.#endTimer = setTimeout(() => this.stop('time'), timeMs);
    if (omitMs !== null) this.#omitTimer = setTimeout(() => this.#omission.start(), omitMs);
  }

  /** While some shards have forgotten their figures and others not, these are neither one thing nor the other. */
  #handleInterval(): void {
    if (!this.#omission.isUnderWay) this.#observer.handleSnapshot(this.snapshot());
  }

  #handleOmitted(): void {
    this.#rows.restart();
    const omittedMs = Date.now() - this.#startMs;
    this.#observer.handleEvent({ type: 'omitted', tMs: Date.now(), omittedMs });
  }

  async #finish(reason: EndReason): Promise<Outcome> {
    this.#end = null; // from here on nothing that happens counts
    clearInterval(this.#interval);
    clearTimeout(this.#endTimer);
    clearTimeout(this.#omitTimer);
    this.#clients.stop();
    await this.#pool.stop();
    this.#health.stop();
    this.#observer.handleEvent({ type: 'end', tMs: Date.now(), reason });
    if (reason !== 'error') this.#observer.handleSummary(this.snapshot('run'));
    const clients = [...this.#clients.all.values()];
    const reached = clients.filter((client) => client.reached).length;
    return { reason, clients: clients.length, reached };
  }

  #connectionsOf(shard: number): number {
    let connections = 0;
    for (const client of this.#clients.all.values()) {
      if (client.shard === shard && client.state === 'connected') connections++;
    }
    for (const accepted of this.#accepted.all.values()) if (accepted.shard === shard) connections++;
    return connections;
  }

  #handleMessage(shard: number, message: FromShard): void {
    // The summary says how the peers stood when the end came, not that each was closed for it.
    if (this.#end === null) return;
    switch (message.type) {
      case 'page':
        this.#pages.addPage(shard, message.page, message.buffer);
        return;
      case 'listening':
        this.#listens.handleListening(shard, message);
        return;
      case 'listen-failed':
        this.#listens.handleFailed(shard, message.listen, message.cause);
        return;
      case 'opened':
        this.#handleOpened(shard, message);
        return;
      case 'closed':
        this.#handleClosed(shard, message);
        return;
      case 'hello':
      case 'measured':
      case 'phase':
      case 'report':
      case 'refused':
        this.#handleMeasuring(message);
        return;
      case 'restarted':
        this.#omission.handleRestarted(shard);
        return;
      case 'packets':
        this.#observer.handleEvent(message);
        return;
      case 'notice':
        this.#handleNotice(message);
    }
  }

  #handleNotice({ level, text, once }: Of<'notice'>): void {
    if (once !== undefined) {
      if (this.#said.has(once)) return;
      if (this.#said.size >= MAX_SAID) this.#said.clear();
      this.#said.add(once);
    }
    this.#observer.handleEvent({ type: 'notice', tMs: Date.now(), level, text });
  }

  #handleOpened(shard: number, message: Of<'opened'>): void {
    this.#pages.place(message.key, shard, message.place);
    const client = this.#clients.all.get(message.key);
    if (client !== undefined) this.#clients.handleOpened(client, message);
    else if (message.listen !== null) {
      this.#accepted.handleOpened(shard, this.#listens.all[message.listen]!.target, message);
    }
  }

  #handleClosed(shard: number, { key, opened, cause, tMs }: Of<'closed'>): void {
    const client = this.#clients.all.get(key);
    if (client !== undefined) this.#clients.handleClosed(client, opened, cause, tMs);
    const accepted = this.#accepted.all.get(key);
    if (accepted === undefined) return;
    this.#rows.handleAcceptedEnded(accepted);
    this.#pool.send(shard, { type: 'release', key });
    this.#accepted.handleClosed(accepted, cause, tMs);
  }

  #handleMeasuring(message: Of<'hello' | 'measured' | 'phase' | 'report' | 'refused'>): void {
    const client = this.#clients.all.get(message.key);
    const accepted = this.#accepted.all.get(message.key);
    if (message.type === 'hello') {
      if (client !== undefined) this.#clients.handleHello(client, message.peerName, message.tMs);
      if (accepted !== undefined) this.#accepted.handleHello(accepted, message.peerName, message.tMs);
      return;
    }
    const of = client === undefined ? accepted && acceptedOf(accepted) : clientOf(client);
    if (of === undefined) return;
    if (message.type !== 'measured') this.#observer.handleEvent({ ...of, ...message });
    else {
      const openedMs = client?.openedMs ?? accepted?.openedMs ?? message.tMs;
      this.#observer.handleEvent({ ...of, ...message, sinceOpenedMs: message.tMs - openedMs });
    }
  }

  /** The shard's memory outlives it: what it had counted is kept before its successor counts anew. */
  #handleDied(shard: number, text: string): void {
    const tMs = Date.now();
    const connections = this.#connectionsOf(shard);
    this.#observer.handleEvent({ type: 'shard-died', tMs, shard, text, connections });
    for (const client of this.#clients.all.values()) {
      if (client.shard === shard) this.#rows.handleClientEnded(client);
    }
    for (const accepted of [...this.#accepted.all.values()]) {
      if (accepted.shard !== shard) continue;
      this.#rows.handleAcceptedEnded(accepted);
      const elapsedMs = tMs - accepted.openedMs;
      const cause = { phase: 'session', code: 'SHARD_DIED', text, elapsedMs, tried: [] } as const;
      this.#accepted.handleClosed(accepted, cause, tMs);
    }
    this.#pages.handleShardDied(shard);
    this.#omission.handleRestarted(shard);
    this.#clients.handleShardDied(shard, text, tMs);
    this.#listens.handleShardDied(shard);
  }
}
