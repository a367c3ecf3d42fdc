/** One unit for a whole axis: that in which its largest value has one to three digits before the point. */

export interface Unit {
  readonly name: string;
  /** Base units in one. */
  readonly scale: number;
}

const BYTE_RATES = ['B/s', 'kB/s', 'MB/s', 'GB/s', 'TB/s'] as const;
const BIT_RATES = ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s'] as const;
const TIMES = ['ns', 'us', 'ms', 's'] as const;

/** Of rates in bits per second. */
export function rateUnit(largestBps: number, bits: boolean): Unit {
  const perBase = bits ? 1 : 8;
  const { name, scale } = pick(largestBps / perBase, bits ? BIT_RATES : BYTE_RATES);
  return { name, scale: scale * perBase };
}

/** Of times in nanoseconds. */
export function latencyUnit(largestNs: number): Unit {
  return pick(largestNs, TIMES);
}

function pick(largest: number, names: readonly string[]): Unit {
  const power = Math.min(names.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(largest, 1)) / 3)));
  return { name: names[power]!, scale: 1000 ** power };
}
