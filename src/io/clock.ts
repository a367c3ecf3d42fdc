import { performance } from 'node:perf_hooks';

/** Microseconds of a monotonic clock, with a fraction. 60 ns a call, 80 by the global of that name: once an event, not
 *  once a packet. */
export function nowUs(): number {
  return performance.now() * 1000;
}

/** Since a moment of that clock, in whole microseconds: whoever reads a log shows the same. */
export function msSince(startUs: number): number {
  return Math.round(nowUs() - startUs) / 1000;
}
