/** What a session asks of whatever carries it. Sessions decide what is said and in which order; the
 *  transport owns indices, framing and the moment of writing. */
export interface Transport {
  /** Data bytes of the longest Hello that can be sent now; left out where any can. */
  readonly maxHelloBytes?: number;
  /** Queues one control packet whose data is these bytes. */
  sendMessage(data: Uint8Array): void;
  /** Queues bulk packets behind what is queued already. */
  sendBulk(nPackets: number, packetSizeBytes: number): void;
  /** The next `nPackets` that the peer sends are bulk: count them, keep nothing of them. */
  countBulk(nPackets: number): void;
}
