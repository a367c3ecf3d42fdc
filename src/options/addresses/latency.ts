/** How soon a connection's thread sees what has come, of either end. */

import type { LatencyMode, Protocol } from '../types.js';
import { parseChoice, usageError } from '../values/given.js';
import type { UriOptions } from './uri-options.js';

const MODES = ['event', 'block', 'spin'] as const satisfies readonly LatencyMode[];

/** Throws ERR_CONNTEST_USAGE. */
export function parseLatency(options: UriOptions, protocol: Protocol): LatencyMode {
  const given = options.get('latency');
  if (given === undefined) return 'event';
  const mode = parseChoice(given, MODES);
  if (mode !== 'block' || protocol === 'udp') return mode;
  throw usageError(given, 'block is for UDP only: over TCP write spin, or leave it out');
}
