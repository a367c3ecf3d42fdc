/** ±10 %: enough that a thousand connections lost together don't come back in one burst, little enough
 *  that a restarted listener is measured again within 1.5 s of listening at the default delay. */
const JITTER = 0.1;

/**
 * The pause before the next try, in ms. Constant at `delayMs`; doubling with each failed try up to
 * `maxMs` only where that is set above it.
 * @param failures tries failed in a row so far (1 after the first)
 * @param random uniform in [0, 1), drawn by the caller
 */
export function retryDelayMs(failures: number, delayMs: number, maxMs: number, random: number): number {
  const exponent = Math.min(Math.max(0, failures - 1), 30);
  const baseMs = maxMs > delayMs ? Math.min(maxMs, delayMs * 2 ** exponent) : delayMs;
  return Math.round(baseMs * (1 + JITTER * (2 * random - 1)));
}
