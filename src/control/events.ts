/** What a run tells its reporters as it happens: rare events, never one per packet. Times are epoch
 *  milliseconds; `key` names a connection for the whole run, over all its reconnects. */
import type { Protocol } from '../options/types.js';
import type { Icmp, Cause as ProbeCause } from '../probe/types.js';

export type Role = 'client' | 'listener';

/** Where in its life a connection failed. */
export type FailurePhase = 'resolve' | 'connect' | 'hello' | 'session' | 'listen';

/** What a probe calls it when a port does not answer. */
export type FailureReason = Exclude<ProbeCause, 'conntest' | 'not-conntest' | 'reset' | 'accepted' | 'local'>;

export interface Cause {
  readonly phase: FailurePhase;
  /** errno name (`ECONNREFUSED`), or one of ours: `TIMEOUT`, `PEER_CLOSED`, `PROTOCOL`, `SHARD_DIED`, `STOPPED`. */
  readonly code: string;
  /** One sentence for a person: what happened and, where known, what it means. */
  readonly text: string;
  /** From the start of the try (connect, resolve) or of the connection (hello, session). */
  readonly elapsedMs: number;
  /** Each address tried, in order, with what became of it. Empty where none was. */
  readonly tried: readonly { readonly address: string; readonly code: string }[];
  /** Left out where a probe has no word for it. */
  readonly reason?: FailureReason;
  /** The ICMP error behind it; left out where there is none, or the system doesn't tell. */
  readonly icmp?: Icmp;
}

export interface Address {
  readonly ip: string;
  readonly port: number;
}

/** A socket's buffers as the kernel counts them, its own bookkeeping included; null: it doesn't tell. */
export interface SocketBuffers {
  readonly sendBufferBytes: number | null;
  readonly receiveBufferBytes: number | null;
}

export interface PacketLine {
  readonly key: number;
  readonly direction: 'sent' | 'received';
  /** Of the packet, or of the first of a run. */
  readonly index: number;
  /** 1 for a control packet; bulk packets of one phase are one line. */
  readonly count: number;
  /** `Hello`, `Ping`, `Pong`, `Bandwidth` or `data`. */
  readonly kind: string;
  readonly dataBytes: number;
}

/** What the receiver of a phase has seen of it so far, or in all (version 2). Counts are of packets. */
export interface PhaseReport {
  /** Unique ones. */
  readonly packets: number;
  /** Data bytes of these. */
  readonly bytes: number;
  readonly elapsedUs: number;
  /** Dropped by the path, every copy counted. */
  readonly lost: number;
  /** Of which a later copy came. */
  readonly recovered: number;
  /** That never came in any copy. */
  readonly residual: number;
  readonly reordered: number;
  readonly duplicates: number;
  /** Further copies that came. */
  readonly resent: number;
  /** RFC 3550 §6.4.1. */
  readonly jitterNs: number;
  /** How long the receiver's thread was at work, or had to wait for a CPU. */
  readonly busyUs: number;
  /** Datagrams that found its receive queue full, as far as it knew by then. Not given where that is not known. */
  readonly queueDrops?: number;
  /** The least one-way transit, in two clocks that agree on nothing. Not given where no packet had a stamp. */
  readonly owdMinNs?: number;
  /** Transits above the least one: HDR's V2 compressed encoding, base64; may be empty. */
  readonly owd: string;
}

/** What both ends know of a phase of version 2. */
export interface PhaseDetail {
  readonly report: PhaseReport;
  readonly sent: {
    /** First copies, and their data bytes. */
    readonly packets: number;
    readonly bytes: number;
    readonly elapsedUs: number;
    /** Further copies. */
    readonly resent: number;
    /** Those of them whose packet had arrived. */
    readonly spurious: number;
  };
}

/** What a phase was over the limits with. */
export type RefusalCode = 'packet_size' | 'rate' | 'phase_time' | 'phase_bytes' | 'cc' | 'unvalidated';

