import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { ProcessSnapshot } from '../stats/snapshot.js';

/** Fine enough to see a delay of 20 ms; each sample is a timer. */
const RESOLUTION_MS = 5;

/** How the main thread keeps up; its screen and its retries are only as good as that. */
export class Health {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #rssBytes = 0;

  start(): void {
    this.#delay.enable();
  }

  stop(): void {
    this.#delay.disable();
  }

  snapshot(): ProcessSnapshot {
    const beyondTimerNs = this.#delay.percentile(99) - RESOLUTION_MS * 1e6;
    return { rssBytes: this.#measureRss(), loopDelayP99Ns: Math.max(0, Math.round(beyondTimerNs)) };
  }

  /** The last figure stands where the system gives none: asking takes a descriptor, and there may be none left. */
  #measureRss(): number {
    try {
      this.#rssBytes = process.memoryUsage.rss();
    } catch {}
    return this.#rssBytes;
  }
}
