/** `host:port`, `[IPv6]:port` and bare ports, and the --listen address made of them. */
import { isIPv4, isIPv6 } from 'node:net';
import type { Family, ListenTarget } from '../types.js';
import { type Given, quote, usageError } from '../values/given.js';
import { parseListenOptions } from './listen-options.js';
import { countPorts, listPorts, parsePorts } from './ports.js';
import { chooseFamily, splitScheme } from './protocol.js';

const MAX_PORT = 65_535;
/** Each takes a descriptor in each worker. */
const MAX_LISTEN_PORTS = 2048;
/** RFC 1035 §2.3.4: a whole name on the wire has 255 bytes, in text 253 characters. */
const MAX_HOST_CHARS = 253;

interface Endpoint {
  /** null when only a port is given. Without brackets; a zone stays behind '%'. */
  readonly host: string | null;
  readonly port: number;
}

/** Reads a --listen address: `tcp:1234`, `tcp:127.0.0.1:1234`, `tcp6:[::1]:0`; port 0 takes any free
 *  one. Lists and ranges of ports, as in `tcp:8000-8100`, are a target each. `forced` is the family of -4 or
 *  -6, else 0. Throws ERR_CONNTEST_USAGE. */
export function parseListen(given: Given, forced: Family): ListenTarget[] {
  const address = splitScheme(given, 'tcp:');
  const [authority = '', ...query] = address.rest.split('?');
  const options = parseListenOptions(given, query.join('?'), address.protocol);
  const { host, portText } = splitAuthority(given, authority.replace(/\/$/, ''));
  const family = chooseFamily(given, address, forced, host);
  const ports = readListenPorts(given, portText);
  const { protocol } = address;
  return ports.map((port) => ({ text: given.text, protocol, host, port, family, ...options }));
}

function readListenPorts(given: Given, portText: string): number[] {
  if (!/\d[,-]/.test(portText)) return [readPort(given, portText, 0)];
  const ranges = parsePorts(given, portText.slice(1));
  const count = countPorts(ranges);
  if (count <= MAX_LISTEN_PORTS) return listPorts(ranges);
  throw usageError(given, `${count} ports to listen on; the most is ${MAX_LISTEN_PORTS}`);
}

/** `authority` is the part of an address that names host and port. Throws ERR_CONNTEST_USAGE. */
export function parseEndpoint(given: Given, authority: string, minPort: 0 | 1): Endpoint {
  const { host, portText } = splitAuthority(given, authority);
  return { host, port: readPort(given, portText, minPort) };
}

interface Authority {
  /** As in Endpoint. */
  readonly host: string | null;
  /** What follows the host, unread: `:1234`; empty where there is none. */
  readonly portText: string;
}

/** Throws ERR_CONNTEST_USAGE. */
export function splitAuthority(given: Given, authority: string): Authority {
  const [, bracketed, rest] = /^\[([^\]]*)\](.*)$/.exec(authority) ?? [];
  if (bracketed !== undefined && rest !== undefined) {
    return { host: readIPv6(given, bracketed), portText: rest };
  }
  if (isIPv6(authority) || authority.split(':').length > 2) {
    throw usageError(given, 'an IPv6 address goes in brackets, as in tcp://[::1]:1234');
  }
  if (/^\d[\d,-]*$/.test(authority)) return { host: null, portText: `:${authority}` };
  const colon = authority.indexOf(':');
  const name = colon === -1 ? authority : authority.slice(0, colon);
  const host = name === '' || name === '*' ? null : readHost(given, name);
  return { host, portText: colon === -1 ? '' : authority.slice(colon) };
}

/** `text` is what follows the host: `:1234`. */
function readPort(given: Given, text: string, minPort: 0 | 1): number {
  const range = `ports go from ${minPort} to ${MAX_PORT}`;
  if (text === '' || text === ':') throw usageError(given, 'no port; end the address in one, as in :1234');
  const [, digits] = /^:(\d+)$/.exec(text) ?? [];
  if (digits === undefined) {
    throw usageError(given, `${quote(text.replace(/^:/, ''))} is not a port; ${range}`);
  }
  const port = Number(digits);
  if (port < minPort || port > MAX_PORT) throw usageError(given, `port ${digits} is out of range; ${range}`);
  return port;
}

/** RFC 6874 §2: in a URI the '%' of a zone is written %25; people write it bare as well. */
function readIPv6(given: Given, text: string): string {
  const host = text.replace('%25', '%');
  if (isIPv6(host)) return host;
  throw usageError(given, `${quote(text)} is not an IPv6 address; brackets are for those only`);
}

/** Loose on purpose: whether a name exists is for the resolver to say. */
function readHost(given: Given, name: string): string {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name) && !isIPv4(name)) {
    throw usageError(given, `${name} is not an IPv4 address; each of its numbers goes from 0 to 255`);
  }
  const isPlausible = /^(?![.-])[\p{L}\p{M}\p{N}._-]+$/u.test(name) && !name.includes('..');
  if (isPlausible && name.length <= MAX_HOST_CHARS) return name;
  throw usageError(given, `${quote(name)} is not a host name or address`);
}
