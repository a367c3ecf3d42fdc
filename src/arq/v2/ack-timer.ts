import { MAX_ACK_DELAY_US, SACK_EVERY, SACK_INTERVAL_US } from './limits.js';

/** When the next Sack is due. */
export class AckTimer {
  deadlineUs = Number.POSITIVE_INFINITY;
  #waiting = 0;
  #lastSackUs = Number.NEGATIVE_INFINITY;

  /** @param isUrgent the packet opened or filled a hole, or came again: the sender should know at once */
  handlePacket(nowUs: number, isUrgent: boolean): void {
    this.#waiting++;
    if (isUrgent || this.#waiting >= SACK_EVERY) this.deadlineUs = nowUs;
    else if (this.#waiting === 1) this.deadlineUs = nowUs + MAX_ACK_DELAY_US;
    else this.deadlineUs = Math.min(this.deadlineUs, Math.max(nowUs, this.#lastSackUs + SACK_INTERVAL_US));
  }

  /** There is news even without a packet: the window has opened. */
  hurry(nowUs: number): void {
    this.deadlineUs = nowUs;
  }

  handleSacked(nowUs: number): void {
    this.deadlineUs = Number.POSITIVE_INFINITY;
    this.#waiting = 0;
    this.#lastSackUs = nowUs;
  }
}
