/** Figures as people read them: ASCII only, three significant digits, `-` for what was not measured. */

export const NOT_MEASURED = '-';

/** From here on a count takes more room in a table than its last digits are worth. */
const LARGEST_FULL_COUNT = 1e9;
/** Sizes below this are shown to the byte: a packet size of 1,472 is not 1.47 kB to whoever set it. */
const LARGEST_FULL_SIZE_BYTES = 10_000;

const RATE_UNITS = ['B/s', 'kB/s', 'MB/s', 'GB/s', 'TB/s'] as const;
const BIT_RATE_UNITS = ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s'] as const;
const TIME_UNITS = ['ns', 'us', 'ms', 's'] as const;
const SIZE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;
const COUNT_UNITS = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** `rateBps` in bits per second: `812 MB/s`, or with `bits` `6.50 Gbit/s`. Units are decimal. */
export function formatRate(rateBps: number | null, bits: boolean): string {
  if (rateBps === null) return NOT_MEASURED;
  return bits ? scaled(rateBps, BIT_RATE_UNITS) : scaled(rateBps / 8, RATE_UNITS);
}

/** `640 ns`, `23.4 us`, `1.20 ms`, `2.50 s`. */
export function formatLatency(latencyNs: number | null): string {
  return latencyNs === null ? NOT_MEASURED : scaled(latencyNs, TIME_UNITS);
}

/** `1,234,567`; from a billion on `1.23 G`. */
export function formatCount(count: number | null): string {
  if (count === null) return NOT_MEASURED;
  if (count >= LARGEST_FULL_COUNT) return scaled(count, COUNT_UNITS);
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1,472 B`, `128 kB`, `1.23 GB`: decimal units, to the byte below 10,000. */
export function formatBytes(sizeBytes: number | null): string {
  if (sizeBytes === null) return NOT_MEASURED;
  if (sizeBytes < LARGEST_FULL_SIZE_BYTES) return `${formatCount(sizeBytes)} B`;
  const [digits, unit] = scaled(sizeBytes, SIZE_UNITS).split(' ');
  // A size somebody chose is a round one: 5 MB, not 5.00 MB.
  return `${Number(digits)} ${unit}`;
}

/** A running clock: `00:03`, `1:02:03`, `3d 04:05` (days, hours, minutes). */
export function formatUptime(uptimeMs: number | null): string {
  if (uptimeMs === null) return NOT_MEASURED;
  const seconds = Math.floor(uptimeMs / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return `${days}d ${twoDigits(hours % 24)}:${twoDigits(minutes % 60)}`;
  const tail = `${twoDigits(minutes % 60)}:${twoDigits(seconds % 60)}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}

/** A span within a sentence: `0.43 ms`, `250 ms`, `3.2 s`, `2 min 05 s`, `1 h 02 min`. */
export function formatSpan(spanMs: number): string {
  if (spanMs < 999.5) return scaled(spanMs * 1e6, TIME_UNITS);
  if (spanMs < 59_950) return `${(spanMs / 1000).toFixed(1)} s`;
  const seconds = Math.round(spanMs / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${twoDigits(seconds % 60)} s`;
  return `${formatCount(Math.floor(minutes / 60))} h ${twoDigits(minutes % 60)} min`;
}

/** Local time of day, as on the operator's wall: `13:16:54`. */
export function formatClock(tMs: number): string {
  const time = new Date(tMs);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(':');
}

/** `1 retry`, `2 retries`: the plural is given where it is not the word and an s. */
export function formatTimes(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Three significant digits in the largest of `units` (steps of 1000) that keeps them above 1. */
function scaled(value: number, units: readonly string[]): string {
  let amount = value;
  let step = 0;
  // 999.5 would be printed as 1000: it belongs to the next unit.
  while (amount >= 999.5 && step < units.length - 1) {
    amount /= 1000;
    step += 1;
  }
  // The smallest unit is not divided further: nobody reads 0.52 ns or 3.5 B/s.
  const digits = step === 0 ? String(Math.round(amount)) : threeDigits(amount);
  return `${digits} ${units[step] ?? ''}`.trimEnd();
}

function threeDigits(amount: number): string {
  if (amount >= 99.95) return amount.toFixed(0);
  return amount >= 9.995 ? amount.toFixed(1) : amount.toFixed(2);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
