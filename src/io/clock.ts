import { performance } from 'node:perf_hooks';

/** Microseconds of a monotonic clock, with a fraction. 60 ns a call (the global of that name takes 20 more): once an event, not once a packet. */
export function nowUs(): number {
  return performance.now() * 1000;
}
