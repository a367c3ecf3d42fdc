/** What is measured when. Rounds are interleaved: each measures everything once, in an order of its own, so that what
 *  drifts (another load, a warm processor) hits all sizes alike. */
import { Random, shuffle } from './random.js';
import type { Order, SweepOptions } from './types.js';

type Planned = Pick<SweepOptions, 'ways' | 'directions' | 'rounds' | 'seed'>;

/** All orders, round after round; the same for the same seed. */
export function planOrders(
  { ways, directions, rounds, seed }: Planned,
  sizesBytes: readonly number[],
): Order[] {
  const random = new Random(seed);
  return Array.from({ length: rounds }, (_, round) => {
    const orders = ways.flatMap((way) =>
      sizesBytes.flatMap((sizeBytes) =>
        directions.map((direction): Order => ({ round, way, sizeBytes, direction })),
      ),
    );
    return shuffle(orders, random);
  }).flat();
}
