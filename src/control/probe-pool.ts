import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { ProbeGroup, ProbeSettings } from '../probe/types.js';
import { deal } from '../session/deal.js';
import type { FromProber, ProbeTask } from './probe-messages.js';

const WORKER_URL = import.meta.resolve('#program/probe.cjs');

export interface ProbeJob {
  readonly groups: readonly ProbeGroup[];
  readonly settings: ProbeSettings;
  /** Of all threads together, as the rate. */
  readonly parallel: number;
  readonly ratePerS: number | null;
}

/** The threads that probe; each round deals the probes over all of them. */
export class ProbePool {
  readonly #workers: number;
  readonly #piscina: Piscina<ProbeTask, void>;
  readonly #ports = new Set<MessagePort>();
  #isStopped = false;

  constructor(workers: number) {
    this.#workers = workers;
    this.#piscina = new Piscina({
      filename: WORKER_URL,
      minThreads: workers,
      maxThreads: workers,
      concurrentTasksPerWorker: 1,
      // Its default parks an idle worker in Atomics.wait, where its sockets and timers stop.
      atomics: 'disabled',
      idleTimeout: Number.POSITIVE_INFINITY,
    });
    // A thread's death is told by its task; without a listener piscina's own event would end the process.
    this.#piscina.on('error', () => {});
  }

  /** One round. Resolves when all probes have their results, or stop was called; rejects when a thread died. */
  async run(job: ProbeJob, handleResults: (results: FromProber) => void): Promise<void> {
    if (this.#isStopped) return;
    const shares = deal(job.parallel, this.#workers);
    await Promise.all(shares.map((parallel, worker) => this.#runShare(job, worker, parallel, handleResults)));
  }

  /** Ends a running round, and all later ones; what has no result by now gets none. */
  stop(): void {
    this.#isStopped = true;
    for (const port of this.#ports) port.postMessage('stop');
  }

  async destroy(): Promise<void> {
    await this.#piscina.destroy();
  }

  async #runShare(
    { groups, settings, ratePerS }: ProbeJob,
    worker: number,
    parallel: number,
    handleResults: (results: FromProber) => void,
  ): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    this.#ports.add(port1);
    port1.on('message', handleResults);
    const ended = new Promise((resolve) => {
      port1.once('close', resolve);
    });
    const task: ProbeTask = {
      groups,
      settings,
      first: worker,
      step: this.#workers,
      parallel,
      ratePerS: ratePerS === null ? null : ratePerS / this.#workers,
      port: port2,
    };
    try {
      await this.#piscina.run(task, { transferList: [port2] });
      // The last results may still be on their way when the task has ended.
      await ended;
    } finally {
      this.#ports.delete(port1);
      port1.close();
    }
  }
}
