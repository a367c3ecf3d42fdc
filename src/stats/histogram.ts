/** HDR's bucket index at lowest discernible value 1 ns and 3 significant digits: buckets of one unit up
 *  to 2047, then 1,024 buckets for each doubling, each twice as wide as those of the doubling before.
 *  Source: HdrHistogram, `countsArrayIndex`; same index as hdr-histogram-js for every value, without its
 *  logarithm and divisions. */

/** 68.7 s. Larger values count as this one; a ping that takes longer has met its timeout long before. */
export const HIGHEST_TRACKABLE_NS = 2 ** 36 - 1;

/** log2 of the buckets in a doubling: 3 digits need 1,000, the next power of two is 1,024. */
const HALF_BITS = 10;
const HALF_LENGTH = 1 << HALF_BITS;
/** 32 - (HALF_BITS + 1): leading zeros of the largest value whose bucket is one unit wide. */
const UNIT_LEADING_ZEROS = 21;
const WORD_RANGE = 2 ** 32;

/** Buckets in a histogram: both halves of the first 2,048 values and one half for each of 25 doublings. */
export const HISTOGRAM_LENGTH = bucketIndex(HIGHEST_TRACKABLE_NS) + 1;

/** Index of the bucket that counts a value: 0 to HISTOGRAM_LENGTH - 1. Fractions are cut, values out of
 *  range are counted in the first or last bucket. */
export function bucketIndex(valueNs: number): number {
  if (!(valueNs > 0)) return 0;
  if (valueNs < WORD_RANGE) {
    const shift = UNIT_LEADING_ZEROS - Math.clz32(valueNs);
    return shift <= 0 ? valueNs >>> 0 : (shift << HALF_BITS) + (valueNs >>> shift);
  }
  const value = Math.min(valueNs, HIGHEST_TRACKABLE_NS);
  const shift = 32 + UNIT_LEADING_ZEROS - Math.clz32(value / WORD_RANGE);
  return (shift << HALF_BITS) + Math.floor(value / (1 << shift));
}

/** The smallest whole value that is counted in a bucket. */
export function lowestValueNs(index: number): number {
  if (index < 2 * HALF_LENGTH) return index;
  return (HALF_LENGTH + (index & (HALF_LENGTH - 1))) * bucketWidthNs(index);
}

/** The largest whole value that is counted in a bucket. */
export function highestValueNs(index: number): number {
  return lowestValueNs(index) + bucketWidthNs(index) - 1;
}

function bucketWidthNs(index: number): number {
  return index < 2 * HALF_LENGTH ? 1 : 1 << ((index >>> HALF_BITS) - 1);
}
