/** Whoever keeps histograms. Set once; called for each sample, with numbers only. */
export interface Samples {
  /** A round trip without the time the peer held its answer. */
  handleRtt(rttNs: number): void;
  /** One-way transit of a bulk packet above the least of its phase so far. */
  handleOwd(owdNs: number): void;
}
