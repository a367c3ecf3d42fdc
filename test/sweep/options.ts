/** A sweep as the command line would ask for it. */
import { parseConnect } from '../../src/options/addresses/connect-uri.js';
import type { SweepOptions } from '../../src/sweep/types.js';

const LIMITS = { maxPacketSizeBytes: 64_000_000, timeoutMs: 2000 };

/** The edge of an MTU of 1400 lies between its second and third size, with the head of the fake links. */
export const OPTIONS: SweepOptions = {
  name: 'sweeper',
  target: parseConnect({ text: 'udp://192.0.2.1:1234', label: 'target' }, 0, LIMITS),
  ways: ['udp'],
  sizes: { kind: 'list', sizesBytes: [1200, 1326, 1327] },
  directions: ['up', 'down'],
  rounds: 5,
  phaseUs: 300_000,
  seed: 42,
  timeoutMs: 2000,
  udpIo: 'auto',
  maxPacketSizeBytes: 64_000_000,
};
