/** Provisional: another file of this name opens the links. */
import { ConntestError } from '../errors.js';
import type { SweepLinks, SweepOptions } from '../sweep/types.js';

export async function openSweepLinks(
  { target }: SweepOptions,
  _notice: (text: string) => void,
): Promise<SweepLinks> {
  throw new ConntestError('ERR_CONNTEST_INPUT', `${target.text} can't be reached`);
}
