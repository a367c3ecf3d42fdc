/** Microseconds of a monotonic clock, with a fraction. 77 ns a call: once an event, not once a packet. */
export function nowUs(): number {
  return performance.now() * 1000;
}