interface At {
  readonly tMs: number;
}
interface Of {
  readonly key: number;
  readonly role: Role;
  readonly protocol: Protocol;
  /** The --connect or --listen argument that it belongs to, as written. */
  readonly target: string;
}

export type RunEvent =
  | (At & {
      readonly type: 'start';
      readonly name: string;
      readonly version: string;
      readonly workers: number;
      readonly listens: readonly string[];
      readonly connects: readonly string[];
    })
  | (At & {
      readonly type: 'listening';
      readonly target: string;
      readonly protocol: Protocol;
      readonly local: Address;
      /** How many shards accept on it. */
      readonly shards: number;
    })
  | (At & { readonly type: 'listen-failed'; readonly target: string; readonly cause: Cause })
  | (At &
      Of & {
        readonly type: 'connected';
        readonly local: Address;
        readonly remote: Address;
        readonly buffers: SocketBuffers;
        /** 1 for the first try of a (re)connection. */
        readonly attempt: number;
        readonly connectMs: number;
        /** How long the connection was away; null when it never was connected before. */
        readonly outageMs: number | null;
      })
  | (At & Of & { readonly type: 'hello'; readonly peerName: string })
  /** The first latency of a connection: from here on it is known to work. */
  | (At & Of & { readonly type: 'measured'; readonly latencyNs: number; readonly sinceOpenedMs: number })
  | (At &
      Of & {
        readonly type: 'phase';
        readonly direction: 'up' | 'down';
        readonly packets: number;
        readonly bytes: number;
        readonly elapsedUs: number;
        readonly rateBps: number;
        /** null in version 1, whose receivers tell nothing. */
        readonly detail: PhaseDetail | null;
      })
  /** Each second inside a phase of version 2: what its receiver has so far. */
  | (At &
      Of & {
        readonly type: 'report';
        readonly direction: 'up' | 'down';
        /** Whether this side is the receiver. */
        readonly received: boolean;
        readonly report: PhaseReport;
        readonly rateBps: number;
      })
  /** A phase that the listener did not serve; the connection goes on without that direction. */
  | (At &
      Of & {
        readonly type: 'refused';
        readonly direction: 'up' | 'down';
        readonly code: RefusalCode;
        /** What would have been served: bytes, bits per second or microseconds; 0 where there is no such number. */
        readonly limit: number;
      })
  | (At &
      Of & {
        readonly type: 'lost';
        readonly remote: Address;
        readonly peerName: string | null;
        readonly cause: Cause;
        readonly uptimeMs: number;
        /** null: no retry (a listener's connection, or the run is ending). */
        readonly retryInMs: number | null;
      })
  | (At &
      Of & {
        readonly type: 'failed';
        readonly attempt: number;
        readonly cause: Cause;
        readonly retryInMs: number | null;
      })
  | (At & {
      readonly type: 'shard-died';
      readonly shard: number;
      readonly text: string;
      readonly connections: number;
    })
  /** The figures begin here: what was measured in so long before is left out of them. */
  | (At & { readonly type: 'omitted'; readonly omittedMs: number })
  | (At & { readonly type: 'notice'; readonly level: 'info' | 'warning' | 'error'; readonly text: string })
  | (At & { readonly type: 'packets'; readonly lines: readonly PacketLine[]; readonly omitted: number })
  /** At the end, of each --fail-if. */
  | (At & {
      readonly type: 'verdict';
      /** As written. */
      readonly condition: string;
      readonly outcome: 'held' | 'not-held' | 'not-measured';
      /** Of `limit` and `value`: ns, bits per second, 0 to 1, or a number of things. */
      readonly unit: 'time' | 'rate' | 'share' | 'count';
      readonly limit: number;
      /** The one farthest on the wrong side of the limit; null: nothing was measured. */
      readonly value: number | null;
      /** Whose it is; null: the run's. */
      readonly peer: string | null;
    })
  | (At & { readonly type: 'end'; readonly reason: 'time' | 'interrupt' | 'error' });
