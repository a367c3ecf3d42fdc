import { decodeCounts } from '../../src/stats/encoding.js';
import type { LatencyMerge } from '../../src/stats/latency.js';

/** Adds a histogram in HdrHistogram's encoding, as a report does. false: it was none, or not of this range. */
export function addEncoded(merge: LatencyMerge, base64: string): boolean {
  const counts: number[] = [];
  const isWhole = decodeCounts(base64, (index, count) => counts.push(index, count));
  merge.addCounts(Uint32Array.from(counts));
  return isWhole;
}
