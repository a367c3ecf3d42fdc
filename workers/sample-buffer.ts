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
  /** How many times each came in a row: packets that the system joined have the same times. */
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

  /** Returns whether it is full: no other sample may come before it is drained. */
  add(valueNs: number): boolean {
    const values = this.#values;
    const count = values[this.#countAt]!;
    values[this.#lastAt] = valueNs;
    values[this.#sumAt]! += valueNs;
    values[this.#countAt] = count + 1;
    if (count === 0 || valueNs < values[this.#minAt]!) values[this.#minAt] = valueNs;
    if (valueNs > values[this.#maxAt]!) values[this.#maxAt] = valueNs;
    const length = this.#length;
    if (length > 0 && valueNs === this.#pendingNs[length - 1]) {
      this.#times[length - 1]!++;
      return false;
    }
    if (length === this.#pendingNs.length) this.#grow();
    this.#pendingNs[length] = valueNs;
    this.#times[length] = 1;
    this.#length = length + 1;
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
