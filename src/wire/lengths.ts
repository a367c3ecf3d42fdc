import { FAULT, type Fault } from './errors.js';
import { MAX_HEADER_BYTES, MAX_LENGTH_DIGITS } from './limits.js';
import { LF, ZERO } from './text.js';

/** The two lines that open a packet, `<header_len>\n<data_len>\n`, as far as `readLengths` got. */
export class Lengths {
  headerBytes = 0;
  dataBytes = 0;
  /** Where the line of the data length starts; as `off` of the read until the first line is done. */
  dataLineOff = 0;
  /** Where the header starts. */
  headerOff = 0;
}

/** Reads the lengths of the packet at `off`. A fault is found at its first byte; `truncated` says that all
 *  was well up to `end`. */
export function readLengths(buf: Uint8Array, off: number, end: number, into: Lengths): Fault {
  into.dataLineOff = off;
  const firstEnd = lineEnd(buf, off, end);
  if (firstEnd < 0) return faultOf(firstEnd);
  into.headerBytes = parseDigits(buf, off, firstEnd);
  if (into.headerBytes > Number.MAX_SAFE_INTEGER) return FAULT.badLength;
  if (into.headerBytes > MAX_HEADER_BYTES) return FAULT.headerTooLong;
  into.dataLineOff = firstEnd + 1;
  const secondEnd = lineEnd(buf, firstEnd + 1, end);
  if (secondEnd < 0) return faultOf(secondEnd);
  into.dataBytes = parseDigits(buf, firstEnd + 1, secondEnd);
  if (into.dataBytes > Number.MAX_SAFE_INTEGER) return FAULT.badLength;
  into.headerOff = secondEnd + 1;
  return FAULT.none;
}

const TRUNCATED = -1;
const BAD = -2;

function faultOf(lineEndResult: number): Fault {
  return lineEndResult === TRUNCATED ? FAULT.truncated : FAULT.badLength;
}

/** Where the line feed is behind 1 to MAX_LENGTH_DIGITS digits without leading zeros; or TRUNCATED, or BAD. */
function lineEnd(buf: Uint8Array, off: number, end: number): number {
  const maxDigits = buf[off] === ZERO ? 1 : MAX_LENGTH_DIGITS;
  const limit = Math.min(end, off + maxDigits + 1);
  for (let at = off; at < limit; at++) {
    const digit = buf[at]! - ZERO;
    if (digit >= 0 && digit <= 9 && at - off < maxDigits) continue;
    return buf[at] === LF && at > off ? at : BAD;
  }
  return TRUNCATED;
}

function parseDigits(buf: Uint8Array, off: number, end: number): number {
  let value = 0;
  for (let at = off; at < end; at++) value = value * 10 + (buf[at]! - ZERO);
  return value;
}
