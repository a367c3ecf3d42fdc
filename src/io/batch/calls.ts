import { type Libc, type LibcOutcome, loadLibc } from '../libc.js';

/** The calls that move many datagrams at once. Memory that is reachable only through an address inside other
 *  memory must be kept by whoever calls. */
export interface BatchCalls {
  readonly libc: Libc;
  /** @param message a struct msghdr; returns bytes, or -1 */
  sendmsg(fd: number, message: Uint8Array, flags: number): number;
  /** @param messages of struct mmsghdr; returns how many were sent, or -1 */
  sendmmsg(fd: number, messages: Uint8Array, count: number, flags: number): number;
  recvmmsg(fd: number, messages: Uint8Array, count: number, flags: number, timeout: null): number;
  /** Of memory outside V8's heap: an ArrayBuffer of more than 64 bytes. */
  addressOf(bytes: Uint8Array): number;
}

export type BatchOutcome =
  | { readonly calls: BatchCalls; readonly reason: null }
  | { readonly calls: null; readonly reason: string };

let outcome: BatchOutcome | undefined;

/** Once a thread. */
export function loadBatchCalls(): BatchOutcome {
  outcome ??= declare(loadLibc());
  return outcome;
}

function declare(loaded: LibcOutcome): BatchOutcome {
  if (loaded.libc === null) return { calls: null, reason: loaded.reason };
  const { libc } = loaded;
  const { library } = libc;
  const calls: BatchCalls = {
    libc,
    sendmsg: library.func('int sendmsg(int, const uint8_t *, int)'),
    sendmmsg: library.func('int sendmmsg(int, uint8_t *, uint32_t, int)'),
    recvmmsg: library.func('int recvmmsg(int, uint8_t *, uint32_t, int, void *)'),
    addressOf: (bytes) => Number(libc.addressOf(bytes)),
  };
  return { calls, reason: null };
}
