import { type Libc, loadLibc, socketError } from '../libc.js';

const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;

/** The system may do it soon; libuv, which tries next, takes these the same way. */
const BUSY: ReadonlySet<string> = new Set(['EAGAIN', 'ENOBUFS', 'EINTR']);

/** Reads and writes of a TCP socket without what node:net does around each. Both return the bytes moved, 0 also where the
 *  socket has none or no room right now.
 *  @throws NodeJS.ErrnoException */
export interface StreamCalls {
  receive(fd: number, into: Uint8Array): number;
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
  return {
    receive: (fd, into) => moved(libc, 'read', recv(fd, into, into.length, MSG_DONTWAIT)),
    send: (fd, bytes) => moved(libc, 'write', send(fd, bytes, bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL)),
  };
}

function moved(libc: Libc, syscall: string, sizeBytes: number): number {
  if (sizeBytes >= 0) return sizeBytes;
  if (BUSY.has(libc.errnoName())) return 0;
  throw socketError(libc, syscall);
}
