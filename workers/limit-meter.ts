import type { TcpInfo } from '../src/io/kernel/tcp-info.js';
import type { RunningPhase } from '../src/session/session.js';
import { COUNTER } from '../src/stats/layout.js';

/** What the kernel says of a connection over which it tells nothing. */
const NOTHING = { busyUs: 0, windowLimitedUs: 0, bufferLimitedUs: 0 };

/** Adds up what a connection's phases may be limited by, sample by sample. */
export class LimitMeter {
  readonly #values: Float64Array;
  readonly #busyUs: () => number;
  #phase: RunningPhase | null = null;
  #atUs = 0;
  #atBusyUs = 0;
  #info: Pick<TcpInfo, 'busyUs' | 'windowLimitedUs' | 'bufferLimitedUs'> = NOTHING;

  /** @param busyUs how long the shard's loop has been busy since it began */
  constructor(values: Float64Array, busyUs: () => number) {
    this.#values = values;
    this.#busyUs = busyUs;
  }

  /** @param phase the one that runs from here on; null: none does */
  start(nowUs: number, phase: RunningPhase | null, info: TcpInfo | null): void {
    this.#phase = phase;
    this.#atUs = nowUs;
    this.#atBusyUs = this.#busyUs();
    this.#info = info ?? NOTHING;
  }

  sample(nowUs: number, info: TcpInfo | null): void {
    const phase = this.#phase;
    if (phase === null) return;
    const { direction, received } = phase;
    const elapsedUs = nowUs - this.#atUs;
    // The two clocks differ a little: a share is never above 1.
    const busyUs = Math.min(this.#busyUs() - this.#atBusyUs, elapsedUs);
    this.#add(COUNTER[`${direction}RunningUs`], elapsedUs);
    this.#add(COUNTER[`${direction}ShardBusyUs`], busyUs);
    if (!received && info !== null) {
      const before = this.#info;
      this.#add(COUNTER[`${direction}TcpBusyUs`], info.busyUs - before.busyUs);
      this.#add(COUNTER[`${direction}TcpWindowUs`], info.windowLimitedUs - before.windowLimitedUs);
      this.#add(COUNTER[`${direction}TcpBufferUs`], info.bufferLimitedUs - before.bufferLimitedUs);
      this.#add(COUNTER[`${direction}TcpRttSum`], (info.rttUs * elapsedUs) / 1000);
    }
    this.start(nowUs, phase, info);
  }

  #add(counter: number, value: number): void {
    this.#values[counter]! += Math.max(0, Math.round(value));
  }
}
