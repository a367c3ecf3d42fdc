import { AS_THE_SYSTEM_HAS_IT } from '../../../src/io/kernel/socket-request.js';
import type { SweepOptions } from '../../../src/sweep/types.js';
import { MEASURE } from '../virtual-pair.js';

/** A sweep of the links alone: what of the options they don't read is anything. */
export function linkOptions(host: string, port: number, given: Partial<SweepOptions> = {}): SweepOptions {
  return {
    name: 'sweeper',
    target: {
      text: `udp://${host}:${port}`,
      protocol: 'udp',
      host,
      port,
      family: 0,
      connections: 1,
      latency: 'event',
      measure: MEASURE,
      socket: AS_THE_SYSTEM_HAS_IT,
    },
    ways: ['udp'],
    sizes: { kind: 'auto' },
    directions: ['up', 'down'],
    rounds: 1,
    phaseUs: 100_000,
    seed: 1,
    timeoutMs: 5000,
    udpIo: 'auto',
    maxPacketSizeBytes: 64_000_000,
    ...given,
  };
}
