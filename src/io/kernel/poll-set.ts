import { loadLibc } from '../libc.js';

/** struct pollfd: the descriptor (4 bytes), what is waited for, what there is (2 each). */
const POLLFD_BYTES = 8;
const POLLIN = 1;

type Poll = (fds: Uint8Array, count: number, timeoutMs: number) => number;

let poll: Poll | undefined;

/** Descriptors that a thread waits for with a poll(2) of its own, during which it does nothing else. */
export class PollSet {
  readonly #poll: Poll;
  #fds = new Uint8Array(0);

  /** @throws Error where the system's calls can't be had */
  constructor() {
    this.#poll = loadPoll();
  }

  /** What is waited for from now on. */
  set(fds: readonly number[]): void {
    this.#fds = new Uint8Array(fds.length * POLLFD_BYTES);
    const view = new DataView(this.#fds.buffer);
    for (const [at, fd] of fds.entries()) {
      view.setInt32(at * POLLFD_BYTES, fd, true);
      view.setInt16(at * POLLFD_BYTES + 4, POLLIN, true);
    }
  }

  /** Returns as soon as there is something to read, or an error to be told, and whether there is. */
  wait(timeoutMs: number): boolean {
    return this.#poll(this.#fds, this.#fds.length / POLLFD_BYTES, timeoutMs) > 0;
  }
}

function loadPoll(): Poll {
  const { libc, reason } = loadLibc();
  if (libc === null) throw new Error(`no poll(2): ${reason}`);
  poll ??= libc.library.func('int poll(uint8_t *, unsigned long, int)') as Poll;
  return poll;
}
