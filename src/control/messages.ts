/** What crosses between the main thread and a shard: rare things only, never one per packet. */
import type { MessagePort } from 'node:worker_threads';
import type { UdpIo } from '../io/open-udp.js';
import type { LatencyMode, ListenTarget, MeasurePlan, Protocol, SocketPlan } from '../options/types.js';
import type {
  Address,
  Cause,
  PacketLine,
  PhaseDetail,
  RefusalCode,
  Role,
  RunEvent,
  SocketBuffers,
} from './events.js';

/** How the shards of a run get at a listening port; see docs/architecture.md, "Shards and ports". */
export type ListenMode = 'exclusive' | 'native' | 'node';

export interface ShardSettings {
  readonly name: string;
  readonly timeoutMs: number;
  readonly maxPacketSizeBytes: number;
  readonly logPackets: boolean;
  readonly udpIo: UdpIo;
}

/** The argument of the piscina task. */
export interface ShardTask {
  readonly shard: number;
  /** The first of the keys that this shard gives to the connections it accepts; its own for ever. */
  readonly firstKey: number;
  readonly port: MessagePort;
  readonly settings: ShardSettings;
}

/** What a shard needs to know of a --connect target. */
export interface DialTarget {
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
  readonly family: 0 | 4 | 6;
  readonly measure: MeasurePlan;
  readonly socket: SocketPlan;
  readonly latency: LatencyMode;
}

/** One phase that a client connection which measures nothing by itself is asked for. */
export type PhaseOrder = { readonly direction: 'up' | 'down' } & (
  | {
      readonly kind: 'measure';
      /** Data bytes of a packet. */
      readonly packetSizeBytes: number;
      readonly phaseUs: number;
      /** The latency of the idle connection is taken for so long before. */
      readonly idleUs: number;
    }
  /** Whether one datagram of this size arrives that nobody may split. */
  | { readonly kind: 'path-probe'; readonly datagramBytes: number }
);

/** Half round trips, in ns. */
export interface OrderLatency {
  readonly count: number;
  readonly p50Ns: number;
  readonly p99Ns: number;
}

export type OrderOutcome =
  | {
      readonly kind: 'done';
      /** As the receiver has it, in version 2; as it was planned, in version 1. */
      readonly packets: number;
      readonly bytes: number;
      readonly elapsedUs: number;
      readonly detail: PhaseDetail | null;
      /** On the idle connection before, and while data moved; null: none was taken. */
      readonly idle: OrderLatency | null;
      readonly loaded: OrderLatency | null;
      /** The share of the phase's time in which the shard was busy, 0 to 1. */
      readonly busyShare: number;
    }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly limit: number }
  /** It can't be asked for: of this peer, or at all. */
  | { readonly kind: 'unable'; readonly text: string }
  /** The connection has ended in it. */
  | { readonly kind: 'lost'; readonly cause: Cause };

export type ToShard =
  | {
      readonly type: 'listen';
      readonly listen: number;
      readonly target: ListenTarget;
      readonly mode: ListenMode;
    }
  /** `id`: what the peer knows the connection by, over all its reconnects. */
  | { readonly type: 'connect'; readonly key: number; readonly id: string; readonly target: DialTarget }
  /** The last figures of an ended accepted connection have been read: its slot may be used again. */
  | { readonly type: 'release'; readonly key: number }
  /** Whether a client measures bandwidth, from its next round on and after its reconnects. */
  | { readonly type: 'monitor'; readonly key: number; readonly isOn: boolean }
  /** Ends a connection, or the try to connect: the answer is `closed` with cause STOPPED. */
  | { readonly type: 'close'; readonly key: number }
  /** Answered by `ordered`, where the connection is open. One at a time. */
  | { readonly type: 'order'; readonly key: number; readonly id: number; readonly order: PhaseOrder }
  /** Forgets what all connections have counted; answered by `restarted`. */
  | { readonly type: 'restart' }
  | { readonly type: 'stop' };

export interface SlotPlace {
  readonly page: number;
  readonly slot: number;
}

/** An event without what only the main thread knows of its connection. */
type Told<Type extends RunEvent['type']> = Omit<
  Extract<RunEvent, { type: Type }>,
  'role' | 'protocol' | 'target'
>;

export type FromShard =
  | { readonly type: 'page'; readonly page: number; readonly buffer: SharedArrayBuffer }
  | {
      readonly type: 'listening';
      readonly listen: number;
      readonly local: Address;
      readonly buffers: SocketBuffers;
    }
  | { readonly type: 'listen-failed'; readonly listen: number; readonly cause: Cause }
  | { readonly type: 'restarted' }
  | {
      readonly type: 'opened';
      readonly key: number;
      readonly role: Role;
      /** A listener's: which listen it came to. */
      readonly listen: number | null;
      readonly place: SlotPlace;
      readonly local: Address;
      readonly remote: Address;
      readonly buffers: SocketBuffers;
      readonly connectMs: number;
      readonly tMs: number;
    }
  | {
      readonly type: 'hello';
      readonly key: number;
      readonly peerName: string;
      readonly version: 1 | 2;
      /** What a datagram has in front of bulk data, the digits of the data's size left out; 0 over TCP. */
      readonly headBytes: number;
      /** What the system takes the path's MTU for; null: it doesn't tell. */
      readonly pathMtuBytes: number | null;
      readonly tMs: number;
    }
  /** The first latency of a connection. */
  | { readonly type: 'measured'; readonly key: number; readonly latencyNs: number; readonly tMs: number }
  /** Of a connection, as it happened: the fields of the event of the same name. */
  | Told<'phase'>
  | Told<'report'>
  | Told<'refused'>
  | {
      readonly type: 'ordered';
      readonly key: number;
      /** Of the order. */
      readonly id: number;
      readonly outcome: OrderOutcome;
      /** Whether the system has found a datagram too large meanwhile (EMSGSIZE). */
      readonly isTooLarge: boolean;
      /** What the system takes the path's MTU for by now; null: it doesn't tell. */
      readonly pathMtuBytes: number | null;
    }
  /** A connection that was open has ended, or a try to connect has failed (`opened` false). */
  | {
      readonly type: 'closed';
      readonly key: number;
      readonly opened: boolean;
      readonly cause: Cause;
      readonly tMs: number;
    }
  | {
      readonly type: 'packets';
      readonly lines: readonly PacketLine[];
      readonly omitted: number;
      readonly tMs: number;
    }
  | {
      readonly type: 'notice';
      readonly level: 'info' | 'warning';
      readonly text: string;
      /** What it is of, where it is worth one line however many connections of all shards come to know it. */
      readonly once?: string;
    };
