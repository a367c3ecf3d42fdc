/** What may follow the '?' of a --connect URI. One table: the parser and the help both read it. */
import { type Given, quote, usageError } from '../values/given.js';
import { didYouMean } from '../values/nearest.js';

/** Sorted by name, as errors list them. `value` is null where the name alone says it all. */
export const URI_OPTIONS = [
  { name: 'bind', value: 'ADDR[%DEV]', help: 'local address and network device' },
  { name: 'cc', value: 'NAME', help: 'udp: cubic, newreno, none; tcp: one of the system' },
  { name: 'connections', value: 'COUNT', help: 'how many connections to open (default: 1)' },
  { name: 'df', value: 'on|off', help: "don't fragment: routers drop what is too large" },
  { name: 'direction', value: 'up|down|both', help: 'up: to the peer; both: in turn (default: both)' },
  { name: 'dscp', value: 'DSCP', help: '0 to 63, ef, af11 to af43, cs0 to cs7' },
  { name: 'latency', value: 'block|spin', help: 'see answers sooner, for more CPU' },
  { name: 'monitor-bandwidth', value: null, help: 'measure bandwidth too, not only latency' },
  { name: 'packet-size', value: 'SIZE', help: 'data in one packet (default: tcp 128kb, udp 1400)' },
  { name: 'phase', value: 'DURATION', help: 'length of a bandwidth phase (default: 1s)' },
  { name: 'ping-interval', value: 'DURATION', help: 'between two latency measurements (default: 500ms)' },
  { name: 'rate', value: 'RATE', help: 'the most that each connection sends, as in 10mbit' },
  { name: 'rcvbuf', value: 'SIZE', help: "the socket's receive buffer" },
  { name: 'reliable', value: 'on|off', help: 'udp: send lost packets again (default: on)' },
  { name: 'sndbuf', value: 'SIZE', help: "the socket's send buffer" },
  { name: 'test-size', value: 'SIZE', help: 'end a phase by its data instead, as in 256mb' },
  { name: 'tos', value: 'BYTE', help: 'the whole byte that dscp is part of, as in 0xb8' },
] as const;

export type UriOptionName = (typeof URI_OPTIONS)[number]['name'];

export type UriOptions = ReadonlyMap<UriOptionName, Given>;

/** `query` is what follows the '?'. Values are labelled with the URI they stand in; a bare name has
 *  an empty text. Throws ERR_CONNTEST_USAGE on unknown and repeated names. */
export function splitUriOptions(given: Given, query: string): UriOptions {
  const options = new Map<UriOptionName, Given>();
  const parts = query.split('&').filter((part) => part !== '');
  for (const part of parts) {
    const equals = part.indexOf('=');
    const option = findOption(given, equals === -1 ? part : part.slice(0, equals));
    if (options.has(option.name)) throw usageError(given, `${option.name} is given twice; keep one`);
    const text = equals === -1 ? '' : part.slice(equals + 1);
    if (text === '' && (option.value !== null || equals !== -1)) {
      throw usageError(given, `${option.name} has no value; write ${option.name}=${option.value ?? 'true'}`);
    }
    options.set(option.name, { text, label: `${given.label} ${quote(given.text)}: ${option.name}` });
  }
  return options;
}

function findOption(given: Given, name: string): (typeof URI_OPTIONS)[number] {
  const option = URI_OPTIONS.find((candidate) => candidate.name === name);
  if (option !== undefined) return option;
  const known = URI_OPTIONS.map((candidate) => candidate.name);
  const near = didYouMean(name.toLowerCase(), known);
  throw usageError(given, `unknown option ${quote(name)}${near} (known: ${known.join(', ')})`);
}
