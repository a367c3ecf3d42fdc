/** What the shared memory says at one moment, merged to one row a peer: all that a reporter sees of
 *  figures. Rates are bits per second, counters run on over reconnects. */

/** Times of one kind: count, extremes and mean of the real samples, percentiles of the histogram. Zero
 *  counts: every figure null. */
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

/** Counts of a histogram's buckets, in parts; where nothing was counted there is none. */
export type HistogramCounts = readonly (Uint32Array | undefined)[];

export interface IntervalHistogram {
  /** HdrHistogram's V2 compressed encoding. */
  readonly base64: string;
  /** Of the bucket of the largest value. */
  readonly maxNs: number;
  readonly counts: HistogramCounts;
  /** Both together. */
  plus(other: IntervalHistogram): IntervalHistogram;
}

/** All values of one kind. The next snapshot uses its memory again: read it, or copy it, while handling this one. */
export interface TimesHistogram {
  copy(): HistogramCounts;
  /** What was counted since that copy, or since the start; null: nothing was. */
  since(earlier: HistogramCounts | null): IntervalHistogram | null;
}

/** The kinds of times that a row has, each as a `LatencySummary` and as a histogram. */
export type TimesName = 'latency' | 'latencyLoaded' | 'rtt' | 'rttLoaded' | 'owd';

/** What held a rate back: the rate that was set; a CPU or a buffer of the sender or the receiver; the window that
 *  the peer gives; the path; over UDP, the path or the receiver, which the sender can't tell apart. */
export type LimitCause =
  | 'rate'
  | 'sender-cpu'
  | 'send-buffer'
  | 'receiver-cpu'
  | 'receiver-buffer'
  | 'window'
  | 'path'
  | 'path-or-receiver';

export interface Limit {
  readonly cause: LimitCause;
  /** The figures that say so, in words. */
  readonly evidence: string;
}

/** What the kernel tells of the sockets: newest values, means over the connections unless said otherwise. */
export interface KernelSummary {
  /** null over UDP, and where the system doesn't tell. */
  readonly tcp: TcpSummary | null;
  /** null: not known. */
  readonly pathMtuBytes: number | null;
  /** Datagrams dropped because a receive queue was full, summed; null over TCP, and where the system doesn't tell.
   *  Connections of one listening socket share its queue: only their sum is exact. */
  readonly queueDrops: number | null;
}

export interface TcpSummary {
  /** Smoothed round trip, its mean deviation (RFC 6298 §2), and the least one; null once all connections ended. */
  readonly rttUs: number | null;
  readonly rttVarUs: number | null;
  readonly minRttUs: number | null;
  /** Summed over the connections, as the rates are. */
  readonly cwndBytes: number | null;
  readonly pacingRateBps: number | null;
  readonly deliveryRateBps: number | null;
  /** Segments, summed over all connections that there were. */
  readonly retransmits: number;
}

/** How many times lay from `fromNs` up to the next bar's. */
export interface ShapeBar {
  readonly fromNs: number;
  readonly count: number;
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
  /** As `meanRateBps`, of all copies that were sent; null where the receiver isn't told. */
  readonly rawRateBps: number | null;

  // Packets; each null where nobody counts it: everything over TCP, and over UDP in version 1 what only the
  // other end could know.

  /** Dropped by the path, every copy counted; in version 1 given up by the receiver. */
  readonly lost: number | null;
  /** Of the lost ones: in the end a later copy came. */
  readonly recovered: number | null;
  /** That never came in any copy. */
  readonly residual: number | null;
  /** Further copies that were sent, and those of them whose packet had arrived. */
  readonly resent: number | null;
  readonly spurious: number | null;
  /** That came after a later packet. */
  readonly reordered: number | null;
  /** That came again. */
  readonly duplicates: number | null;
  /** lost / (packets + lost), 0 to 1. */
  readonly lossRate: number | null;
  /** RFC 3550 §6.4.1, of the newest phase; the mean of the connections. */
  readonly jitterNs: number | null;
  /** Over the interval before this snapshot; in the summary over the whole run. null: the figures don't tell. */
  readonly limit: Limit | null;
}

export type PeerState = 'connecting' | 'connected' | 'retrying' | 'ended';

/** One line of a table: a --connect target, or one peer (same name and ip) of our listeners. */
export interface PeerSnapshot {
  /** Names the row for the whole run. */
  readonly id: string;
  readonly role: 'client' | 'listener';
  readonly target: string;
  readonly protocol: 'tcp' | 'udp';
  /** Of the protocol that is spoken; null: no Hello yet. */
  readonly version: 1 | 2 | null;
  /** null: no Hello yet. */
  readonly peerName: string | null;
  readonly ip: string | null;
  /** The peer's port; null when several connections are merged in this row as a listener. */
  readonly port: number | null;
  readonly state: PeerState;
  /** For state `retrying`: the last cause in words; null otherwise. */
  readonly stateText: string | null;
  /** Until the next try of a connection that waits for one; null where none does. */
  readonly retryInMs: number | null;
  /** Whether bandwidth is measured as well; null for a listener, whose peers decide that. */
  readonly isMonitored: boolean | null;
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
  /** Half of the round trip, as the original defines latency, while no data of a phase was moving. */
  readonly latency: LatencySummary;
  /** How they are spread, for a small histogram: four bars to each doubling of the time, from the first bar that has
   *  any to the last that has. Made when it is asked for first: few rows are ever shown with it. */
  latencyShape(): readonly ShapeBar[];
  /** The same for pings that began while data was moving. Version 2 only, as everything down to `owd`. */
  readonly latencyLoaded: LatencySummary;
  /** Round trips of packets over UDP, without the time the peer held its answer. */
  readonly rtt: LatencySummary;
  readonly rttLoaded: LatencySummary;
  /** One-way delay of the data that this side received, above its least. */
  readonly owd: LatencySummary;
  readonly histograms: Readonly<Record<TimesName, TimesHistogram>>;
  /** Sending over UDP: the congestion window, summed over the connections, and the smoothed round trip of
   *  RFC 9002 §5.3, their mean. */
  readonly cwndBytes: number | null;
  readonly srttNs: number | null;
  readonly kernel: KernelSummary;
  readonly up: DirectionSummary;
  readonly down: DirectionSummary;
  /** What this side measured as the receiver in its latest phase: the original's bndwdth column. */
  readonly receivedRateBps: number | null;
  /** Over UDP: packets that are missing right now, with later ones there. null over TCP. */
  readonly delayed: number | null;
  /** Sums of both directions, as far as they are known. */
  readonly lost: number | null;
  readonly resent: number | null;
  readonly reordered: number | null;
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
