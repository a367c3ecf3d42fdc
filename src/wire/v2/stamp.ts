/*
 * Bulk data of 16 bytes or more starts with two times, big-endian, unsigned, in ns of the sender's own
 * monotonic clock; the rest is '%':
 *
 *   | sent (8) | due (8) | %%%%…
 *
 * sent   when this copy was handed to the system
 * due    when it should have been, where a rate is set; else equal
 */

export const STAMP_BYTES = 16;

const WORD = 2 ** 32;

/** The stamp of packets that leave together, taken apart once and not for each of them. */
export class Stamp {
  readonly #sent = new Words();
  readonly #due = new Words();

  /** Times are ns, integers. */
  set(sentNs: number, dueNs: number): void {
    this.#sent.set(sentNs);
    this.#due.set(dueNs);
  }

  write(view: DataView, off: number): void {
    this.#sent.write(view, off);
    this.#due.write(view, off + 8);
  }
}

class Words {
  #ns = 0;
  #high = 0;
  #low = 0;

  set(ns: number): void {
    if (ns === this.#ns) return;
    this.#ns = ns;
    this.#high = Math.floor(ns / WORD);
    // A remainder of numbers above 32 bits would be a call of the C library.
    this.#low = ns - this.#high * WORD;
  }

  write(view: DataView, off: number): void {
    view.setUint32(off, this.#high);
    view.setUint32(off + 4, this.#low);
  }
}

export function readSentNs(view: DataView, off: number): number {
  return view.getUint32(off) * WORD + view.getUint32(off + 4);
}

export function readDueNs(view: DataView, off: number): number {
  return readSentNs(view, off + 8);
}
