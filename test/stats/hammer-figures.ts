import { BLOCK_LENGTH, HISTOGRAM } from '../../src/stats/layout.js';
import type { BlockCounts, SlotSnapshot } from '../../src/stats/slot-snapshot.js';

export interface HammerData {
  readonly locked: boolean;
  /** One word: not 0 ends the writer. */
  readonly stop: SharedArrayBuffer;
}

/** The first histogram of a slot and the last: between them lies all that a torn read could mix. */
export const HAMMERED = [HISTOGRAM.latency, HISTOGRAM.owd] as const;

/** Makes both words of a counter tell the section. */
export const COUNTER_UNIT = 2 ** 32 + 1;

/** The section that a snapshot tells, or -1 when its words tell different ones. */
export function sectionOf(snapshot: SlotSnapshot): number {
  const { counters, key, histograms } = snapshot;
  const told = counters[0]!;
  for (let i = 1; i < counters.length; i++) if (counters[i] !== told) return -1;
  const section = told / COUNTER_UNIT;
  const sections = section - Math.max(key - 1, 0);
  for (const histogram of HAMMERED) if (totalOf(histograms[histogram]!) !== sections) return -1;
  return section;
}

function totalOf({ blockCount, counts }: BlockCounts): number {
  let total = 0;
  for (let i = 0, length = blockCount * BLOCK_LENGTH; i < length; i++) total += counts[i]!;
  return total;
}
