import type { AckEvent, CongestionController } from './congestion.js';
import { HyStart } from './hystart.js';
import { INITIAL_CWND_PACKETS, MIN_CWND_PACKETS } from './limits.js';

// RFC 9438 §4.1, §4.6: windows in packets, times in seconds.
const C = 0.4;
const BETA = 0.7;
/** §4.3: growth that is fair to Reno, whose window is halved where this one is cut by BETA only. */
const ALPHA = (3 * (1 - BETA)) / (1 + BETA);
/** §4.2: the window grows by at most half of itself in a round trip. */
const MAX_GROWTH = 1.5;

/** RFC 9438, with HyStart++. */
export class Cubic implements CongestionController {
  readonly name = 'cubic';
  #packetBytes: number;
  /** In packets, as all windows here. */
  #cwnd = INITIAL_CWND_PACKETS;
  #ssthresh = Number.POSITIVE_INFINITY;
  #wMax = 0;
  /** The window just before the last cut. */
  #wPrior = 0;
  /** What Reno's would be. */
  #wEst = 0;
  /** Seconds from the cut to the old window. */
  #k = 0;
  #epochStartUs = Number.NEGATIVE_INFINITY;
  #lastAckUs = 0;
  readonly #hystart = new HyStart();

  constructor(packetBytes: number) {
    this.#packetBytes = packetBytes;
  }

  get cwndBytes(): number {
    return this.#cwnd * this.#packetBytes;
  }

  get isSlowStart(): boolean {
    return this.#cwnd < this.#ssthresh;
  }

  /** The window stays what it is in bytes; the time before was no time of growth. */
  setPacketBytes(packetBytes: number, nowUs: number): void {
    const scale = this.#packetBytes / packetBytes;
    this.#packetBytes = packetBytes;
    this.#cwnd = Math.max(this.#cwnd * scale, MIN_CWND_PACKETS);
    this.#ssthresh *= scale;
    this.#wMax *= scale;
    this.#wPrior *= scale;
    this.#wEst *= scale;
    this.#lastAckUs = nowUs;
    if (!this.isSlowStart) this.#startEpoch(nowUs);
  }

  handleAck(ack: AckEvent): void {
    const idleUs = ack.nowUs - this.#lastAckUs;
    this.#lastAckUs = ack.nowUs;
    if (ack.isAppLimited) {
      // §5.8: the time of an idle application is no time of growth.
      this.#epochStartUs += idleUs;
      return;
    }
    if (!this.isSlowStart) this.#avoidCongestion(ack);
    else {
      this.#cwnd += this.#hystart.handleAck(ack) / this.#packetBytes;
      if (this.#hystart.isDone) this.#ssthresh = this.#cwnd;
    }
  }

  handleLoss(nowUs: number): void {
    // §4.7, fast convergence: a window that did not come back to its last maximum makes room for others.
    this.#wMax = this.#cwnd < this.#wMax ? (this.#cwnd * (1 + BETA)) / 2 : this.#cwnd;
    this.#wPrior = this.#cwnd;
    this.#cwnd = Math.max(this.#cwnd * BETA, MIN_CWND_PACKETS);
    this.#ssthresh = this.#cwnd;
    this.#startEpoch(nowUs);
  }

  handlePersistentCongestion(): void {
    this.#cwnd = MIN_CWND_PACKETS;
    this.#hystart.restart();
    this.#epochStartUs = Number.NEGATIVE_INFINITY;
  }

  #startEpoch(nowUs: number): void {
    this.#epochStartUs = nowUs;
    this.#wEst = this.#cwnd;
    this.#k = Math.cbrt(Math.max(0, this.#wMax - this.#cwnd) / C);
  }

  #avoidCongestion(ack: AckEvent): void {
    if (this.#epochStartUs === Number.NEGATIVE_INFINITY) this.#startAfterSlowStart(ack.nowUs);
    const acked = ack.ackedBytes / this.#packetBytes;
    const tS = (ack.nowUs - this.#epochStartUs) / 1e6;
    this.#wEst += ((this.#wEst < this.#wPrior ? ALPHA : 1) * acked) / this.#cwnd;
    if (this.#cubic(tS) < this.#wEst) {
      this.#cwnd = Math.max(this.#cwnd, this.#wEst);
      return;
    }
    const wanted = this.#cubic(tS + ack.smoothedRttUs / 1e6);
    const target = Math.max(this.#cwnd, Math.min(wanted, MAX_GROWTH * this.#cwnd));
    this.#cwnd += ((target - this.#cwnd) / this.#cwnd) * acked;
  }

  /** §4.10: slow start ended without a loss. */
  #startAfterSlowStart(nowUs: number): void {
    this.#wMax = this.#cwnd;
    this.#wPrior = this.#cwnd;
    this.#startEpoch(nowUs);
  }

  /** §4.2, Figure 1. */
  #cubic(tS: number): number {
    return C * (tS - this.#k) ** 3 + this.#wMax;
  }
}
