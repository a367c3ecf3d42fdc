import { type Libc, loadLibc, socketError } from '../libc.js';
import { MSGHDR } from './msghdr.js';

const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;

/** struct msghdr and struct iovec. */
const HEADER_BYTES = 56;
const IOVEC_BYTES = 16;
/** Half of a core's first cache: the next piece finds all of it there. */
export const PIECE_BYTES = 16 << 10;
/** 256 KiB a call, about a tenth of a millisecond: others have their turn. */
const MAX_PIECES = 16;

/** The system may do it soon; libuv, which tries next, takes these the same way. */
const BUSY: ReadonlySet<string> = new Set(['EAGAIN', 'ENOBUFS', 'EINTR']);

/** Reads and writes of a TCP socket without what node:net does around each. Both return the bytes moved, 0 also where the
 *  socket has none or no room right now.
 *  @throws NodeJS.ErrnoException */
export interface StreamCalls {
  receive(fd: number, into: Uint8Array): number;
  /** Reads up to `sizeBytes`, PIECE_BYTES at least, that nobody will look at: they are copied as others are, each piece over the
   *  one before. */
  receiveOver(fd: number, sizeBytes: number): number;
  send(fd: number, bytes: Uint8Array): number;
}

let calls: StreamCalls | null | undefined;

/** Once a thread; null: there are none here. */
export function loadStreamCalls(): StreamCalls | null {
  if (calls === undefined) calls = declare(loadLibc().libc);
  return calls;
}

function declare(libc: Libc | null): StreamCalls | null {
  if (libc === null) return null;
  const recv = libc.library.func('int64_t recv(int, uint8_t *, uint64_t, int)');
  const send = libc.library.func('int64_t send(int, const uint8_t *, uint64_t, int)');
  const recvmsg = libc.library.func('int64_t recvmsg(int, uint8_t *, int)');
  const over = new OverlaidMessage(libc);
  return {
    receiveOver: (fd, sizeBytes) => moved(libc, 'read', recvmsg(fd, over.ofSize(sizeBytes), MSG_DONTWAIT)),
    receive: (fd, into) => moved(libc, 'read', recv(fd, into, into.length, MSG_DONTWAIT)),
    send: (fd, bytes) => moved(libc, 'write', send(fd, bytes, bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL)),
  };
}

/** A struct msghdr for many pieces of data in the same place. */
class OverlaidMessage {
  readonly #bytes = new Uint8Array(HEADER_BYTES + MAX_PIECES * IOVEC_BYTES);
  readonly #words = new BigUint64Array(this.#bytes.buffer);
  readonly #piece = new Uint8Array(PIECE_BYTES);
  #pieces = 0;

  constructor(libc: Libc) {
    const piece = libc.addressOf(this.#piece);
    this.#words[MSGHDR.vector / 8] = libc.addressOf(this.#bytes) + BigInt(HEADER_BYTES);
    for (let i = 0; i < MAX_PIECES; i++) {
      const at = (HEADER_BYTES + i * IOVEC_BYTES) / 8;
      this.#words[at] = piece;
      this.#words[at + 1] = BigInt(PIECE_BYTES);
    }
  }

  /** With room for whole pieces, and no more than that many bytes. */
  ofSize(sizeBytes: number): Uint8Array {
    const pieces = Math.min(MAX_PIECES, Math.floor(sizeBytes / PIECE_BYTES));
    if (pieces !== this.#pieces) this.#words[MSGHDR.vectorLength / 8] = BigInt(pieces);
    this.#pieces = pieces;
    return this.#bytes;
  }
}

function moved(libc: Libc, syscall: string, sizeBytes: number): number {
  if (sizeBytes >= 0) return sizeBytes;
  if (BUSY.has(libc.errnoName())) return 0;
  throw socketError(libc, syscall);
}
