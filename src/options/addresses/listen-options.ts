/** What may follow the '?' of a --listen address. */

import type { ListenTarget, Protocol } from '../types.js';
import { type Given, usageError } from '../values/given.js';
import { parseLatency } from './latency.js';
import { parseSocketPlan } from './socket.js';
import { splitUriOptions, type UriOptionName } from './uri-options.js';

/** Those about the socket itself, of which each end has its own. The rest is the connecting side's to choose. */
const TAKEN: Readonly<Record<Protocol, readonly UriOptionName[]>> = {
  tcp: ['cc', 'df', 'dscp', 'latency', 'rcvbuf', 'sndbuf', 'tos'],
  udp: ['df', 'dscp', 'latency', 'rcvbuf', 'sndbuf', 'tos'],
};

/** Throws ERR_CONNTEST_USAGE. */
export function parseListenOptions(
  given: Given,
  query: string,
  protocol: Protocol,
): Pick<ListenTarget, 'latency' | 'socket'> {
  const options = splitUriOptions(given, query);
  const taken = TAKEN[protocol];
  for (const name of options.keys()) {
    if (taken.includes(name)) continue;
    throw usageError(
      given,
      `a listen address over ${protocol} takes ${taken.join(', ')}; the connecting side sets ${name}`,
    );
  }
  return { latency: parseLatency(options, protocol), socket: parseSocketPlan(options, protocol, 0) };
}
