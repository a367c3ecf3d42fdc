/** Rounds of a sweep as a noisy machine would measure them. */
import type { Rounds } from '../../src/sweep/ranking.js';
import type { Prng } from '../support/prng.js';

const BASE_BPS = 1e9;
const NOISE = 0.06;
/** From round to round. */
const DRIFT = 0.2;

/** `bursts`: one phase of ten is disturbed by something else; `growing`: larger sizes scatter more. */
export type Scatter = 'normal' | 'bursts' | 'growing';

/** @param shape what a size has of the goodput that there is */
export function noisyRounds(
  prng: Prng,
  sizesBytes: readonly number[],
  rounds: number,
  shape: (sizeBytes: number) => number,
  scatter: Scatter,
): Rounds {
  const goodputs = Array.from({ length: rounds }, () => {
    const drift = 1 + DRIFT * normal(prng);
    return sizesBytes.map((size, at) => {
      const grown = scatter === 'growing' ? (3 * at) / sizesBytes.length : 1;
      const burst = scatter === 'bursts' && prng.below(10) === 0 ? 0.5 : 1;
      return Math.max(
        0,
        BASE_BPS * Math.max(0.1, drift) * shape(size) * burst * (1 + NOISE * grown * normal(prng)),
      );
    });
  });
  return { sizesBytes, goodputs };
}

/** Of the standard normal distribution (Box and Muller). */
export function normal(prng: Prng): number {
  const radius = Math.sqrt(-2 * Math.log((prng.nextUint32() + 1) / 2 ** 32));
  return radius * Math.cos((2 * Math.PI * prng.nextUint32()) / 2 ** 32);
}
