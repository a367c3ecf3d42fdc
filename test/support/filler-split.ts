const LF = 0x0a;
/** Data up to this is kept as it is: messages, and the packets of small phases. */
const MAX_KEPT_BYTES = 1024;

/** The stamp that bulk data of v2 starts with is kept, too. */
const STAMP_BYTES = 16;

/** A stretch of a stream: bytes, or so many of bulk data that no longer take memory. */
export type Stretch = Uint8Array | number;

/**
 * Splits a stream of packets into heads and bulk data without looking at the data, so that gigabytes of
 * virtual traffic cost a look at each head. Fed in pieces; a head is never split, as StreamWriter promises.
 */
export class FillerSplit {
  #dataLeft = 0;

  /** Stretches of `bytes`, copied where they are bytes. */
  *split(bytes: Uint8Array): Generator<Stretch> {
    for (let off = 0; off < bytes.length; ) {
      if (this.#dataLeft > 0) {
        const nBytes = Math.min(this.#dataLeft, bytes.length - off);
        yield nBytes > MAX_KEPT_BYTES ? nBytes : bytes.slice(off, off + nBytes);
        this.#dataLeft -= nBytes;
        off += nBytes;
      } else {
        const end = this.#readHead(bytes, off);
        yield bytes.slice(off, end);
        off = end;
      }
    }
  }

  #readHead(bytes: Uint8Array, off: number): number {
    const firstLf = bytes.indexOf(LF, off);
    const secondLf = bytes.indexOf(LF, firstLf + 1);
    this.#dataLeft = decimal(bytes.subarray(firstLf + 1, secondLf));
    const dataOff = secondLf + 1 + decimal(bytes.subarray(off, firstLf));
    const keptBytes = Math.min(STAMP_BYTES, this.#dataLeft, bytes.length - dataOff);
    this.#dataLeft -= keptBytes;
    return dataOff + keptBytes;
  }
}

function decimal(digits: Uint8Array): number {
  return Number(Buffer.from(digits).toString('latin1'));
}
