/** Reads a --connect URI: `tcp://host:1234?monitor-bandwidth&packet-size=5mb`. */

import type { ConnectTarget, Family } from '../types.js';
import { type Given, quote, usageError } from '../values/given.js';
import { parseEndpoint } from './endpoint.js';
import { parseLatency } from './latency.js';
import { type MeasureLimits, parseConnections, parseMeasure } from './measure.js';
import { chooseFamily, familyOf, splitScheme } from './protocol.js';
import { bindFamily, parseSocketPlan } from './socket.js';
import { splitUriOptions } from './uri-options.js';

/** `forced` is the family of -4 or -6, else 0. Throws ERR_CONNTEST_USAGE. */
export function parseConnect(given: Given, forced: Family, limits: MeasureLimits): ConnectTarget {
  const address = splitScheme(given, 'tcp://');
  const { authority, query } = splitRest(given, address.rest);
  const { host, port } = parseEndpoint(given, authority, 1);
  if (host === null) throw usageError(given, `no host; write e.g. tcp://127.0.0.1:${port}`);
  const options = splitUriOptions(given, query);
  const family = chooseFamily(given, address, forced, host);
  const socket = parseSocketPlan(options, address.protocol, familyOf(host) || family);
  return {
    text: given.text,
    protocol: address.protocol,
    host,
    port,
    family: family || bindFamily(socket),
    connections: parseConnections(options),
    measure: parseMeasure(options, address.protocol, limits),
    socket,
    latency: parseLatency(options, address.protocol),
  };
}

function splitRest(given: Given, rest: string): { authority: string; query: string } {
  const mark = rest.indexOf('?');
  const beforeQuery = mark === -1 ? rest : rest.slice(0, mark);
  const slash = beforeQuery.indexOf('/');
  const path = slash === -1 ? '' : beforeQuery.slice(slash);
  if (path.length > 1)
    throw usageError(given, `the path ${quote(path)} means nothing here; options follow a '?'`);
  return {
    authority: slash === -1 ? beforeQuery : beforeQuery.slice(0, slash),
    query: mark === -1 ? '' : rest.slice(mark + 1),
  };
}
