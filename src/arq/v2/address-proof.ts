/** Above any number of copies of the first packet that are sent for its own sake. */
const FIRST_COPY = 1000;

/** Whether the peer is where it says it is, after it has come from another address. An acknowledgement of anything
 *  sent there since proves it; where all that waits to be sent is above the budget of an unproven address, a small
 *  challenge is (RFC 9000 §8.2 has PATH_CHALLENGE for it): a further copy, without data, of the first packet, which
 *  the peer acknowledges at once by its copy. */
export class AddressProof {
  /** Of the challenge that is sent next. */
  copy = FIRST_COPY;
  /** When it is to be sent. */
  dueUs = Number.POSITIVE_INFINITY;
  /** The first transmission that went to the new address. */
  #from = Number.POSITIVE_INFINITY;
  #firstCopy = FIRST_COPY;

  get isWanted(): boolean {
    return this.#from < Number.POSITIVE_INFINITY;
  }

  start(nextTransmission: number): void {
    this.#from = nextTransmission;
    this.#firstCopy = this.copy;
    this.dueUs = Number.NEGATIVE_INFINITY;
  }

  handleSent(nowUs: number, intervalUs: number): void {
    this.copy++;
    this.dueUs = nowUs + intervalUs;
  }

  /** A Sack came. Returns whether it is the proof.
   *  @param largestAcked transmission
   *  @param lastIndex and lastCopy: what it says came last */
  handleSack(largestAcked: number, lastIndex: number, lastCopy: number): boolean {
    if (!this.isWanted) return false;
    const isAnswer = lastIndex === 0 && lastCopy >= this.#firstCopy && lastCopy < this.copy;
    if (!isAnswer && largestAcked < this.#from) return false;
    this.#from = Number.POSITIVE_INFINITY;
    this.dueUs = Number.POSITIVE_INFINITY;
    return true;
  }
}
