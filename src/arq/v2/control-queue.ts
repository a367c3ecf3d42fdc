import { MAX_DATAGRAM_DATA_BYTES, MAX_QUEUED_MESSAGES } from './limits.js';

/** The control messages that are not known to have arrived: those that wait, and those that were sent. */
export class ControlQueue {
  readonly #waiting: Uint8Array[] = [];
  readonly #sent = new Map<number, Uint8Array>();

  /** The next one to be sent for the first time. */
  get first(): Uint8Array | undefined {
    return this.#waiting[0];
  }

  get isCrowded(): boolean {
    return this.#waiting.length + this.#sent.size >= MAX_QUEUED_MESSAGES / 2;
  }

  /** The data is not copied and must not change.
   *  @throws RangeError above MAX_DATAGRAM_DATA_BYTES, or with MAX_QUEUED_MESSAGES waiting. */
  add(data: Uint8Array): void {
    if (data.length > MAX_DATAGRAM_DATA_BYTES) {
      throw new RangeError(
        `a control message over UDP has at most ${MAX_DATAGRAM_DATA_BYTES} bytes, not ${data.length}`,
      );
    }
    if (this.#waiting.length + this.#sent.size >= MAX_QUEUED_MESSAGES) {
      throw new RangeError(`${MAX_QUEUED_MESSAGES} control messages are waiting already`);
    }
    this.#waiting.push(data);
  }

  handleSent(index: number): void {
    const data = this.#waiting.shift();
    if (data !== undefined) this.#sent.set(index, data);
  }

  handleAcked(index: number): void {
    this.#sent.delete(index);
  }

  /** Of a message that was sent and is not acknowledged. */
  data(index: number): Uint8Array {
    return this.#sent.get(index)!;
  }
}
