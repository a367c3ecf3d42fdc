/** Whoever keeps histograms. Set once; called for each sample, with numbers only. */
export interface Samples {
  /** A round trip without the time the peer held its answer. */
  handleRtt(rttNs: number): void;
  /** One-way transit of so many bulk packets above the least of their phase so far. */
  handleOwd(owdNs: number, times: number): void;
}
