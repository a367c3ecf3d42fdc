/** The lines of --ui json as docs/json.md describes them, as far as the tests look at them: written from that page
 *  and not from the sources, so that it is the page that the tests hold the program to. */

export interface CauseLine {
  readonly phase: 'resolve' | 'connect' | 'hello' | 'session' | 'listen';
  readonly code: string;
  readonly text: string;
  readonly elapsed_us: number;
  readonly reason: string | null;
  readonly icmp: { readonly type: number; readonly code: number; readonly from: string } | null;
  readonly tried: readonly { readonly address: string; readonly code: string }[];
}

export interface AddressLine {
  readonly ip: string;
  readonly port: number;
}

export interface PacketLine {
  readonly key: number;
  readonly direction: 'sent' | 'received';
  readonly index: number;
  readonly count: number;
  readonly kind: string;
  readonly data_bytes: number;
}

interface DirectionLine {
  readonly data_bytes: number;
  readonly packets: number;
  readonly phases: number;
  readonly elapsed_us: number;
  readonly rate_bps: number | null;
  readonly mean_rate_bps: number | null;
  readonly packets_lost: number | null;
  readonly packets_recovered: number | null;
  readonly packets_residual: number | null;
  readonly packets_resent: number | null;
  readonly limited_by: { readonly cause: string; readonly evidence: string } | null;
}

/** What the receiver of a phase of version 2 has seen of it. */
interface ReportLine {
  readonly packets: number;
  readonly data_bytes: number;
  readonly elapsed_us: number;
  readonly packets_lost: number;
  readonly packets_recovered: number;
  readonly packets_residual: number;
  readonly packets_duplicate: number;
  readonly packets_resent: number;
  readonly queue_drops: number | null;
}

interface LatencyLine {
  readonly count: number;
  readonly last_ns: number | null;
  readonly min_ns: number | null;
  readonly p50_ns: number | null;
  readonly p99_ns: number | null;
  readonly max_ns: number | null;
}

/** One row of the tables. */
export interface PeerLine {
  readonly role: 'client' | 'listener';
  readonly target: string;
  readonly protocol: 'tcp' | 'udp';
  readonly protocol_version: 1 | 2 | null;
  readonly peer_name: string | null;
  readonly ip: string | null;
  readonly state: 'connecting' | 'connected' | 'retrying' | 'ended';
  readonly connections_wanted: number;
  readonly connections_up: number;
  readonly uptime_ms: number | null;
  readonly retries: number;
  readonly packets_sent: number;
  readonly packets_received: number;
  readonly sent_bytes: number;
  readonly received_bytes: number;
  readonly latency: LatencyLine;
  readonly tcp: {
    readonly rtt_us: number | null;
    readonly cwnd_bytes: number | null;
    readonly retransmits: number;
  } | null;
  readonly path_mtu_bytes: number | null;
  readonly queue_drops: number | null;
  readonly up: DirectionLine;
  readonly down: DirectionLine;
}

interface Figures {
  readonly t_ms: number;
  readonly clients: readonly PeerLine[];
  readonly servers: readonly PeerLine[];
  readonly shards: readonly { readonly shard: number; readonly connections: number }[];
  readonly process: { readonly rss_bytes: number };
}

interface Of {
  readonly t_ms: number;
  readonly key: number;
  readonly role: 'client' | 'listener';
  readonly target: string;
}

/** What each type of line carries besides its type. */
interface Bodies {
  readonly start: { readonly t_ms: number; readonly schema: string; readonly workers: number };
  readonly listening: {
    readonly t_ms: number;
    readonly target: string;
    readonly local: AddressLine;
    readonly shards: number;
  };
  readonly 'listen-failed': { readonly target: string; readonly cause: CauseLine };
  readonly connected: Of & {
    readonly local: AddressLine;
    readonly remote: AddressLine;
    readonly send_buffer_bytes: number | null;
    readonly receive_buffer_bytes: number | null;
    readonly attempt: number;
    readonly outage_ms: number | null;
  };
  readonly hello: Of & { readonly peer_name: string };
  readonly measured: Of & { readonly latency_ns: number };
  readonly phase: Of & {
    readonly direction: 'up' | 'down';
    readonly packets: number;
    readonly data_bytes: number;
    readonly elapsed_us: number;
    readonly rate_bps: number;
    readonly detail: {
      readonly report: ReportLine;
      readonly sent: {
        readonly packets: number;
        readonly elapsed_us: number;
        readonly packets_resent: number;
      };
    } | null;
  };
  readonly refused: Of & { readonly direction: 'up' | 'down'; readonly code: string };
  readonly lost: Of & {
    readonly peer_name: string | null;
    readonly cause: CauseLine;
    readonly uptime_ms: number;
    readonly retry_in_ms: number | null;
  };
  readonly failed: Of & {
    readonly attempt: number;
    readonly cause: CauseLine;
    readonly retry_in_ms: number | null;
  };
  readonly omitted: { readonly t_ms: number; readonly omitted_ms: number };
  readonly 'shard-died': { readonly shard: number; readonly text: string; readonly connections: number };
  readonly notice: { readonly level: string; readonly text: string };
  readonly packets: { readonly lines: readonly PacketLine[]; readonly omitted: number };
  readonly snapshot: Figures;
  readonly end: { readonly reason: string };
  readonly verdict: {
    readonly condition: string;
    readonly outcome: 'held' | 'not-held' | 'not-measured';
    readonly unit: string;
    readonly limit: number;
    readonly value: number | null;
    readonly peer: string | null;
  };
  readonly summary: Figures;
}

export type LineType = keyof Bodies;
export type Line = { [Type in LineType]: { readonly type: Type } & Bodies[Type] }[LineType];
export type LineOf<Type extends LineType> = Extract<Line, { readonly type: Type }>;

export function isOf<Type extends LineType>(line: Line, type: Type): line is LineOf<Type> {
  return line.type === type;
}
