import { kernelOptions, listenRequest } from '../io/kernel/socket-request.js';
import { reserveTcp, reserveUdp } from '../io/reserve.js';
import { reusePortSupport } from '../io/reuse-port.js';
import type { ListenTarget } from '../options/types.js';
import { cutBuffers } from './buffers.js';
import { listenCause } from './cause.js';
import type { Address, Cause, RunEvent, SocketBuffers } from './events.js';
import type { FromShard, ListenMode, ToShard } from './messages.js';

interface Listen {
  readonly target: ListenTarget;
  mode: ListenMode;
  /** Where it listens, once known; what the other shards and later successors bind to. */
  local: Address | null;
  /** Shards that have not answered yet. */
  readonly waiting: Set<number>;
  /** Shards that accept on it. */
  shards: number;
  failed: boolean;
}

type Listening = Extract<FromShard, { type: 'listening' }>;

export interface ListensContext {
  send(shard: number, message: ToShard): void;
  emit(event: RunEvent): void;
  /** Every listen is up or has failed. */
  settled(anyFailed: boolean): void;
}

/** The ports that a run listens on, and how its shards share them (docs/architecture.md, "Shards and ports"). */
export class Listens {
  readonly all: readonly Listen[];
  readonly #shards: number;
  readonly #context: ListensContext;
  #settled = false;

  constructor(targets: readonly ListenTarget[], shards: number, context: ListensContext) {
    this.#shards = shards;
    this.#context = context;
    this.all = targets.map((target) => ({
      target,
      mode: 'exclusive',
      local: null,
      waiting: new Set(),
      shards: 0,
      failed: false,
    }));
  }

  async start(): Promise<void> {
    const support = this.#shards > 1 && this.all.length > 0 ? reusePortSupport() : 'none';
    if (support === 'none' && this.#shards > 1) this.#noteExclusive();
    await Promise.all(
      this.all.map((listen, index) => {
        const mode = asksOfItsSocket(listen) ? 'native' : support;
        // One shard a port, dealt out in turn.
        return mode === 'none'
          ? this.#send(index % this.#shards, index, null)
          : this.#startShared(index, mode);
      }),
    );
    this.#settle();
  }

  handleListening(shard: number, { listen: index, local, buffers }: Listening): void {
    const listen = this.all[index]!;
    listen.local ??= local;
    listen.waiting.delete(shard);
    listen.shards++;
    if (listen.waiting.size > 0 || listen.failed) return;
    if (!this.#settled) {
      this.#emitListening(listen);
      this.#noteCutBuffers(listen, buffers);
    }
    this.#settle();
  }

  handleFailed(shard: number, index: number, cause: Cause): void {
    const listen = this.all[index]!;
    listen.waiting.delete(shard);
    this.#fail(listen, cause);
    this.#settle();
  }

  /** The successor of a shard listens where that one did, or was about to. */
  handleShardDied(shard: number): void {
    this.all.forEach((listen, index) => {
      const isExclusive = listen.mode === 'exclusive';
      const wasHere = isExclusive ? index % this.#shards === shard : listen.local !== null;
      if (!wasHere || listen.failed) return;
      if (!listen.waiting.has(shard)) listen.shards--;
      this.#send(shard, index, listen.local);
    });
  }

  #noteExclusive(): void {
    if (this.all.length === 0) return;
    const text =
      'each listening port is served by one worker: this system has no SO_REUSEPORT that this Node can use';
    this.#context.emit({ type: 'notice', tMs: Date.now(), level: 'info', text });
  }

  /** The system cuts in silence; each listen is told of once. */
  #noteCutBuffers({ target }: Listen, buffers: SocketBuffers): void {
    for (const cut of cutBuffers(target.socket, buffers)) {
      const text = `${target.text}: ${cut}`;
      this.#context.emit({ type: 'notice', tMs: Date.now(), level: 'warning', text });
    }
  }

  async #startShared(index: number, mode: Exclude<ListenMode, 'exclusive'>): Promise<void> {
    const listen = this.all[index]!;
    listen.mode = mode;
    for (let shard = 0; shard < this.#shards; shard++) listen.waiting.add(shard);
    try {
      const reserve = listen.target.protocol === 'tcp' ? reserveTcp : reserveUdp;
      listen.local = await reserve(listen.target);
    } catch (error) {
      listen.waiting.clear();
      this.#fail(listen, listenCause(error as NodeJS.ErrnoException));
      return;
    }
    for (let shard = 0; shard < this.#shards; shard++) this.#send(shard, index, listen.local);
  }

  #send(shard: number, listen: number, at: Address | null): void {
    const { target, mode, waiting } = this.all[listen]!;
    const { text, protocol, family, latency, socket } = target;
    const host = at === null ? target.host : zoned(at.ip, target.host);
    const port = at === null ? target.port : at.port;
    const bound: ListenTarget = { text, protocol, family, host, port, latency, socket };
    waiting.add(shard);
    this.#context.send(shard, { type: 'listen', listen, target: bound, mode });
  }

  #fail(listen: Listen, cause: Cause): void {
    if (listen.failed) return;
    listen.failed = true;
    this.#context.emit({ type: 'listen-failed', tMs: Date.now(), target: listen.target.text, cause });
  }

  #emitListening({ target, local, shards }: Listen): void {
    if (local === null) return;
    const { text, protocol } = target;
    this.#context.emit({ type: 'listening', tMs: Date.now(), target: text, protocol, local, shards });
  }

  #settle(): void {
    if (this.#settled || this.all.some(({ waiting }) => waiting.size > 0)) return;
    this.#settled = true;
    this.#context.settled(this.all.some(({ failed }) => failed));
  }
}

/** TCP agrees on a window with a connection's first packet: its listening socket must have its options before it
 *  listens, and so be one of our own. */
function asksOfItsSocket({ target: { protocol, socket } }: Listen): boolean {
  return protocol === 'tcp' && kernelOptions(listenRequest(socket)).length > 0;
}

/** What the system says it bound leaves the zone out; a link-local address is nothing without it. */
function zoned(ip: string, host: string | null): string {
  return host?.includes('%') ? host : ip;
}
