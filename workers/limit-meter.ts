import type { PhaseReport } from '../src/control/events.js';
import type { PhaseDirection } from '../src/session/event.js';
import type { RunningPhase } from '../src/session/session.js';
import { COUNTER } from '../src/stats/layout.js';
import type { SendTimes } from './carrier.js';

type ToldLoad = Pick<PhaseReport, 'elapsedUs' | 'busyUs' | 'queueDrops'>;

const NOTHING_TOLD: ToldLoad = { elapsedUs: 0, busyUs: 0 };

/** Adds up what a connection's phases may be limited by, sample by sample. */
export class LimitMeter {
  readonly #values: Float64Array;
  readonly #busyUs: () => number;
  #phase: RunningPhase | null = null;
  #atUs = 0;
  #atBusyUs = 0;
  #times: SendTimes | null = null;
  /** By the receiver's last report of the phase. */
  #told: ToldLoad = NOTHING_TOLD;

  /** @param busyUs how long the shard's thread has been busy since it began */
  constructor(values: Float64Array, busyUs: () => number) {
    this.#values = values;
    this.#busyUs = busyUs;
  }

  /** @param phase the one that runs from here on; null: none does */
  start(nowUs: number, phase: RunningPhase | null, times: SendTimes | null): void {
    this.#told = NOTHING_TOLD;
    this.#begin(nowUs, phase, times);
  }

  sample(nowUs: number, times: SendTimes | null): void {
    const phase = this.#phase;
    if (phase === null) return;
    const { direction, received } = phase;
    const elapsedUs = nowUs - this.#atUs;
    // The two clocks differ a little: a share is never above 1.
    const busyUs = Math.min(this.#busyUs() - this.#atBusyUs, elapsedUs);
    this.#add(COUNTER[`${direction}RunningUs`], elapsedUs);
    this.#add(COUNTER[`${direction}ShardBusyUs`], busyUs);
    const before = this.#times;
    if (!received && times !== null && before !== null) this.#addTimes(direction, elapsedUs, times, before);
    this.#begin(nowUs, phase, times);
  }

  /** Of the running phase, as its receiver tells it. */
  handleReport(direction: PhaseDirection, report: ToldLoad): void {
    const told = this.#told;
    this.#told = report;
    const elapsedUs = report.elapsedUs - told.elapsedUs;
    this.#add(COUNTER[`${direction}PeerUs`], elapsedUs);
    this.#add(COUNTER[`${direction}PeerBusyUs`], Math.min(report.busyUs - told.busyUs, elapsedUs));
    if (report.queueDrops === undefined) return;
    this.#add(COUNTER[`${direction}PeerDropReports`], 1);
    this.#add(COUNTER[`${direction}PeerDrops`], report.queueDrops - (told.queueDrops ?? 0));
  }

  #begin(nowUs: number, phase: RunningPhase | null, times: SendTimes | null): void {
    this.#phase = phase;
    this.#atUs = nowUs;
    this.#atBusyUs = this.#busyUs();
    this.#times = times;
  }

  #addTimes(direction: PhaseDirection, elapsedUs: number, now: SendTimes, before: SendTimes): void {
    this.#add(COUNTER[`${direction}SendingUs`], elapsedUs);
    this.#add(COUNTER[`${direction}DataUs`], now.dataUs - before.dataUs);
    this.#add(COUNTER[`${direction}WindowUs`], now.windowUs - before.windowUs);
    this.#add(COUNTER[`${direction}BufferUs`], now.bufferUs - before.bufferUs);
    this.#add(COUNTER[`${direction}CongestionUs`], now.congestionUs - before.congestionUs);
    this.#add(COUNTER[`${direction}RttSum`], (now.rttUs * elapsedUs) / 1000);
  }

  #add(counter: number, value: number): void {
    this.#values[counter]! += Math.max(0, Math.round(value));
  }
}
