import { LatencyMerge } from '../stats/latency.js';
import { COUNTER, COUNTERS, type CounterName } from '../stats/layout.js';
import type { SlotSnapshot } from '../stats/slot-snapshot.js';
import type { DirectionSummary, LatencySummary } from '../stats/snapshot.js';

/** Newest values, not sums: they mean nothing once their connection has ended. */
const GAUGES: readonly CounterName[] = [
  'upRateBps',
  'downRateBps',
  'receivedRateBps',
  'latencyLastNs',
  'delayed',
];

/** Figures of several connections added up. */
export class Tally {
  readonly #sums = new Float64Array(COUNTERS.length);
  readonly #latency = new LatencyMerge();
  #minNs = Number.POSITIVE_INFINITY;
  #maxNs = 0;
  /** Connections with a latency in this tally; latencyLastNs is their mean. */
  #measured = 0;
  #packetSizeBytes = 0;

  reset(): void {
    this.#sums.fill(0);
    this.#latency.reset();
    this.#minNs = Number.POSITIVE_INFINITY;
    this.#maxNs = 0;
    this.#measured = 0;
    this.#packetSizeBytes = 0;
  }

  add(snapshot: SlotSnapshot): void {
    const { counters } = snapshot;
    for (let i = 0; i < counters.length; i++) this.#sums[i]! += counters[i]!;
    this.#latency.add(snapshot);
    if (counters[COUNTER.latencyCount]! > 0) {
      this.#measured++;
      this.#minNs = Math.min(this.#minNs, counters[COUNTER.latencyMinNs]!);
      this.#maxNs = Math.max(this.#maxNs, counters[COUNTER.latencyMaxNs]!);
    }
    this.#packetSizeBytes = counters[COUNTER.packetSizeBytes]! || this.#packetSizeBytes;
  }

  /** Adds what ended connections have left: their counters and latencies, without their newest rates. */
  addEnded(ended: Tally): void {
    for (let i = 0; i < this.#sums.length; i++) this.#sums[i]! += ended.#sums[i]!;
    for (const gauge of GAUGES) this.#sums[COUNTER[gauge]]! -= ended.#sums[COUNTER[gauge]]!;
    this.#latency.addMerge(ended.#latency);
    this.#minNs = Math.min(this.#minNs, ended.#minNs);
    this.#maxNs = Math.max(this.#maxNs, ended.#maxNs);
    this.#packetSizeBytes ||= ended.#packetSizeBytes;
  }

  sum(counter: CounterName): number {
    return this.#sums[COUNTER[counter]]!;
  }

  /** A rate of newest phases; null: never measured. */
  rateBps(counter: 'upRateBps' | 'downRateBps' | 'receivedRateBps'): number | null {
    return this.sum(counter) || null;
  }

  get packetSizeBytes(): number | null {
    return this.#packetSizeBytes || null;
  }

  latency(): LatencySummary {
    const summary = this.#latency.summary(
      this.sum('latencyLastNs') / (this.#measured || 1),
      this.#minNs,
      this.#maxNs,
      this.sum('latencySumNs'),
      this.sum('latencyCount'),
    );
    return this.#measured === 0 ? { ...summary, lastNs: null } : summary;
  }

  /** @param connections how many there were at once: a mean over their phases is one connection's */
  direction(direction: 'up' | 'down', connections: number): DirectionSummary {
    const bytes = this.sum(`${direction}Bytes`);
    const elapsedUs = this.sum(`${direction}ElapsedUs`);
    return {
      bytes,
      packets: this.sum(`${direction}Packets`),
      phases: this.sum(`${direction}Phases`),
      elapsedUs,
      rateBps: this.rateBps(`${direction}RateBps`),
      meanRateBps: elapsedUs === 0 ? null : Math.round((bytes * 8e6 * connections) / elapsedUs),
    };
  }
}
