import type { IcmpError } from '../failure.js';
import { type Libc, loadLibc } from '../libc.js';
import { readAddress } from '../sockaddr.js';
import { CMSG_HEAD_BYTES, MSGHDR } from './msghdr.js';
import { RECVERR, setInt } from './sockopt.js';

const MSG_ERRQUEUE = 0x2000;

/** Behind the head of a control message struct sock_extended_err: errno (4 bytes), origin, type and code (1 each),
 *  padding, info, data (4 each); then the address of who sent the ICMP error (linux/errqueue.h). */
const ORIGIN_AT = CMSG_HEAD_BYTES + 4;
const OFFENDER_AT = CMSG_HEAD_BYTES + 16;
const ORIGIN_ICMP = 2;
const ORIGIN_ICMP6 = 3;
const CONTROL_BYTES = 256;
const PACKET_BYTES = 512;

let queue: ErrorQueue | null | undefined;

/** A thread's own; null: not this system, or koffi is not installed. */
export function loadErrorQueue(): ErrorQueue | null {
  if (queue === undefined) {
    const { libc } = loadLibc();
    queue = libc && new ErrorQueue(libc);
  }
  return queue;
}

/** The ICMP errors that the system keeps of a socket: several of them share an errno, and who sent one is told here only. */
export class ErrorQueue {
  readonly #libc: Libc;
  readonly #receive: (fd: number, header: Uint8Array, flags: number) => number;
  /** Fields, not locals: the header holds their addresses, which keeps nothing alive. */
  readonly #control = new Uint8Array(new ArrayBuffer(CONTROL_BYTES));
  readonly #packet = new Uint8Array(new ArrayBuffer(PACKET_BYTES));
  readonly #vector: Uint8Array;
  readonly #header = new DataView(new ArrayBuffer(MSGHDR.bytes));
  readonly #headerBytes = new Uint8Array(this.#header.buffer);

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#receive = libc.library.func('recvmsg', 'long', ['int', 'uint8_t *', 'int']);
    const vector = new BigUint64Array([libc.addressOf(this.#packet), BigInt(PACKET_BYTES)]);
    this.#vector = new Uint8Array(vector.buffer);
    this.#header.setBigUint64(MSGHDR.vector, libc.addressOf(this.#vector), true);
    this.#header.setBigUint64(MSGHDR.vectorLength, 1n, true);
    this.#header.setBigUint64(MSGHDR.control, libc.addressOf(this.#control), true);
  }

  /** Whether errors are kept from here on. A connected UDP socket hears of refusals only where they are not; where they
   *  are, each has to be taken, or poll(2) never rests. Those that are left are thrown away when it ends. */
  keep(fd: number, family: 4 | 6, isOn: boolean): void {
    setInt(this.#libc, fd, RECVERR[family], isOn ? 1 : 0);
  }

  /** The oldest one, which is taken away; null: there is none. */
  take(fd: number): IcmpError | null {
    this.#header.setBigUint64(MSGHDR.controlLength, BigInt(CONTROL_BYTES), true);
    if (this.#receive(fd, this.#headerBytes, MSG_ERRQUEUE) < 0) return null;
    if (Number(this.#header.getBigUint64(MSGHDR.controlLength, true)) < OFFENDER_AT) return null;
    const [origin, type, code] = this.#control.subarray(ORIGIN_AT);
    if (origin !== ORIGIN_ICMP && origin !== ORIGIN_ICMP6) return null;
    return { type: type!, code: code!, from: readAddress(this.#control.subarray(OFFENDER_AT)) };
  }
}
