import { countDigits, digitLimit, writeDigits } from '../decimal.js';
import { encodeUtf8, NO_BYTES } from '../text.js';
import { encodeV2Meta } from './meta.js';

/** A line feed behind each of the two lengths. */
const LENGTH_ENDS_BYTES = 2;

/** Heads that differ in one number only, an index or a sequence number: prepared bytes and a few digits. */
export class HeadTemplate {
  /** Lengths and header as last prepared, the number's digits left to be written. */
  head: Uint8Array = NO_BYTES;
  digitsOff = 0;
  nDigits = 0;
  readonly #before: Uint8Array;
  readonly #after: Uint8Array;
  #min = 0;
  #limit = 0;
  #dataBytes = -1;

  /** @param before the header up to the number
   *  @param after the header behind the number */
  constructor(before: string, after: string) {
    this.#before = encodeUtf8(before);
    this.#after = encodeUtf8(after);
  }

  /** Size of lengths and header. */
  headBytes(value: number, dataBytes: number): number {
    const headerBytes = this.#before.length + countDigits(value) + this.#after.length;
    return countDigits(headerBytes) + countDigits(dataBytes) + LENGTH_ENDS_BYTES + headerBytes;
  }

  /** Data of the smallest packet that has at least `packetBytes`: where a head grows by a digit, no packet has just as
   *  many. At least 0. */
  dataBytesOf(value: number, packetBytes: number): number {
    const most = Math.max(0, packetBytes - this.headBytes(value, 0));
    const less = Math.max(0, packetBytes - this.headBytes(value, most));
    return less + this.headBytes(value, less) < packetBytes ? less + 1 : less;
  }

  /** Makes `head` right for this number and data length, both safe integers >= 0; true when it changed. */
  prepare(value: number, dataBytes: number): boolean {
    if (dataBytes === this.#dataBytes && value >= this.#min && value < this.#limit) return false;
    this.nDigits = countDigits(value);
    const headerBytes = this.#before.length + this.nDigits + this.#after.length;
    const lengths = encodeUtf8(`${headerBytes}\n${dataBytes}\n`);
    this.digitsOff = lengths.length + this.#before.length;
    this.head = new Uint8Array(lengths.length + headerBytes);
    this.head.set(lengths);
    this.head.set(this.#before, lengths.length);
    this.head.set(this.#after, this.digitsOff + this.nDigits);
    this.#min = this.nDigits === 1 ? 0 : digitLimit(this.nDigits - 1);
    this.#limit = digitLimit(this.nDigits);
    this.#dataBytes = dataBytes;
    return true;
  }

  /** Writes a whole packet at `off`; returns its size, or -1 (and nothing written) when it does not fit. */
  write(out: Uint8Array, off: number, value: number, data: Uint8Array): number {
    this.prepare(value, data.length);
    const sizeBytes = this.head.length + data.length;
    if (off + sizeBytes > out.length) return -1;
    out.set(this.head, off);
    this.writeNumber(out, off, value);
    out.set(data, off + this.head.length);
    return sizeBytes;
  }

  /** Writes the number into a prepared head that lies at `off`. */
  writeNumber(out: Uint8Array, off: number, value: number): void {
    writeDigits(out, off + this.digitsOff, this.nDigits, value);
  }
}

/** Heads of the first copies of control messages; the number is the index. */
export function controlTemplate(connectionId: string): HeadTemplate {
  return new HeadTemplate('{"index":', `,"connection_id":${JSON.stringify(connectionId)},"meta":["Normal"]}`);
}

/** Heads of reliable bulk packets; the number is the index. */
export function bulkTemplate(connectionId: string, copy: number): HeadTemplate {
  const meta = encodeV2Meta({ kind: 'bulk', copy });
  return new HeadTemplate('{"index":', `,"connection_id":${JSON.stringify(connectionId)},"meta":${meta}}`);
}

/** Heads of unreliable bulk packets; the number is their sequence number. */
export function datagramTemplate(connectionId: string): HeadTemplate {
  return new HeadTemplate(
    `{"index":-1,"connection_id":${JSON.stringify(connectionId)},"meta":["Datagram",`,
    ']}',
  );
}
