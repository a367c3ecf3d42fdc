/** Reads a target of `conntest probe`: `tcp://10.0.0.2:1-1024`, `udp://[::1]:53,5000-5010`, `tcp://10.0.0.0/24:22`. */
import { isIPv4, isIPv6 } from 'node:net';
import type { Family, Protocol } from '../types.js';
import { type Given, quote, usageError } from '../values/given.js';
import { splitAuthority } from './endpoint.js';
import { countPorts, type PortRange, parsePorts } from './ports.js';
import { chooseFamily, splitScheme } from './protocol.js';

export interface ProbeTarget {
  readonly protocol: Protocol;
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly family: Family;
  /** Of a block of addresses, how many of its first bits are fixed (RFC 4632); else null. */
  readonly prefixBits: number | null;
  readonly ports: readonly PortRange[];
}

/** `forced` is the family of -4 or -6, else 0. Throws ERR_CONNTEST_USAGE. */
export function parseProbeTarget(given: Given, forced: Family): ProbeTarget {
  const address = splitScheme(given, 'tcp://');
  const { authority, prefix } = splitPrefix(address.rest.replace(/(?<=[\d\]])\/$/, ''));
  const { host, portText } = splitAuthority(given, authority);
  if (host === null)
    throw usageError(given, `no host; write e.g. ${address.protocol}://127.0.0.1${portText}`);
  if (portText.length < 2) throw usageError(given, 'no ports; end it in some, as in :1-1024');
  return {
    protocol: address.protocol,
    host,
    family: chooseFamily(given, address, forced, host),
    prefixBits: prefix === null ? null : readPrefix(given, host, prefix),
    ports: parsePorts(given, portText.slice(1)),
  };
}

/** How many addresses a target stands for, as far as that is known before its name is resolved. */
function countAddresses({ host, prefixBits }: ProbeTarget): number {
  return prefixBits === null ? 1 : 2 ** ((isIPv4(host) ? 32 : 128) - prefixBits);
}

export function countProbes(target: ProbeTarget): number {
  return countAddresses(target) * countPorts(target.ports);
}

/** Takes the `/24` out of `10.0.0.0/24:22` or `[fd00::/120]:22`. */
function splitPrefix(rest: string): { authority: string; prefix: string | null } {
  const [, before, prefix, after] = /^(\[?[^/\]]*)\/(\d+)(\]?(?::.*)?)$/.exec(rest) ?? [];
  if (before === undefined || prefix === undefined) return { authority: rest, prefix: null };
  return { authority: before + after, prefix };
}

function readPrefix(given: Given, host: string, prefix: string): number {
  const maxBits = isIPv4(host) ? 32 : isIPv6(host) ? 128 : 0;
  if (maxBits === 0)
    throw usageError(given, `${quote(host)} is a name; a block needs an address, as in 10.0.0.0/24`);
  const bits = Number(prefix);
  if (bits <= maxBits) return bits;
  throw usageError(given, `/${prefix} is no prefix of IPv${maxBits === 32 ? 4 : 6}; write /0 to /${maxBits}`);
}
