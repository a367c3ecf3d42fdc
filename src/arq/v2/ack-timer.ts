import {
  MAX_ACK_DELAY_US,
  MAX_RATED_SACK_INTERVAL_US,
  RATED_SACK_EVERY,
  SACK_EVERY,
  SACK_INTERVAL_US,
} from './limits.js';

/** The least time between Sacks in a phase while nothing is missing: both sides know its size and rate. */
function sackIntervalUs(packetSizeBytes: number, rateBps: number): number {
  if (rateBps === 0) return SACK_INTERVAL_US;
  const intervalUs = (RATED_SACK_EVERY * 8e6 * packetSizeBytes) / rateBps;
  return Math.max(SACK_INTERVAL_US, Math.min(MAX_RATED_SACK_INTERVAL_US, intervalUs));
}

/** The longest that a packet of such a phase waits to be acknowledged. */
export function maxAckDelayUs(packetSizeBytes: number, rateBps: number): number {
  return Math.max(MAX_ACK_DELAY_US, sackIntervalUs(packetSizeBytes, rateBps));
}

/** When the next Sack is due. */
export class AckTimer {
  deadlineUs = Number.POSITIVE_INFINITY;
  #intervalUs = SACK_INTERVAL_US;
  #maxDelayUs = MAX_ACK_DELAY_US;
  #waiting = 0;
  #lastSackUs = Number.NEGATIVE_INFINITY;

  /** A phase of such packets is about to begin. */
  expect(packetSizeBytes: number, rateBps: number): void {
    this.#intervalUs = sackIntervalUs(packetSizeBytes, rateBps);
    this.#maxDelayUs = maxAckDelayUs(packetSizeBytes, rateBps);
  }

  /** @param isUrgent the packet opened or filled a hole, or came again: the sender should know at once */
  handlePacket(nowUs: number, isUrgent: boolean): void {
    this.#waiting++;
    if (isUrgent || this.#waiting >= SACK_EVERY) this.deadlineUs = nowUs;
    else if (this.#waiting === 1) this.deadlineUs = nowUs + this.#maxDelayUs;
    else this.deadlineUs = Math.min(this.deadlineUs, Math.max(nowUs, this.#lastSackUs + this.#intervalUs));
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
