import { countDigits, writeDigits } from '../decimal.js';
import { ZERO } from '../text.js';

/** More digits than this might not be a safe integer. */
const MAX_DIGITS = 15;

/** Appends text and integers to a buffer of fixed size, which the caller makes large enough. */
export class ByteWriter {
  readonly bytes: Uint8Array;
  length = 0;

  constructor(sizeBytes: number) {
    this.bytes = new Uint8Array(sizeBytes);
  }

  clear(): void {
    this.length = 0;
  }

  text(ascii: Uint8Array): void {
    this.bytes.set(ascii, this.length);
    this.length += ascii.length;
  }

  byte(value: number): void {
    this.bytes[this.length++] = value;
  }

  /** A safe integer >= 0. */
  integer(value: number): void {
    const nDigits = countDigits(value);
    writeDigits(this.bytes, this.length, nDigits, value);
    this.length += nDigits;
  }
}

/** Reads canonical bytes from left to right. What does not match only says so: another reader, which takes
 *  any JSON, comes next. */
export class ByteReader {
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;

  reset(bytes: Uint8Array, off: number, end: number): void {
    this.#bytes = bytes;
    this.#at = off;
    this.#end = end;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#end;
  }

  /** Whether exactly this comes next; then it is behind us. */
  skip(ascii: Uint8Array): boolean {
    if (this.#end - this.#at < ascii.length) return false;
    for (let i = 0; i < ascii.length; i++) if (this.#bytes[this.#at + i] !== ascii[i]) return false;
    this.#at += ascii.length;
    return true;
  }

  skipByte(value: number): boolean {
    if (this.#at >= this.#end || this.#bytes[this.#at] !== value) return false;
    this.#at++;
    return true;
  }

  /** The integer in canonical decimal that comes next, or -1. */
  integer(): number {
    const from = this.#at;
    const limit = Math.min(this.#end, from + MAX_DIGITS);
    let value = 0;
    for (; this.#at < limit; this.#at++) {
      const digit = this.#bytes[this.#at]! - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    const nDigits = this.#at - from;
    return nDigits === 0 || (nDigits > 1 && this.#bytes[from] === ZERO) ? -1 : value;
  }
}
