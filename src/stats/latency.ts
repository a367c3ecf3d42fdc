/** Histograms of times, of many connections, added up and read. */
import { type Codes, encodeCounts } from './encoding.js';
import { bucketIndex, HISTOGRAM_LENGTH, highestValueNs, lowestValueNs } from './histogram.js';
import { HistogramPart, MAX_COUNT, PART_LENGTH } from './histogram-part.js';
import { BLOCK_LENGTH } from './layout.js';
import type { BlockCounts } from './slot-snapshot.js';
import type {
  HistogramCounts,
  IntervalHistogram,
  LatencySummary,
  ShapeBar,
  TimesHistogram,
} from './snapshot.js';

const PART_COUNT = HISTOGRAM_LENGTH / PART_LENGTH;
/** Four bars a doubling show one peak from two, in a dozen characters. */
const BAR_LENGTH = PART_LENGTH / 4;
const BLOCKS_IN_PART = PART_LENGTH / BLOCK_LENGTH;
/** Of the percentiles in a summary, ascending. */
const PERMILLES = [500, 900, 990, 999];

/** Of no values. */
export const NOTHING: LatencySummary = Object.freeze({
  count: 0,
  lastNs: null,
  minNs: null,
  meanNs: null,
  p50Ns: null,
  p90Ns: null,
  p99Ns: null,
  p999Ns: null,
  maxNs: null,
});

/** The sum of any number of histograms of one kind: of the connections in a row, or of ended ones. Holds
 *  memory for the doublings that have counts: 4 KiB each, few to a dozen. */
export class LatencyMerge implements TimesHistogram {
  readonly #parts: (HistogramPart | undefined)[] = new Array(PART_COUNT).fill(undefined);

  /** Counts a value that was measured so many times. */
  record(valueNs: number, times = 1): void {
    this.#increase(bucketIndex(valueNs), times);
  }

  /** Adds one connection's histogram. */
  add({ blockCount, blocks, counts }: BlockCounts): void {
    for (let i = 0; i < blockCount; i++) {
      const block = blocks[i]!;
      const part = this.#part(Math.floor(block / BLOCKS_IN_PART));
      part.addBlock(block % BLOCKS_IN_PART, counts, i * BLOCK_LENGTH);
    }
  }

  /** Adds what another merge holds. */
  addMerge(other: LatencyMerge): void {
    for (let index = 0; index < PART_COUNT; index++) {
      const part = other.#parts[index];
      if (part !== undefined && part.total > 0) this.#part(index).add(part);
    }
  }

