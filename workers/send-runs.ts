import { SendRun } from '../src/arq/send-run.js';

/** The largest datagram there is fits. */
const RUN_BYTES = 65_536;
/** Datagrams in one run: what one system call will take (UDP_SEGMENT: 64 on older kernels). */
const MAX_SEGMENTS = 64;
/** Free runs kept for the next sender. */
const MAX_FREE = 16;

/** The buffers that datagrams of a shard are sent from: one a connection, while the system has it. */
export class SendRuns {
  readonly #free: SendRun[] = [];

  acquire(): SendRun {
    return this.#free.pop() ?? new SendRun(new Uint8Array(RUN_BYTES), MAX_SEGMENTS);
  }

  release(run: SendRun): void {
    if (this.#free.length < MAX_FREE) this.#free.push(run);
  }
}
