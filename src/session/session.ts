import type { V2MetaKind } from '../wire/v2/meta.js';
import type { PhaseDirection, SessionEvent } from './event.js';

/** Of the packet that a message came in. A packet read as one of v1 is of kind `normal`. */
export interface PacketHead {
  readonly index: number;
  readonly connectionId: string;
  readonly kind: V2MetaKind;
}

/** The phase that data is moving in. */
export interface RunningPhase {
  readonly direction: PhaseDirection;
  /** Whether this side is the receiver. */
  readonly received: boolean;
  /** How many are announced; Infinity where a time ends the phase. */
  readonly packets: number;
  readonly packetSizeBytes: number;
  readonly startUs: number;
}

/**
 * The order of what one side says in one version of the protocol. Driven by: handleX as things happen, then
 * pollEvent until undefined, and handleTimeout at pollTimeout (early or twice is harmless). Times are
 * microseconds of any one monotonic clock.
 */
export interface Schedule {
  readonly phase: RunningPhase | null;
  handleMessage(nowUs: number, data: Uint8Array, head: PacketHead): void;
  /** Packets or bulk data came (`bulkBytes`: all received so far), or sent data was taken over or
   *  acknowledged. */
  handleProgress(nowUs: number, bulkBytes: number): void;
  handleTimeout(nowUs: number): void;
  pollTimeout(): number;
  pollEvent(): SessionEvent | undefined;
}

export interface V1Schedule extends Schedule {
  /** The next message was long in coming because packets were lost: it is no measure of latency. */
  handleRepeated(): void;
  /** The packets asked for by countBulk are complete. */
  handleCounted(nowUs: number, bulkBytes: number): void;
}

export interface V2Schedule extends Schedule {
  /** The peer said Bye; nothing more is due from either side. */
  handleBye(reason: string): void;
  /** Says Bye. Nothing is due any more; the transport may still have to send it. */
  end(nowUs: number, reason: string): void;
}

/** What a shard drives, whatever the version. */
export interface Session extends V1Schedule, V2Schedule {
  /** null until the Hellos have told. */
  readonly version: 1 | 2 | null;
}
