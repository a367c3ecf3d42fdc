/** RFC 9000 §8.1: what a listener may send to an address that has not proven to be the peer's, per byte
 *  received from there. */
const AMPLIFICATION = 3;

/** Bytes that may go to one peer's address. A client's budget is unbounded from the start: it chose the
 *  address itself. */
export class AddressBudget {
  isValidated: boolean;
  receivedBytes = 0;
  sentBytes = 0;

  constructor(isValidated: boolean) {
    this.isValidated = isValidated;
  }

  handleReceived(sizeBytes: number): void {
    this.receivedBytes += sizeBytes;
  }

  handleSent(sizeBytes: number): void {
    this.sentBytes += sizeBytes;
  }

  allows(sizeBytes: number): boolean {
    return sizeBytes <= this.roomBytes;
  }

  /** What may still be sent. */
  get roomBytes(): number {
    return this.isValidated ? Number.POSITIVE_INFINITY : AMPLIFICATION * this.receivedBytes - this.sentBytes;
  }

  /** The peer's address has changed: it has to prove itself anew. */
  restart(): void {
    this.isValidated = false;
    this.receivedBytes = 0;
    this.sentBytes = 0;
  }
}
