import { once } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { FromShard, ShardSettings, ShardTask, ToShard } from './messages.js';
import type { ShardThreads } from './shard-threads.js';

/** A shard that dies this soon after its start would die again at once: its successor waits as long. */
const RESTART_DELAY_MS = 1000;

/** Orderly ends take milliseconds (a FIN on each socket); a shard that hangs is not waited for. */
const STOP_TIMEOUT_MS = 2000;

/** Keys that one shard may give out; the pool's own (clients) lie below the first range. */
const KEYS_PER_SHARD = 1e9;

export interface PoolHandler {
  handleMessage(shard: number, message: FromShard): void;
  /** The shard is gone with its connections; its successor is about to start and takes messages already. */
  handleDied(shard: number, text: string): void;
}

interface Shard {
  port: MessagePort;
  task: Promise<void>;
  startedMs: number;
}

/** The shards: one thread and one long task each. What becomes of a shard's connections is not its business. */
export class ShardPool {
  readonly #threads: ShardThreads;
  readonly #settings: ShardSettings;
  readonly #shards: Shard[] = [];
  readonly #attached: Promise<PoolHandler>;
  #attach!: (handler: PoolHandler) => void;
  #starts = 0;
  #stopping = false;

  /** The threads start at once, so that they boot while the caller loads the rest.
   *  @param threads not yet started; ended with the pool */
  constructor(count: number, settings: ShardSettings, threads: ShardThreads) {
    this.#threads = threads;
    this.#settings = settings;
    this.#attached = new Promise((resolve) => {
      this.#attach = resolve;
    });
    threads.start(count);
    for (let shard = 0; shard < count; shard++) this.#shards.push(this.#start(shard, 0));
  }

  get size(): number {
    return this.#shards.length;
  }

  /** Whatever the shards have to say waits for this. Once. */
  attach(handler: PoolHandler): void {
    this.#attach(handler);
  }

  send(shard: number, message: ToShard): void {
    this.#shards[shard]?.port.postMessage(message);
  }

  /** Asks every shard to end its connections, waits for them (bounded), and ends the threads. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const { port } of this.#shards) port.postMessage({ type: 'stop' } satisfies ToShard);
    const timeout = AbortSignal.timeout(STOP_TIMEOUT_MS);
    await Promise.race([Promise.all(this.#shards.map(({ task }) => task)), once(timeout, 'abort')]);
    for (const { port } of this.#shards) port.close();
    await this.#threads.destroy();
  }

  #start(shard: number, delayMs: number): Shard {
    const { port1, port2 } = new MessageChannel();
    this.#attached.then((handler) => {
      port1.on('message', (message: FromShard) => handler.handleMessage(shard, message));
    });
    this.#starts++;
    const task: ShardTask = {
      shard,
      firstKey: KEYS_PER_SHARD * this.#starts,
      port: port2,
      settings: this.#settings,
    };
    return { port: port1, task: this.#run(shard, task, delayMs), startedMs: performance.now() + delayMs };
  }

  async #run(shard: number, task: ShardTask, delayMs: number): Promise<void> {
    if (delayMs > 0) await once(AbortSignal.timeout(delayMs), 'abort');
    try {
      await this.#threads.run(task);
      await this.#replace(shard, 'its task ended by itself');
    } catch (error) {
      await this.#replace(shard, error instanceof Error ? error.message : String(error));
    }
  }

  async #replace(shard: number, text: string): Promise<void> {
    const handler = await this.#attached;
    if (this.#stopping) return;
    const old = this.#shards[shard];
    if (old === undefined) return;
    old.port.close();
    const youngMs = performance.now() - old.startedMs;
    this.#shards[shard] = this.#start(shard, youngMs < RESTART_DELAY_MS ? RESTART_DELAY_MS : 0);
    handler.handleDied(shard, text);
  }
}
