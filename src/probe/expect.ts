import type { Verdict } from './types.js';

/** Whether a port is as its user says that all should be. `conntest`: open, and one of ours answers. */
export function meets(
  { state, cause }: Verdict,
  expected: 'open' | 'conntest' | 'closed' | 'filtered',
): boolean {
  return expected === 'conntest' ? cause === 'conntest' : state === expected;
}
