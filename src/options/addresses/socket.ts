/** The options of an address about its sockets. */
import { isIP, isIPv4 } from 'node:net';
import type { Family, Protocol, SocketPlan } from '../types.js';
import { parseDscp, parseTos } from '../values/dscp.js';
import { type Given, parseChoice, quote, usageError } from '../values/given.js';
import { parseSize } from '../values/size.js';
import { parseTcpCc } from '../values/tcp-cc.js';
import type { UriOptions } from './uri-options.js';

/** The kernel takes an int and doubles it. */
const MAX_BUFFER_BYTES = 2 ** 30 - 1;
/** The kernel's own least is about twice that; below it not even one packet fits. */
const MIN_BUFFER_BYTES = 1024;
/** IFNAMSIZ of linux/if.h, with its final zero. */
const MAX_DEVICE_CHARS = 15;

/** Throws ERR_CONNTEST_USAGE. `host` is the peer's: a bind address must be of the family of a literal one. */
export function parseSocketPlan(options: UriOptions, protocol: Protocol, family: Family): SocketPlan {
  const df = options.get('df');
  const cc = options.get('cc');
  return {
    tos: parseTrafficClass(options),
    tcpCc: protocol === 'tcp' && cc !== undefined ? parseTcpCc(cc) : null,
    sendBufferBytes: parseBuffer(options.get('sndbuf')),
    receiveBufferBytes: parseBuffer(options.get('rcvbuf')),
    dontFragment: df === undefined ? null : parseChoice(df, ['on', 'off']) === 'on',
    ...parseBind(options.get('bind'), family),
  };
}

/** The family that a bind address asks for; 0: none. */
export function bindFamily({ bindAddress }: SocketPlan): Family {
  if (bindAddress === null) return 0;
  return isIPv4(bindAddress) ? 4 : 6;
}

function parseTrafficClass(options: UriOptions): number | null {
  const dscp = options.get('dscp');
  const tos = options.get('tos');
  if (dscp === undefined) return tos === undefined ? null : parseTos(tos);
  if (tos === undefined) return parseDscp(dscp) << 2;
  throw usageError(tos, 'tos is the whole byte, which dscp is the upper part of; choose one of the two');
}

function parseBuffer(given: Given | undefined): number | null {
  if (given === undefined) return null;
  return parseSize(given, { minBytes: MIN_BUFFER_BYTES, maxBytes: MAX_BUFFER_BYTES });
}

/** `10.0.0.1`, `10.0.0.1%eth0`, `%eth0`, `fe80::1%eth0`; '%' may be written %25, as in RFC 6874. */
function parseBind(given: Given | undefined, family: Family): Pick<SocketPlan, 'bindAddress' | 'bindDevice'> {
  if (given === undefined) return { bindAddress: null, bindDevice: null };
  const [address = '', ...devices] = given.text
    .replace('%25', '%')
    .replace(/^\[(.*)\]/, '$1')
    .split('%');
  const bindDevice = devices.length === 0 ? null : parseDevice(given, devices.join('%'));
  if (address === '') return { bindAddress: null, bindDevice };
  const bound = isIP(address);
  if (bound === 0) {
    throw usageError(given, `${quote(address)} is no address; write e.g. 10.0.0.1, 10.0.0.1%eth0 or %eth0`);
  }
  if (family !== 0 && family !== bound) {
    throw usageError(given, `an IPv${bound} address, but the connection is over IPv${family}`);
  }
  return { bindAddress: address, bindDevice };
}

function parseDevice(given: Given, name: string): string {
  if (/^[^\s/:%]+$/.test(name) && Buffer.byteLength(name) <= MAX_DEVICE_CHARS) return name;
  throw usageError(given, `${quote(name)} is not the name of a network device, as in 10.0.0.1%eth0`);
}
