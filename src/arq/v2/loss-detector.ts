import { MAX_PACKET_THRESHOLD, PACKET_THRESHOLD, PERSISTENT_CONGESTION_PTOS } from './limits.js';
import type { Rtt } from './rtt.js';
import type { SendWindow } from './send-window.js';
import type { TransmitLog } from './transmit-log.js';

/**
 * Tells lost packets by the order of transmission (RACK, RFC 8985): lost is what was sent before something
 * that has arrived, by a number of transmissions or by a time (RFC 9002 §6.1). The log is in that order, so
 * each transmission is looked at once.
 */
export class LossDetector {
  /** When the oldest packet in doubt will be given up; Infinity when none is. */
  lossTimeUs = Number.POSITIVE_INFINITY;
  /** Of the newest transmission known to have arrived. */
  largestAcked = -1;
  /** The newest transmission that was lost. */
  largestLost = -1;

  readonly #window: SendWindow;
  readonly #log: TransmitLog;
  readonly #rtt: Rtt;
  #isPersistent = false;
  #packetThreshold = PACKET_THRESHOLD;
  /** When the first of a run of transmissions that were all lost was sent. */
  #lostSinceUs = Number.POSITIVE_INFINITY;

  constructor(window: SendWindow, log: TransmitLog, rtt: Rtt) {
    this.#window = window;
    this.#log = log;
    this.#rtt = rtt;
  }

  /** Whether everything sent over a long time was lost (RFC 9002 §7.6); asked once, it starts anew. */
  takePersistent(): boolean {
    const isPersistent = this.#isPersistent;
    if (isPersistent) this.#lostSinceUs = Number.POSITIVE_INFINITY;
    this.#isPersistent = false;
    return isPersistent;
  }

  /** A re-send was for nothing: the path reorders by more than was allowed for. */
  handleSpurious(): void {
    this.#packetThreshold = Math.min(2 * this.#packetThreshold, MAX_PACKET_THRESHOLD);
  }

  /** The next lost packet, or -1. The caller marks it as lost before it asks again. */
  next(nowUs: number): number {
    const log = this.#log;
    const { una } = this.#window;
    const lossDelayUs = this.#rtt.lossDelayUs;
    this.lossTimeUs = Number.POSITIVE_INFINITY;
    for (; log.oldest < log.next; log.oldest++) {
      const transmission = log.oldest;
      const index = log.index(transmission, una);
      if (!this.#isCurrent(index, transmission)) {
        this.#passOver(index, transmission);
        continue;
      }
      if (transmission >= this.largestAcked) return -1;
      const sentUs = log.sentUs(transmission);
      const isFarBehind = transmission <= this.largestAcked - this.#packetThreshold;
      if (!isFarBehind && sentUs + lossDelayUs > nowUs) {
        this.lossTimeUs = sentUs + lossDelayUs;
        return -1;
      }
      log.oldest++;
      this.largestLost = transmission;
      this.#extendRun(sentUs);
      return index;
    }
    return -1;
  }

  #isCurrent(index: number, transmission: number): boolean {
    return this.#window.isInFlight(index) && this.#window.transmission(index) === transmission;
  }

  /** History: of a packet that has arrived, or of one that was probed for and is lost as such. */
  #passOver(index: number, transmission: number): void {
    if (this.#window.isOutstanding(index)) this.#extendRun(this.#log.sentUs(transmission));
    else this.#lostSinceUs = Number.POSITIVE_INFINITY;
  }

  #extendRun(sentUs: number): void {
    if (!this.#rtt.hasSample) return;
    this.#lostSinceUs = Math.min(this.#lostSinceUs, sentUs);
    if (sentUs - this.#lostSinceUs > PERSISTENT_CONGESTION_PTOS * this.#rtt.ptoUs) this.#isPersistent = true;
  }
}
