/*
 * Bulk data of 16 bytes or more starts with two times, big-endian, unsigned, in ns of the sender's own
 * monotonic clock; the rest is '%':
 *
 *   | sent (8) | due (8) | %%%%…
 *
 * sent   when this copy was handed to the system
 * due    when it should have been, where a rate is set; else equal
 */

export const STAMP_BYTES = 16;

const WORD = 2 ** 32;

/** Times are ns, cut to integers. */
export function writeStamp(view: DataView, off: number, sentNs: number, dueNs: number): void {
  writeTime(view, off, sentNs);
  writeTime(view, off + 8, dueNs);
}

/** A remainder of numbers above 32 bits would be a call of the C library. */
function writeTime(view: DataView, off: number, ns: number): void {
  const high = Math.floor(ns / WORD);
  view.setUint32(off, high);
  view.setUint32(off + 4, ns - high * WORD);
}

export function readSentNs(view: DataView, off: number): number {
  return view.getUint32(off) * WORD + view.getUint32(off + 4);
}

export function readDueNs(view: DataView, off: number): number {
  return readSentNs(view, off + 8);
}
