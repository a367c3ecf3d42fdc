import type { AckEvent } from './congestion.js';

// RFC 9406 §4.3
const MIN_RTT_THRESHOLD_US = 4000;
const MAX_RTT_THRESHOLD_US = 16_000;
const RTT_DIVISOR = 8;
const SAMPLES = 8;
const CSS_GROWTH_DIVISOR = 4;
const CSS_ROUNDS = 5;

/** HyStart++ (RFC 9406): leaves slow start when the round trip grows, before the queue overflows. */
export class HyStart {
  /** Slow start is over. */
  isDone = false;
  #roundEnd = 0;
  #lastRoundMinUs = Number.POSITIVE_INFINITY;
  #roundMinUs = Number.POSITIVE_INFINITY;
  #samples = 0;
  /** Conservative slow start: rounds so far, and the round trip it started at; 0 rounds: not in it. */
  #cssRounds = 0;
  #cssBaselineUs = 0;

  restart(): void {
    this.isDone = false;
    this.#lastRoundMinUs = Number.POSITIVE_INFINITY;
    this.#roundMinUs = Number.POSITIVE_INFINITY;
    this.#samples = 0;
    this.#cssRounds = 0;
  }

  /** Returns what the window grows by, in bytes; sends are paced, so §4.2's L is without bound. */
  handleAck(ack: AckEvent): number {
    if (ack.largestTransmission >= this.#roundEnd) this.#startRound(ack.nextTransmission);
    if (ack.rttUs >= 0) {
      this.#samples++;
      this.#roundMinUs = Math.min(this.#roundMinUs, ack.rttUs);
      if (this.#cssRounds > 0) this.#checkBaseline();
      else this.#checkThreshold();
    }
    return this.#cssRounds > 0 ? ack.ackedBytes / CSS_GROWTH_DIVISOR : ack.ackedBytes;
  }

  #startRound(nextTransmission: number): void {
    this.#roundEnd = nextTransmission;
    this.#lastRoundMinUs = this.#roundMinUs;
    this.#roundMinUs = Number.POSITIVE_INFINITY;
    this.#samples = 0;
    if (this.#cssRounds > 0 && this.#cssRounds++ >= CSS_ROUNDS) this.isDone = true;
  }

  #checkThreshold(): void {
    if (this.#samples < SAMPLES || !Number.isFinite(this.#lastRoundMinUs)) return;
    const part = this.#lastRoundMinUs / RTT_DIVISOR;
    const thresholdUs = Math.max(MIN_RTT_THRESHOLD_US, Math.min(part, MAX_RTT_THRESHOLD_US));
    if (this.#roundMinUs < this.#lastRoundMinUs + thresholdUs) return;
    this.#cssBaselineUs = this.#roundMinUs;
    this.#cssRounds = 1;
  }

  /** The round trip has shrunk again: it was no queue. */
  #checkBaseline(): void {
    if (this.#samples >= SAMPLES && this.#roundMinUs < this.#cssBaselineUs) this.#cssRounds = 0;
  }
}