  /** Empties it; its memory stays for the next round. */
  reset(): void {
    for (const part of this.#parts) part?.reset();
  }

  /** The figures of a row. The exact ones are of real samples and come from the counters: count, last, min,
   *  max and the sum, in ns. Percentiles are of the histogram, with its correction, to three digits: the
   *  largest value of the bucket, but never above the exact maximum. */
  summary(lastNs: number | null, minNs: number, maxNs: number, sumNs: number, count: number): LatencySummary {
    if (count === 0) return NOTHING;
    const [p50Ns = null, p90Ns = null, p99Ns = null, p999Ns = null] = this.#valuesAt(PERMILLES, maxNs);
    return { count, lastNs, minNs, meanNs: sumNs / count, p50Ns, p90Ns, p99Ns, p999Ns, maxNs };
  }

  /** Its outline; empty without counts. */
  shape(): ShapeBar[] {
    const bars: ShapeBar[] = [];
    for (let index = 0; index < HISTOGRAM_LENGTH; index += BAR_LENGTH) {
      const count = this.#parts[Math.floor(index / PART_LENGTH)]?.sum(index % PART_LENGTH, BAR_LENGTH) ?? 0;
      if (count > 0 || bars.length > 0) bars.push({ fromNs: lowestValueNs(index), count });
    }
    const last = bars.findLastIndex(({ count }) => count > 0);
    return bars.slice(0, last + 1);
  }

  /** The histogram in HdrHistogram's standard V2 compressed encoding, base64. */
  encode(): string {
    return encodeParts(this.#counts(), 'best');
  }

  /** Adds counts: the index of a bucket and its count, in turn. */
  addCounts(counts: Uint32Array): void {
    for (let at = 0; at + 1 < counts.length; at += 2) this.#increase(counts[at]!, counts[at + 1]!);
  }

  /** The buckets in use in the order of their values, each with the largest value that it stands for. */
  *buckets(): Generator<{ readonly valueNs: number; readonly count: number }> {
    for (const [index, part] of this.#parts.entries()) {
      if (part === undefined) continue;
      for (let at = 0; at < PART_LENGTH; at++) {
        const count = part.counts[at]!;
        if (count > 0) yield { valueNs: highestValueNs(index * PART_LENGTH + at), count };
      }
    }
  }

  copy(): HistogramCounts {
    return this.#parts.map((part) => part?.counts.slice());
  }

  since(earlier: HistogramCounts | null): IntervalHistogram | null {
    const parts = this.#counts().map((counts, index) => increase(counts, earlier?.[index]));
    return lastInUse(parts) === -1 ? null : new Increase(parts);
  }

  #increase(index: number, count: number): void {
    this.#part(Math.floor(index / PART_LENGTH)).increase(index % PART_LENGTH, count);
  }

  /** The values that these shares of all counts are not above, and not above `maxNs`; none without counts. */
  #valuesAt(permilles: readonly number[], maxNs: number): number[] {
    let total = 0;
    for (const part of this.#parts) if (part !== undefined) total += part.total;
    if (total === 0) return [];
    return permilles.map((permille) =>
      Math.min(maxNs, this.#valueAt(Math.max(1, Math.ceil((total * permille) / 1000)))),
    );
  }

  /** @param rank from 1 to all that is counted */
  #valueAt(rank: number): number {
    let left = rank;
    let index = 0;
    for (; left > (this.#parts[index]?.total ?? 0); index++) left -= this.#parts[index]?.total ?? 0;
    return highestValueNs(index * PART_LENGTH + this.#parts[index]!.indexAt(left));
  }

  #counts(): (Uint32Array | undefined)[] {
    return this.#parts.map((part) => part?.counts);
  }

  #part(index: number): HistogramPart {
    const known = this.#parts[index];
    if (known !== undefined) return known;
    const part = new HistogramPart();
    this.#parts[index] = part;
    return part;
  }
}

/** What was counted between two snapshots. */
class Increase implements IntervalHistogram {
  readonly counts: HistogramCounts;

  constructor(counts: HistogramCounts) {
    this.counts = counts;
  }

  get base64(): string {
    // Logs are read by the million lines.
    return encodeParts(this.counts, 'fixed');
  }

  get maxNs(): number {
    return highestValueNs(lastInUse(this.counts));
  }

  plus({ counts }: IntervalHistogram): IntervalHistogram {
    return new Increase(this.counts.map((part, index) => sumOfParts(part, counts[index])));
  }
}

function sumOfParts(a: Uint32Array | undefined, b: Uint32Array | undefined): Uint32Array | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.map((count, at) => Math.min(count + b[at]!, MAX_COUNT));
}

function encodeParts(parts: HistogramCounts, codes: Codes): string {
  const countAt = (index: number) => parts[Math.floor(index / PART_LENGTH)]?.[index % PART_LENGTH] ?? 0;
  return encodeCounts(countAt, Math.max(0, lastInUse(parts)) + 1, codes);
}

/** Index of the last bucket that counted something; -1: none did. */
function lastInUse(parts: HistogramCounts): number {
  for (let index = parts.length - 1; index >= 0; index--) {
    const at = parts[index]?.findLastIndex((count) => count > 0) ?? -1;
    if (at !== -1) return index * PART_LENGTH + at;
  }
  return -1;
}

/** What `now` has more. A connection whose figures could not be read this once is missing in it: never below 0. */
function increase(now: Uint32Array | undefined, earlier: Uint32Array | undefined): Uint32Array | undefined {
  // The counts themselves are of another moment soon.
  if (now === undefined || earlier === undefined) return now?.slice();
  return now.map((count, at) => Math.max(0, count - earlier[at]!));
}
