import { ZERO } from './text.js';

/** Powers of ten up to the first above the largest safe integer. */
const POWERS = Float64Array.from({ length: 17 }, (_, exponent) => 10 ** exponent);

/** How many digits a safe integer >= 0 has. */
export function countDigits(value: number): number {
  let nDigits = 1;
  while (value >= POWERS[nDigits]!) nDigits++;
  return nDigits;
}

/** The smallest integer that has more digits than this many. */
export function digitLimit(nDigits: number): number {
  return POWERS[nDigits]!;
}

/** Writes the last `nDigits` digits of a safe integer >= 0. */
export function writeDigits(out: Uint8Array, off: number, nDigits: number, value: number): void {
  let at = off + nDigits;
  let rest = value;
  // Above 31 bits the compiler would leave integer arithmetic for the whole number: take these digits apart.
  for (; rest > 0x7fffffff && at > off; rest = Math.floor(rest / 10)) out[--at] = ZERO + (rest % 10);
  for (let low = rest | 0; at > off; ) {
    const tenth = (low / 10) | 0;
    out[--at] = ZERO + low - tenth * 10;
    low = tenth;
  }
}
