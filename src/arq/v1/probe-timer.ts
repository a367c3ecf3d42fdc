import { FIRST_PROBE_US, MAX_PROBE_US, MIN_PROBE_US, SLOWEST_BYTE_US } from './limits.js';

/** Smoothed round trip and its variation, RFC 6298 §2, and how long to wait for a sign of the peer. */
export class ProbeTimer {
  /** The shortest sample; Infinity before the first. */
  minRttUs = Number.POSITIVE_INFINITY;
  #srttUs = 0;
  #rttvarUs = 0;
  /** Smoothed time that a byte takes on the path. */
  #byteUs = SLOWEST_BYTE_US;

  /** Takes the round trip of a packet that was sent once (Karn's rule, RFC 6298 §3). */
  handleSample(rttUs: number): void {
    if (this.minRttUs === Number.POSITIVE_INFINITY) {
      this.#srttUs = rttUs;
      this.#rttvarUs = rttUs / 2;
    } else {
      this.#rttvarUs += (Math.abs(this.#srttUs - rttUs) - this.#rttvarUs) / 4;
      this.#srttUs += (rttUs - this.#srttUs) / 8;
    }
    this.minRttUs = Math.min(this.minRttUs, rttUs);
  }

  /** So many bytes came through in this time, or less. */
  handleDelivered(sizeBytes: number, elapsedUs: number): void {
    if (sizeBytes === 0) return;
    this.#byteUs += (Math.min(SLOWEST_BYTE_US, elapsedUs / sizeBytes) - this.#byteUs) / 4;
  }

  /** The pause before a probe, in us, when `fruitless` ones went before it and `flightBytes` are under way, which
   *  the path may still be busy with. */
  waitUs(fruitless: number, flightBytes: number): number {
    const known = this.minRttUs !== Number.POSITIVE_INFINITY;
    const answerUs = known ? Math.max(MIN_PROBE_US, this.#srttUs + 4 * this.#rttvarUs) : FIRST_PROBE_US;
    const onceUs = Math.round(answerUs + flightBytes * this.#byteUs);
    return Math.min(MAX_PROBE_US, onceUs * 2 ** Math.min(fruitless, 10));
  }
}
