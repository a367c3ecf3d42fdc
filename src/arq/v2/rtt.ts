import { GRANULARITY_US, INITIAL_RTT_US, MAX_ACK_DELAY_US } from './limits.js';

/** The round-trip estimate of RFC 9002 §5, in µs. */
export class Rtt {
  hasSample = false;
  latestUs = 0;
  minUs = Number.POSITIVE_INFINITY;
  smoothedUs = INITIAL_RTT_US;
  variationUs = INITIAL_RTT_US / 2;
  /** How long the peer may hold its Sacks. */
  maxAckDelayUs = MAX_ACK_DELAY_US;

  /** `sampleUs` is the whole time from sending to the Sack's arrival, `delayUs` how long the peer held it.
   *  Returns the sample without that delay. */
  handleSample(sampleUs: number, delayUs: number): number {
    // §5.3 caps the delay, because QUIC's is of another packet and may be cut. This one was measured for just
    // this packet; only an impossible one is not believed.
    const adjustedUs = delayUs < sampleUs ? sampleUs - delayUs : sampleUs;
    this.minUs = Math.min(this.minUs, adjustedUs);
    this.latestUs = adjustedUs;
    if (!this.hasSample) {
      this.hasSample = true;
      this.smoothedUs = adjustedUs;
      this.variationUs = adjustedUs / 2;
      return adjustedUs;
    }
    this.variationUs += (Math.abs(this.smoothedUs - adjustedUs) - this.variationUs) / 4;
    this.smoothedUs += (adjustedUs - this.smoothedUs) / 8;
    return adjustedUs;
  }

  /** §6.2.1, before backoff. */
  get ptoUs(): number {
    return this.smoothedUs + Math.max(4 * this.variationUs, GRANULARITY_US) + this.maxAckDelayUs;
  }

  /** §6.1.2: how long before a later packet one must have been sent to count as lost. */
  get lossDelayUs(): number {
    return Math.max(1.125 * Math.max(this.smoothedUs, this.latestUs), GRANULARITY_US);
  }
}
