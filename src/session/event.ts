export type PhaseDirection = 'up' | 'down';

export interface SessionFailure {
  readonly type: 'failed';
  readonly code: 'TIMEOUT' | 'PROTOCOL';
  readonly text: string;
}

/** What a session tells its owner; at most one of these for a ping or a phase, none for a packet. */
export type SessionEvent =
  | { readonly type: 'hello'; readonly peerName: string }
  /** Half of a round trip, in ns. */
  | { readonly type: 'latency'; readonly latencyNs: number }
  | { readonly type: 'phase-started'; readonly direction: PhaseDirection; readonly packetSizeBytes: number }
  | {
      readonly type: 'phase';
      readonly direction: PhaseDirection;
      /** Whether this side was the receiver, whose figure the original shows. */
      readonly received: boolean;
      readonly packets: number;
      /** Data bytes, without headers. */
      readonly bytes: number;
      readonly elapsedUs: number;
      readonly rateBps: number;
    }
  | SessionFailure;
