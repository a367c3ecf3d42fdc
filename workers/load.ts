import { ThreadTime } from '../src/io/kernel/thread-time.js';

/** A tick is late by so much on any machine. */
const LATE_US = 10_000;

/** How busy a shard's thread is: the time in which what came had to wait. That it is at work, that it waits for a CPU,
 *  or that its process was stopped. */
export class Load {
  readonly #thread = new ThreadTime();
  readonly #tickUs: number;
  /** The loop was awake in it, but only to look for datagrams that had not come. */
  #polledIdleUs = 0;
  #stoppedUs = 0;
  #tickedUs: number;
  #tickedBusyUs = 0;

  /** @param tickUs how often `tick` is to be called */
  constructor(nowUs: number, tickUs: number) {
    this.#tickedUs = nowUs;
    this.#tickUs = tickUs;
  }

  noteIdle(us: number): void {
    this.#polledIdleUs += us;
  }

  /** Since the thread began. */
  get busyUs(): number {
    const activeUs = performance.eventLoopUtilization().active * 1000;
    return Math.max(activeUs, this.#thread.wantedUs ?? 0) - this.#polledIdleUs + this.#stoppedUs;
  }

  /** Returns how busy it was since the last call, 0 to 1. */
  tick(nowUs: number): number {
    const elapsedUs = nowUs - this.#tickedUs;
    const busyUs = Math.max(0, this.busyUs - this.#tickedBusyUs);
    const lateUs = elapsedUs - this.#tickUs;
    if (lateUs > LATE_US) this.#stoppedUs += Math.max(0, lateUs - busyUs);
    this.#tickedUs = nowUs;
    this.#tickedBusyUs = this.busyUs;
    return Math.min(1, Math.max(busyUs, lateUs > LATE_US ? lateUs : 0) / elapsedUs);
  }
}
