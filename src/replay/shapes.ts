/** Outlines of the latencies of each row. A line has the histogram of its interval only: so these are of what was read
 *  since the last jump, drawn between the least and the largest of the run. */
import { type Fields, fieldsOf, numberOf, textOf } from '../analysis/fields.js';
import { decodeCounts } from '../stats/encoding.js';
import { LatencyMerge } from '../stats/latency.js';
import type { ShapeBar } from '../stats/snapshot.js';

export class Shapes {
  readonly #rows = new Map<string, LatencyMerge>();

  /** Adds what the row measured in its interval. Empty: nothing yet. */
  add(rowId: string, row: Fields): readonly ShapeBar[] {
    const times = fieldsOf(row.latency);
    const [minNs, maxNs, base64] = [numberOf(times.min_ns), numberOf(times.max_ns), textOf(times.hdr_base64)];
    if (minNs === null || maxNs === null) return [];
    const merge = this.#rows.get(rowId) ?? new LatencyMerge();
    this.#rows.set(rowId, merge);
    if (base64 !== null)
      decodeCounts(base64, (index, count) => merge.addCounts(Uint32Array.of(index, count)));
    return framed(merge, minNs, maxNs);
  }
}

function framed(merge: LatencyMerge, minNs: number, maxNs: number): ShapeBar[] {
  const frame = new LatencyMerge();
  frame.record(minNs);
  frame.record(maxNs);
  const counts = new Map(merge.shape().map(({ fromNs, count }) => [fromNs, count]));
  return frame.shape().map(({ fromNs }) => ({ fromNs, count: counts.get(fromNs) ?? 0 }));
}
