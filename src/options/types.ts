/** What a run is asked to do: parsed once from argv and environment, frozen, nothing left to default. */
import type { Condition } from '../verdict/judge.js';

export type Protocol = 'tcp' | 'udp';
/** 0: either family. */
export type Family = 0 | 4 | 6;
/** `both` is in turn, up then down, as the original. Seen from the client: up = client to listener. */
export type Direction = 'up' | 'down' | 'both';

export type CongestionControl = 'cubic' | 'newreno' | 'none';

/** What ends a bandwidth phase: a time (packets planned from the rate seen so far) or a size. */
export type PhaseBound =
  | { readonly kind: 'time'; readonly phaseUs: number }
  | { readonly kind: 'size'; readonly testSizeBytes: number };

export interface MeasurePlan {
  readonly monitorBandwidth: boolean;
  readonly direction: Direction;
  /** Data bytes of one bulk packet, without lengths and header. */
  readonly packetSizeBytes: number;
  readonly bound: PhaseBound;
  /** Whether lost bulk packets are sent again (UDP; TCP always does). */
  readonly reliable: boolean;
  /** Data bits a second of bulk data, of one connection; 0: as fast as the path allows. */
  readonly rateBps: number;
  /** Congestion control over UDP; TCP's is the system's. */
  readonly cc: CongestionControl;
  /** The pause between two latency measurements when bandwidth is not monitored. */
  readonly pingIntervalUs: number;
}

/** What the system is asked for on each socket; null: as the system has it. */
export interface SocketPlan {
  /** The byte of DSCP and ECN: IPv4's type of service, IPv6's traffic class. */
  readonly tos: number | null;
  /** Over TCP: the system's congestion control. */
  readonly tcpCc: string | null;
  readonly sendBufferBytes: number | null;
  readonly receiveBufferBytes: number | null;
  /** Whether routers must drop and tell what is too large, instead of splitting it. */
  readonly dontFragment: boolean | null;
  /** The local address, without a zone. */
  readonly bindAddress: string | null;
  /** The network device that everything must go through. */
  readonly bindDevice: string | null;
}

/** How the thread of a connection learns that something has come: woken by the event loop, blocked in short
 *  slices until it comes, or looking without a pause. */
export type LatencyMode = 'event' | 'block' | 'spin';

export interface ListenTarget {
  /** As the user wrote it. */
  readonly text: string;
  readonly protocol: Protocol;
  /** null: every local address. Without brackets; a zone stays behind '%'. */
  readonly host: string | null;
  readonly port: number;
  readonly family: Family;
  readonly latency: LatencyMode;
  /** Of the listening socket, and so of each that it accepts. It is bound by the address above. */
  readonly socket: SocketPlan;
}

export interface ConnectTarget {
  readonly text: string;
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
  readonly family: Family;
  /** How many connections to open to this target; the total, dealt over the shards. */
  readonly connections: number;
  readonly measure: MeasurePlan;
  readonly socket: SocketPlan;
  readonly latency: LatencyMode;
}

export type UiName = 'live' | 'text' | 'log' | 'json' | 'none';
/** A UI and the file that it writes; null: stdout. */
export interface UiTarget {
  readonly name: UiName;
  readonly file: string | null;
}

export type LogFileFormat = 'json' | 'csv';
export interface LogTarget {
  readonly file: string;
  readonly format: LogFileFormat;
}
export interface LogLimits {
  /** A part of a log that would grow above this is closed and the next begun; null: there is one part. */
  readonly partBytes: number | null;
  /** Closed parts that are kept; null: all. */
  readonly keepParts: number | null;
}

/** From everything to what ends a run. */
export type LogLevel = 'debug' | 'info' | 'warning' | 'error';
export type LogFormat = 'logfmt' | 'json';
export type ColorMode = 'auto' | 'always' | 'never';

/** How datagrams are sent and received; `auto`: many a system call where the system lets us. */
export type UdpIoChoice = 'auto' | 'batch' | 'dgram';

export interface RunOptions {
  readonly name: string;
  readonly listens: readonly ListenTarget[];
  readonly connects: readonly ConnectTarget[];
  /** What must not have held at the end. */
  readonly failIf: readonly Condition[];
  /** Shards to start. */
  readonly workers: number;
  /** null: for ever. */
  readonly timeMs: number | null;
  /** What is measured in so long at the start is left out of the figures; null: nothing is. */
  readonly omitMs: number | null;
  readonly intervalMs: number;
  /** A connection without progress for this long is ended. */
  readonly timeoutMs: number;
  readonly retryDelayMs: number;
  /** Equal to retryDelayMs: a constant delay; above it: exponential up to this. */
  readonly retryMaxMs: number;
  readonly maxPacketSizeBytes: number;
  readonly udpIo: UdpIoChoice;
  /** At most one of them on stdout. */
  readonly uis: readonly UiTarget[];
  /** No two of them the same file. */
  readonly logs: readonly LogTarget[];
  /** The file of interval histograms in HdrHistogram's log format. */
  readonly hdrLog: string | null;
  readonly logLimits: LogLimits;
  readonly uiEmphasis: string;
  /** Of the text tables, in this order; null: those that have something to say and find room. */
  readonly columns: readonly string[] | null;
  /** The log leaves out what is below. */
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  readonly logPackets: boolean;
  /** Mbit/s instead of MB/s in the text UIs. */
  readonly bits: boolean;
  readonly color: ColorMode;
}
