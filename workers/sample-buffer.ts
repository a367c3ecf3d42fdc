import { COUNTER, HISTOGRAM, type HistogramName } from '../src/stats/layout.js';
import type { PageWriter } from '../src/stats/page-writer.js';

/** Samples kept until the next publication: at the fastest ping-pong there is (10 us) a tick's worth of
 *  latencies, at 200,000 packets a second 20 ms of delays. */
const MAX_PENDING = 4096;
/** Most kinds of times never have a sample: the first one takes memory. */
const FIRST_LENGTH = 16;

/** The times of one kind that have not been published yet; keeps their counters up to date. */
export class SampleBuffer {
  readonly #values: Float64Array;
  readonly #histogram: number;
  readonly #lastAt: number;
  readonly #minAt: number;
  readonly #maxAt: number;
  readonly #sumAt: number;
  readonly #countAt: number;
  #pendingNs = new Float64Array(0);
  /** How many times each came. */
  #times = new Uint32Array(0);
  #length = 0;

  /** @param values the connection's counters, by COUNTER */
  constructor(name: HistogramName, values: Float64Array) {
    this.#values = values;
    this.#histogram = HISTOGRAM[name];
    this.#lastAt = COUNTER[`${name}LastNs`];
    this.#minAt = COUNTER[`${name}MinNs`];
    this.#maxAt = COUNTER[`${name}MaxNs`];
    this.#sumAt = COUNTER[`${name}SumNs`];
    this.#countAt = COUNTER[`${name}Count`];
  }

  /** Takes a time that was measured so many times. Returns whether it is full: no other sample may come before it is
   *  drained. */
  add(valueNs: number, times = 1): boolean {
    const values = this.#values;
    const count = values[this.#countAt]!;
    values[this.#lastAt] = valueNs;
    values[this.#sumAt]! += times * valueNs;
    values[this.#countAt] = count + times;
    if (count === 0 || valueNs < values[this.#minAt]!) values[this.#minAt] = valueNs;
    if (valueNs > values[this.#maxAt]!) values[this.#maxAt] = valueNs;
    if (this.#length === this.#pendingNs.length) this.#grow();
    this.#pendingNs[this.#length] = valueNs;
    this.#times[this.#length++] = times;
    return this.#length === MAX_PENDING;
  }

  /** Inside a section: counts all that is pending in the slot's histogram.
   *  @param expectedIntervalNs for the correction of coordinated omission; 0: none */
  drain(page: PageWriter, slot: number, expectedIntervalNs: number): void {
    for (let i = 0; i < this.#length; i++) {
      page.record(slot, this.#histogram, this.#pendingNs[i]!, expectedIntervalNs, this.#times[i]);
    }
    this.#length = 0;
  }

  /** What is pending is not counted any more; its counters are the caller's. */
  forget(): void {
    this.#length = 0;
  }

  #grow(): void {
    const length = Math.max(FIRST_LENGTH, 2 * this.#length);
    const pendingNs = new Float64Array(length);
    const times = new Uint32Array(length);
    pendingNs.set(this.#pendingNs);
    times.set(this.#times);
    this.#pendingNs = pendingNs;
    this.#times = times;
  }
}
