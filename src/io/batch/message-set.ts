/** The structures of recvmmsg(2), sendmsg(2) and sendmmsg(2): struct mmsghdr is a msghdr, and behind it the length of what
 *  was sent or received. */
import { CMSG_HEAD_BYTES, MSGHDR } from '../kernel/msghdr.js';
import { UDP_SEGMENT } from '../kernel/sockopt.js';

const HEADER_BYTES = 64;
const IOVEC_BYTES = 16;
/** struct sockaddr_in6 has 28. */
const NAME_BYTES = 32;
/** Two control messages of a number each. */
const CONTROL_BYTES = 64;

const SEGMENT_CMSG_BYTES = CMSG_HEAD_BYTES + 2;
const CMSG_ALIGN = 8;

const WORD = 2 ** 32;

/** Some message headers in one block of memory, each with a data vector of one piece and room of its own for an
 *  address and control messages. Offsets count in 32-bit words. */
export class MessageSet {
  /** What the calls take. */
  readonly bytes: Uint8Array;
  readonly #words: Uint32Array;
  readonly #address: number;
  readonly #iovecs: number;
  readonly #names: number;
  readonly #controls: number;

  /** @param addressOf where a block of memory lies; it must not be one that moves */
  constructor(count: number, addressOf: (bytes: Uint8Array) => number) {
    this.#iovecs = count * HEADER_BYTES;
    this.#names = this.#iovecs + count * IOVEC_BYTES;
    this.#controls = this.#names + count * NAME_BYTES;
    const memory = new ArrayBuffer(this.#controls + count * CONTROL_BYTES);
    this.bytes = new Uint8Array(memory);
    this.#words = new Uint32Array(memory);
    this.#address = addressOf(this.bytes);
    for (let i = 0; i < count; i++) {
      this.#setPointer(i * HEADER_BYTES + MSGHDR.vector, this.#address + this.#iovecs + i * IOVEC_BYTES);
      this.#words[(i * HEADER_BYTES + MSGHDR.vectorLength) >>> 2] = 1;
    }
  }

  setData(i: number, address: number, sizeBytes: number): void {
    this.#setPointer(this.#iovecs + i * IOVEC_BYTES, address);
    this.#words[(this.#iovecs + i * IOVEC_BYTES + 8) >>> 2] = sizeBytes;
  }

  /** A struct sockaddr to send to; null: what the socket is connected to. */
  setName(i: number, name: Uint8Array | null): void {
    if (name !== null) this.bytes.set(name, this.#names + i * NAME_BYTES);
    this.#setNameRoom(i, name?.length ?? 0);
  }

  /** How large the datagrams are that a send is cut into; 0: it is one. */
  setSegment(i: number, segmentBytes: number): void {
    const at = this.#controls + i * CONTROL_BYTES;
    const words = this.#words;
    words[at >>> 2] = SEGMENT_CMSG_BYTES;
    words[(at + 4) >>> 2] = 0;
    words[(at + 8) >>> 2] = UDP_SEGMENT.level;
    words[(at + 12) >>> 2] = UDP_SEGMENT.name;
    words[(at + 16) >>> 2] = segmentBytes;
    this.#setControlRoom(i, segmentBytes === 0 ? 0 : aligned(SEGMENT_CMSG_BYTES));
  }

  /** Room for an address and control messages; each receive takes it away. */
  prepareReceive(i: number): void {
    this.#setNameRoom(i, NAME_BYTES);
    this.#setControlRoom(i, CONTROL_BYTES);
  }

  /** Of message `i`, received. */
  sizeBytes(i: number): number {
    return this.#words[(i * HEADER_BYTES + MSGHDR.bytes) >>> 2]!;
  }

  /** Where in `bytes` its sender's address is. */
  nameOff(i: number): number {
    return this.#names + i * NAME_BYTES;
  }

  #setNameRoom(i: number, sizeBytes: number): void {
    const header = i * HEADER_BYTES;
    this.#setPointer(header + MSGHDR.name, sizeBytes === 0 ? 0 : this.#address + this.nameOff(i));
    this.#words[(header + MSGHDR.nameLength) >>> 2] = sizeBytes;
  }

  #setControlRoom(i: number, sizeBytes: number): void {
    const header = i * HEADER_BYTES;
    const address = this.#address + this.#controls + i * CONTROL_BYTES;
    this.#setPointer(header + MSGHDR.control, sizeBytes === 0 ? 0 : address);
    this.#words[(header + MSGHDR.controlLength) >>> 2] = sizeBytes;
  }

  #setPointer(off: number, address: number): void {
    this.#words[off >>> 2] = address % WORD;
    this.#words[(off + 4) >>> 2] = Math.floor(address / WORD);
  }
}

function aligned(sizeBytes: number): number {
  return (sizeBytes + CMSG_ALIGN - 1) & -CMSG_ALIGN;
}
