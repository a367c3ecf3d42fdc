import type { RefusalCode } from '../wire/v2/message.js';
import type { Report } from '../wire/v2/report.js';

export type PhaseDirection = 'up' | 'down';

/** What the sender of a phase's data knows of it. */
export interface SentPhase {
  readonly packets: number;
  /** Data bytes of first copies. */
  readonly bytes: number;
  readonly elapsedUs: number;
  readonly resent: number;
  /** Re-sent although they had arrived. */
  readonly spurious: number;
}

/** Both ends' figures of a v2 phase: the receiver's last report, and what was sent. */
export interface PhaseDetail {
  readonly report: Report;
  readonly sent: SentPhase;
}

export interface SessionFailure {
  readonly type: 'failed';
  readonly code: 'TIMEOUT' | 'PROTOCOL';
  readonly text: string;
}

/** What a session tells its owner; at most one of these for a ping or a phase, none for a packet. */
export type SessionEvent =
  | { readonly type: 'hello'; readonly peerName: string; readonly version: 1 | 2 }
  /** Half of a round trip, in ns; `loaded`: begun while a phase's data was moving. */
  | { readonly type: 'latency'; readonly latencyNs: number; readonly loaded: boolean }
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
      /** null in v1, whose receivers tell nothing. */
      readonly detail: PhaseDetail | null;
    }
  /** Inside a v2 phase, each second: what its receiver has so far. */
  | {
      readonly type: 'report';
      readonly direction: PhaseDirection;
      readonly received: boolean;
      readonly report: Report;
      readonly rateBps: number;
    }
  /** A phase that the listener did not serve; the connection goes on without that direction. */
  | {
      readonly type: 'refused';
      readonly direction: PhaseDirection;
      readonly code: RefusalCode;
      /** What would have been served; 0 where there is no such number. */
      readonly limit: number;
    }
  /** The peer has ended the connection in good order. */
  | { readonly type: 'bye'; readonly reason: string }
  | SessionFailure;
