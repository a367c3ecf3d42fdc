import { Piscina } from 'piscina';
import type { ShardTask } from './messages.js';

const SHARD_URL = import.meta.resolve('#program/shard-start.cjs');

/** The shards' threads. The first boots as soon as this exists, which may be before anybody knows how many there will
 *  be: a thread takes as long to boot as a command line to be read. */
export class ShardThreads {
  readonly #first = threads(1);
  #others: Piscina<ShardTask, void> | null = null;

  /** Starts all of them; once. */
  start(count: number): void {
    if (count > 1) this.#others = threads(count - 1);
  }

  /** Of a shard below `count`. Rejects when the thread dies; another one takes its place. */
  run(task: ShardTask): Promise<void> {
    const pool = task.shard === 0 ? this.#first : this.#others!;
    return pool.run(task, { transferList: [task.port] });
  }

  /** Ends the threads at once. */
  async destroy(): Promise<void> {
    await Promise.all([this.#first.destroy(), this.#others?.destroy()]);
  }
}

/** One for each task at once. */
function threads(count: number): Piscina<ShardTask, void> {
  const piscina = new Piscina<ShardTask, void>({
    filename: SHARD_URL,
    minThreads: count,
    maxThreads: count,
    concurrentTasksPerWorker: 1,
    // Its default parks an idle worker in Atomics.wait, where its sockets and timers stop.
    atomics: 'disabled',
    idleTimeout: Number.POSITIVE_INFINITY,
  });
  // A thread's death is told by its task; without a listener piscina's own event would end the process.
  piscina.on('error', () => {});
  return piscina;
}
