/** What a packet's header asks of the routers: the DSCP (RFC 2474), and the byte that it is the upper six bits of. */
import { type Given, usageError } from './given.js';
import { didYouMean } from './nearest.js';

const NAMES: ReadonlyMap<string, number> = new Map([
  // RFC 2474 §4.2.2.
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((precedence) => [`cs${precedence}`, precedence << 3] as const),
  // RFC 2597 §6: class 1 to 4, drop precedence 1 to 3.
  ...[1, 2, 3, 4].flatMap((group) =>
    [1, 2, 3].map((drop) => [`af${group}${drop}`, (group << 3) + 2 * drop] as const),
  ),
  ['ef', 46], // RFC 3246 §2.7
  ['va', 44], // RFC 5865 §4
  ['le', 1], // RFC 8622 §5
  ['be', 0],
  ['df', 0],
]);

const MAX_DSCP = 63;
const MAX_TOS = 255;

/** 0 to 63. Throws ERR_CONNTEST_USAGE. */
export function parseDscp(given: Given): number {
  const word = given.text.toLowerCase();
  const known = NAMES.get(word);
  if (known !== undefined) return known;
  const dscp = wholeNumber(word);
  if (dscp !== null && dscp <= MAX_DSCP) return dscp;
  if (dscp === null) {
    const near = didYouMean(word, [...NAMES.keys()]);
    throw usageError(given, `not a DSCP; write 0 to ${MAX_DSCP}, ef, af11 to af43 or cs0 to cs7${near}`);
  }
  const asTos = dscp <= MAX_TOS ? `; as the whole byte it is tos=${given.text}` : '';
  throw usageError(given, `out of range; a DSCP is 0 to ${MAX_DSCP}${asTos}`);
}

/** 0 to 255. Throws ERR_CONNTEST_USAGE. */
export function parseTos(given: Given): number {
  const tos = wholeNumber(given.text.toLowerCase());
  if (tos !== null && tos <= MAX_TOS) return tos;
  throw usageError(given, `not a byte; write 0 to ${MAX_TOS} or 0x0 to 0xff`);
}

function wholeNumber(text: string): number | null {
  return /^(\d{1,9}|0x[\da-f]{1,7})$/.test(text) ? Number(text) : null;
}
