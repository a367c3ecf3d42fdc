/** Histograms of times, of many connections, added up and read. */
import { type Codes, encodeCounts } from './encoding.js';
import { bucketIndex, HISTOGRAM_LENGTH, highestValueNs, lowestValueNs } from './histogram.js';
import { BLOCK_LENGTH } from './layout.js';
import type { BlockCounts } from './slot-snapshot.js';
import type {
  HistogramCounts,
  IntervalHistogram,
  LatencySummary,
  ShapeBar,
  TimesHistogram,
} from './snapshot.js';

/** Counts kept together: 4 KiB, the buckets of one doubling of the value. */
const PART_LENGTH = 1024;
const PART_COUNT = HISTOGRAM_LENGTH / PART_LENGTH;
/** Four bars a doubling show one peak from two, in a dozen characters. */
const BAR_LENGTH = PART_LENGTH / 4;
const BLOCKS_IN_PART = PART_LENGTH / BLOCK_LENGTH;
/** Of the percentiles in a summary, ascending. */
const PERMILLES = [500, 900, 990, 999];
/** A bucket's sum stays here instead of wrapping, as in the pages. */
const MAX_COUNT = 2 ** 32 - 1;

const NOTHING: LatencySummary = Object.freeze({
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
  readonly #parts: (Uint32Array | undefined)[] = new Array(PART_COUNT).fill(undefined);

  /** Counts a value that was measured so many times. */
  record(valueNs: number, times = 1): void {
    this.#increase(bucketIndex(valueNs), times);
  }

  /** Adds one connection's histogram. */
  add({ blockCount, blocks, counts }: BlockCounts): void {
    for (let i = 0; i < blockCount; i++) {
      const block = blocks[i]!;
      const part = this.#part(Math.floor(block / BLOCKS_IN_PART));
      addCounts(part, (block % BLOCKS_IN_PART) * BLOCK_LENGTH, counts, i * BLOCK_LENGTH, BLOCK_LENGTH);
    }
  }

  /** Adds what another merge holds. */
  addMerge(other: LatencyMerge): void {
    other.#parts.forEach((counts, index) => {
      if (counts !== undefined) addCounts(this.#part(index), 0, counts, 0, PART_LENGTH);
    });
  }

  /** Empties it; its memory stays for the next round. */
  reset(): void {
    for (const part of this.#parts) part?.fill(0);
  }

  /** The figures of a row. The exact ones are of real samples and come from the counters: count, last, min,
   *  max and the sum, in ns. Percentiles are of the histogram, with its correction, to three digits: the
   *  largest value of the bucket, but never above the exact maximum. */
  summary(lastNs: number | null, minNs: number, maxNs: number, sumNs: number, count: number): LatencySummary {
    if (count === 0) return NOTHING;
    const [p50Ns = null, p90Ns = null, p99Ns = null, p999Ns = null] = this.#valuesAt(PERMILLES).map((ns) =>
      Math.min(ns, maxNs),
    );
    return { count, lastNs, minNs, meanNs: sumNs / count, p50Ns, p90Ns, p99Ns, p999Ns, maxNs };
  }

  /** Its outline; empty without counts. */
  shape(): ShapeBar[] {
    const bars: ShapeBar[] = [];
    for (let index = 0; index < HISTOGRAM_LENGTH; index += BAR_LENGTH) {
      const counts = this.#parts[Math.floor(index / PART_LENGTH)];
      const count = counts === undefined ? 0 : sumOf(counts, index % PART_LENGTH, BAR_LENGTH);
      if (count > 0 || bars.length > 0) bars.push({ fromNs: lowestValueNs(index), count });
    }
    const last = bars.findLastIndex(({ count }) => count > 0);
    return bars.slice(0, last + 1);
  }

  /** The histogram in HdrHistogram's standard V2 compressed encoding, base64. */
  encode(): string {
    return encodeParts(this.#parts, 'best');
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
        const count = part[at]!;
        if (count > 0) yield { valueNs: highestValueNs(index * PART_LENGTH + at), count };
      }
    }
  }

  copy(): HistogramCounts {
    return this.#parts.map((part) => part?.slice());
  }

  since(earlier: HistogramCounts | null): IntervalHistogram | null {
    const parts = this.#parts.map((part, index) => increase(part, earlier?.[index]));
    return lastInUse(parts) === -1 ? null : new Increase(parts);
  }

  #increase(index: number, count: number): void {
    const part = this.#part(Math.floor(index / PART_LENGTH));
    const at = index % PART_LENGTH;
    part[at] = Math.min(part[at]! + count, MAX_COUNT);
  }

  /** The values that these shares of all counts are not above; none without counts. Looks at single buckets only
   *  where such a value lies: a thousand rows are summed up every second. */
  #valuesAt(permilles: readonly number[]): number[] {
    const sums = this.#parts.map((counts) => (counts === undefined ? 0 : sumOf(counts, 0, PART_LENGTH)));
    const total = sums.reduce((sum, count) => sum + count, 0);
    if (total === 0) return [];
    return permilles.map((permille) => {
      let rank = Math.max(1, Math.ceil((total * permille) / 1000));
      let part = 0;
      while (rank > sums[part]!) rank -= sums[part++]!;
      return highestValueNs(part * PART_LENGTH + indexAt(this.#parts[part]!, rank));
    });
  }

  #part(index: number): Uint32Array {
    const known = this.#parts[index];
    if (known !== undefined) return known;
    const part = new Uint32Array(PART_LENGTH);
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

function sumOf(counts: Uint32Array, start: number, length: number): number {
  let sum = 0;
  for (let i = start; i < start + length; i++) sum += counts[i]!;
  return sum;
}

/** Where the `rank`th of what is counted lies, from 1. */
function indexAt(counts: Uint32Array, rank: number): number {
  let left = rank;
  let index = 0;
  while (left > counts[index]!) left -= counts[index++]!;
  return index;
}

function addCounts(
  to: Uint32Array,
  toStart: number,
  from: Uint32Array,
  fromStart: number,
  length: number,
): void {
  for (let i = 0; i < length; i++) {
    to[toStart + i] = Math.min(to[toStart + i]! + from[fromStart + i]!, MAX_COUNT);
  }
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
