/** What the shared memory says at one moment, merged to one row a peer: all that a reporter sees of
 *  figures. Rates are bits per second, counters run on over reconnects. */

/** Half of the round trip, as the original defines latency. Zero counts: every figure null. */
export interface LatencySummary {
  readonly count: number;
  readonly lastNs: number | null;
  readonly minNs: number | null;
  readonly meanNs: number | null;
  readonly p50Ns: number | null;
  readonly p90Ns: number | null;
  readonly p99Ns: number | null;
  readonly p999Ns: number | null;
  readonly maxNs: number | null;
}

export interface DirectionSummary {
  /** Data bytes and packets of finished phases. */
  readonly bytes: number;
  readonly packets: number;
  readonly phases: number;
  /** Time spent in finished phases, summed over the connections. */
  readonly elapsedUs: number;
  /** The newest figure: of the running phase once it is 100 ms old, else of the last one; summed over
   *  the connections. null: never measured. */
  readonly rateBps: number | null;
  /** bytes * 8 / elapsed of finished phases, times the connections that there were at once. */
  readonly meanRateBps: number | null;
}

export type PeerState = 'connecting' | 'connected' | 'retrying' | 'ended';

/** One line of a table: a --connect target, or one peer (same name and ip) of our listeners. */
export interface PeerSnapshot {
  readonly role: 'client' | 'listener';
  readonly target: string;
  readonly protocol: 'tcp' | 'udp';
  /** null: no Hello yet. */
  readonly peerName: string | null;
  readonly ip: string | null;
  /** The peer's port; null when several connections are merged in this row as a listener. */
  readonly port: number | null;
  readonly state: PeerState;
  /** For state `retrying`: the last cause in words; null otherwise. */
  readonly stateText: string | null;
  readonly connectionsWanted: number;
  readonly connectionsUp: number;
  /** Of the connection that has been up longest; null when none is up. */
  readonly uptimeMs: number | null;
  readonly retries: number;
  readonly packetsSent: number;
  readonly packetsReceived: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Of the latest phase; null without one. */
  readonly packetSizeBytes: number | null;
  readonly latency: LatencySummary;
  readonly up: DirectionSummary;
  readonly down: DirectionSummary;
  /** What this side measured as the receiver in its latest phase: the original's bndwdth column. */
  readonly receivedRateBps: number | null;
  /** UDP only; null over TCP. */
  readonly delayed: number | null;
  readonly lost: number | null;
}

export interface ShardSnapshot {
  readonly shard: number;
  readonly connections: number;
  /** Share of the last interval that the event loop was busy, 0 to 1. */
  readonly utilization: number;
}

/** How this process itself is doing: a load generator that is short of CPU measures itself. */
export interface ProcessSnapshot {
  readonly rssBytes: number;
  /** How late the main thread's loop ran its timers, since the start. */
  readonly loopDelayP99Ns: number;
}

export interface RunSnapshot {
  /** Epoch. */
  readonly tMs: number;
  /** Since the start of the run. */
  readonly elapsedMs: number;
  readonly clients: readonly PeerSnapshot[];
  readonly servers: readonly PeerSnapshot[];
  readonly shards: readonly ShardSnapshot[];
  readonly process: ProcessSnapshot;
}
