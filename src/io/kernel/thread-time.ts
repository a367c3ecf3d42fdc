import { openSync, readSync } from 'node:fs';

/** All connections of a thread ask in the same turn: one answer serves them. */
const FRESH_MS = 1;
/** Longer than three numbers of 64 bits. */
const MAX_BYTES = 64;

/** How long this thread wanted a CPU: computing, or ready to and kept from it by others or by a quota. The loop's own
 *  clock does not see the time that passes between being woken and running. */
export class ThreadTime {
  readonly #fd = open();
  readonly #bytes = Buffer.alloc(MAX_BYTES);
  #readMs = Number.NEGATIVE_INFINITY;
  #wantedUs = 0;

  /** Of the thread that made this; null: the system doesn't tell. */
  get wantedUs(): number | null {
    if (this.#fd === null) return null;
    const nowMs = performance.now();
    if (nowMs < this.#readMs + FRESH_MS) return this.#wantedUs;
    this.#readMs = nowMs;
    const size = readSync(this.#fd, this.#bytes, 0, MAX_BYTES, 0);
    // Documentation/scheduler/sched-stats.rst: ns on a CPU, ns ready and waiting for one, times run.
    const [runNs = 0, waitNs = 0] = this.#bytes.toString('latin1', 0, size).split(' ', 2).map(Number);
    this.#wantedUs = (runNs + waitNs) / 1000;
    return this.#wantedUs;
  }
}

/** Open for as long as the thread lives. */
function open(): number | null {
  try {
    return openSync('/proc/thread-self/schedstat', 'r');
  } catch {
    return null; // not Linux, or without CONFIG_SCHED_INFO
  }
}
