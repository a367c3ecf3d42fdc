/** The scheme of an address: which protocol, and whether it is bound to one address family. */
import { isIPv4, isIPv6 } from 'node:net';
import type { ConntestError } from '../../errors.js';
import type { Family, Protocol } from '../types.js';
import { type Given, quote, usageError } from '../values/given.js';
import { didYouMean } from '../values/nearest.js';

interface Scheme {
  readonly protocol: Protocol;
  readonly family: Family;
}

const SCHEMES = new Map<string, Scheme>([
  ['tcp', { protocol: 'tcp', family: 0 }],
  ['tcp4', { protocol: 'tcp', family: 4 }],
  ['tcp6', { protocol: 'tcp', family: 6 }],
  ['udp', { protocol: 'udp', family: 0 }],
  ['udp4', { protocol: 'udp', family: 4 }],
  ['udp6', { protocol: 'udp', family: 6 }],
]);

interface Address extends Scheme {
  /** What follows `tcp:` or `tcp://`. */
  readonly rest: string;
}

/** `prefix` is how an address begins in this place: `tcp:` or `tcp://`. Throws ERR_CONNTEST_USAGE. */
export function splitScheme(given: Given, prefix: string): Address {
  const [, name, rest] = /^([a-z][a-z0-9+.-]*):(?:\/\/)?(.*)$/is.exec(given.text) ?? [];
  if (name === undefined || rest === undefined) throw missingProtocol(given, prefix);
  const scheme = SCHEMES.get(name.toLowerCase());
  if (scheme !== undefined) return { ...scheme, rest };
  // 'example.org:1234' reads as a scheme too, and then the protocol is what is missing.
  if (/^\d+($|[/?])/.test(rest)) throw missingProtocol(given, prefix);
  const near = didYouMean(name.toLowerCase(), [...SCHEMES.keys()]);
  throw usageError(given, `unknown protocol ${quote(name)}${near || `; write e.g. ${prefix}127.0.0.1:1234`}`);
}

/** The family to use, from the scheme, `-4` or `-6` (`forced`), and the host where it is a literal
 *  address. Throws ERR_CONNTEST_USAGE where they contradict each other. */
export function chooseFamily(given: Given, scheme: Scheme, forced: Family, host: string | null): Family {
  if (scheme.family !== 0 && forced !== 0 && scheme.family !== forced) {
    throw usageError(
      given,
      `${scheme.protocol}${scheme.family}: and -${forced} contradict each other; drop one`,
    );
  }
  const wanted = scheme.family === 0 ? forced : scheme.family;
  const literal = familyOf(host);
  if (wanted !== 0 && literal !== 0 && wanted !== literal) {
    const asker = scheme.family === 0 ? `-${forced}` : `${scheme.protocol}${scheme.family}:`;
    throw usageError(given, `${host} is an IPv${literal} address, but ${asker} asks for IPv${wanted}`);
  }
  return wanted;
}

/** Of a literal address; 0: it is a name. */
export function familyOf(host: string | null): Family {
  if (host === null) return 0;
  if (isIPv4(host)) return 4;
  return isIPv6(host) ? 6 : 0;
}

function missingProtocol(given: Given, prefix: string): ConntestError {
  const right = given.text.trim() === '' ? `e.g. ${prefix}127.0.0.1:1234` : quote(prefix + given.text);
  return usageError(given, `no protocol; write ${right}`);
}
