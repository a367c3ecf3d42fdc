import fc from 'fast-check';
import { HIGHEST_TRACKABLE_NS } from '../../src/stats/histogram.js';

/** Whole trackable values, as many of each magnitude, often at and beside a power of two. */
export const valueNs = fc
  .tuple(
    fc.integer({ min: 0, max: 36 }),
    fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })),
    fc.integer({ min: -1, max: 1 }),
  )
  .map(([exponent, fraction, beside]) => Math.floor(2 ** exponent * (1 + fraction)) + beside)
  .map((value) => Math.min(value, HIGHEST_TRACKABLE_NS));
