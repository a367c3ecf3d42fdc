import type { IcmpError } from '../failure.js';
import { loadLibc } from '../libc.js';
import { type ErrorQueue, loadErrorQueue } from './error-queue.js';

/** What ICMP says of a TCP socket that is connecting. node:net has closed it by the time it tells of a failure, so that
 *  another descriptor keeps it open that long. */
export class ConnectErrors {
  readonly #queue: ErrorQueue;
  readonly #family: 4 | 6;
  #fd: number;

  private constructor(queue: ErrorQueue, fd: number, family: 4 | 6) {
    this.#queue = queue;
    this.#fd = fd;
    this.#family = family;
  }

  /** null: this system doesn't tell. */
  static of(fd: number, family: 4 | 6): ConnectErrors | null {
    const queue = loadErrorQueue();
    const own = loadLibc().libc?.dup(fd) ?? -1;
    if (queue === null || own < 0) return null;
    queue.keep(own, family, true);
    return new ConnectErrors(queue, own, family);
  }

  /** It has failed. */
  take(): IcmpError | null {
    if (this.#fd < 0) return null;
    const error = this.#queue.take(this.#fd);
    this.#close();
    return error;
  }

  /** It has connected, or is given up. */
  end(): void {
    if (this.#fd < 0) return;
    this.#queue.keep(this.#fd, this.#family, false);
    this.#close();
  }

  #close(): void {
    loadLibc().libc?.close(this.#fd);
    this.#fd = -1;
  }
}
