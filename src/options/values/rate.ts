/** Rates: `10mbit`, `1.5gbit`, `500k`. Bits a second, decimal, as people write them for iperf3's -b. */
import { scaleDecimal } from './decimal.js';
import { type Given, usageError } from './given.js';

const UNITS = new Map<string, number>([
  ['', 1],
  ['bit', 1],
  ['k', 1000],
  ['kbit', 1000],
  ['m', 1000 ** 2],
  ['mbit', 1000 ** 2],
  ['g', 1000 ** 3],
  ['gbit', 1000 ** 3],
]);

const EXAMPLES = 'write e.g. 500kbit, 10mbit, 1.5gbit';

/** Below it a packet takes minutes. */
const MIN_RATE_BPS = 1000;
/** More than any link of today. */
const MAX_RATE_BPS = 1e12;
/** More digits than any rate in range has. */
const MAX_DIGITS = 32;

/** A whole number of bits a second. Throws ERR_CONNTEST_USAGE. */
export function parseRate(given: Given): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?([^\d.,]*)$/.exec(given.text.trim()) ?? [];
  if (number === undefined || unit === undefined || number.length > MAX_DIGITS) {
    throw usageError(given, `not a rate; ${EXAMPLES}`);
  }
  const factor = UNITS.get(unit.toLowerCase().replace(/(\/s|ps)$/, ''));
  if (factor === undefined) throw usageError(given, `unknown unit '${unit}'; ${EXAMPLES}`);
  const scaled = scaleDecimal(number, factor);
  if (scaled === null) throw usageError(given, `not a whole number of bits a second; ${EXAMPLES}`);
  const rateBps = Number(scaled);
  if (rateBps >= MIN_RATE_BPS && rateBps <= MAX_RATE_BPS) return rateBps;
  throw usageError(given, 'out of range; write 1kbit to 1000gbit');
}
