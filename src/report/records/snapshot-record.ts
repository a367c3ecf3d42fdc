/** The records of a snapshot and of the summary, which is the last snapshot and each target's history. */
import type {
  DirectionSummary,
  IntervalHistogram,
  KernelSummary,
  LatencySummary,
  PeerSnapshot,
  ProcessSnapshot,
  RunSnapshot,
  TcpSummary,
} from '../../stats/snapshot.js';
import { recordText } from '../print/ascii.js';
import type { TargetHistory } from '../rows/history.js';
import { causeRecord } from './event-record.js';
import type { Histograms, RowHistograms } from './interval-histograms.js';
import { integer, type JsonRecord } from './record.js';
import type { Totals } from './side-totals.js';

/** What the output could not take: a reader of the file must know that there was more. */
export interface Omissions {
  /** Since the last snapshot written. */
  readonly skippedSnapshots: number;
  /** Since the start. */
  readonly droppedEvents: number;
}

/** What a line has of the whole, besides its snapshot. */
export interface LineParts {
  readonly omissions: Omissions;
  readonly histograms: Histograms;
  readonly totals: Totals;
}

export function snapshotRecord(snapshot: RunSnapshot, parts: LineParts): JsonRecord {
  return { type: 'snapshot', ...body(snapshot, parts) };
}

export function summaryRecord(
  snapshot: RunSnapshot,
  parts: LineParts,
  targets: readonly Readonly<TargetHistory>[],
): JsonRecord {
  return { type: 'summary', ...body(snapshot, parts), targets: targets.map(targetRecord) };
}

/** @param histograms without them the record has no `hdr_base64` */
export function peerRecord(peer: PeerSnapshot, histograms?: RowHistograms): JsonRecord {
  return { ...peerIdentity(peer), ...peerFigures(peer, histograms) };
}

export function targetRecord(target: Readonly<TargetHistory>): JsonRecord {
  return {
    role: target.role,
    target: recordText(target.target),
    connections: target.connections,
    losses: target.losses,
    failures: target.failures,
    outages: target.outages,
    outage_ms: integer(target.outageMs),
    longest_outage_ms: integer(target.longestOutageMs),
    last_cause: target.lastCause === null ? null : causeRecord(target.lastCause),
  };
}

export function processRecord({ rssBytes, loopDelayP99Ns }: ProcessSnapshot): JsonRecord {
  return { rss_bytes: integer(rssBytes), loop_delay_p99_ns: integer(loopDelayP99Ns) };
}

function body(snapshot: RunSnapshot, { omissions, histograms, totals }: LineParts): JsonRecord {
  const record = (peer: PeerSnapshot) => peerRecord(peer, histograms.get(peer));
  return {
    t_ms: integer(snapshot.tMs),
    elapsed_ms: integer(snapshot.elapsedMs),
    skipped_snapshots: omissions.skippedSnapshots,
    dropped_events: omissions.droppedEvents,
    // Before the rows: a reader of many lines has no need to look further.
    clients_total: totals.clients,
    servers_total: totals.servers,
    clients: snapshot.clients.map(record),
    servers: snapshot.servers.map(record),
    shards: snapshot.shards.map(({ shard, connections, utilization }) => ({
      shard,
      connections,
      // A share, so no integer: three digits are what its interval can carry.
      utilization: Math.round(utilization * 1000) / 1000,
    })),
    process: processRecord(snapshot.process),
  };
}

function peerIdentity(peer: PeerSnapshot): JsonRecord {
  return {
    role: peer.role,
    target: recordText(peer.target),
    protocol: peer.protocol,
    protocol_version: peer.version,
    peer_name: peer.peerName === null ? null : recordText(peer.peerName),
    ip: peer.ip === null ? null : recordText(peer.ip),
    port: peer.port,
    state: peer.state,
    state_text: peer.stateText === null ? null : recordText(peer.stateText),
    connections_wanted: peer.connectionsWanted,
    connections_up: peer.connectionsUp,
    uptime_ms: integer(peer.uptimeMs),
    retries: peer.retries,
  };
}

function peerFigures(peer: PeerSnapshot, histograms: RowHistograms | undefined): JsonRecord {
  return {
    packets_sent: peer.packetsSent,
    packets_received: peer.packetsReceived,
    sent_bytes: peer.bytesSent,
    received_bytes: peer.bytesReceived,
    packet_size_bytes: peer.packetSizeBytes,
    latency: latencyRecord(peer.latency, histograms?.latency),
    latency_loaded: latencyRecord(peer.latencyLoaded, histograms?.latencyLoaded),
    rtt: latencyRecord(peer.rtt, histograms?.rtt),
    rtt_loaded: latencyRecord(peer.rttLoaded, histograms?.rttLoaded),
    owd: latencyRecord(peer.owd, histograms?.owd),
    cwnd_bytes: integer(peer.cwndBytes),
    srtt_ns: integer(peer.srttNs),
    ...kernelRecord(peer.kernel),
    up: directionRecord(peer.up),
    down: directionRecord(peer.down),
    received_rate_bps: integer(peer.receivedRateBps),
    packets_delayed: peer.delayed,
    packets_lost: peer.lost,
    packets_resent: peer.resent,
    packets_reordered: peer.reordered,
  };
}

function latencyRecord(latency: LatencySummary, histogram?: IntervalHistogram | null): JsonRecord {
  return {
    count: latency.count,
    last_ns: integer(latency.lastNs),
    min_ns: integer(latency.minNs),
    mean_ns: integer(latency.meanNs),
    p50_ns: integer(latency.p50Ns),
    p90_ns: integer(latency.p90Ns),
    p99_ns: integer(latency.p99Ns),
    p999_ns: integer(latency.p999Ns),
    max_ns: integer(latency.maxNs),
    ...(histogram === undefined ? {} : { hdr_base64: histogram?.base64 ?? null }),
  };
}

function kernelRecord({ tcp, pathMtuBytes, queueDrops }: KernelSummary): JsonRecord {
  return {
    tcp: tcp === null ? null : tcpRecord(tcp),
    path_mtu_bytes: integer(pathMtuBytes),
    queue_drops: queueDrops,
  };
}

function tcpRecord(tcp: TcpSummary): JsonRecord {
  return {
    rtt_us: integer(tcp.rttUs),
    rtt_var_us: integer(tcp.rttVarUs),
    min_rtt_us: integer(tcp.minRttUs),
    cwnd_bytes: integer(tcp.cwndBytes),
    pacing_rate_bps: integer(tcp.pacingRateBps),
    delivery_rate_bps: integer(tcp.deliveryRateBps),
    retransmits: tcp.retransmits,
  };
}

function directionRecord(direction: DirectionSummary): JsonRecord {
  return {
    data_bytes: direction.bytes,
    packets: direction.packets,
    phases: direction.phases,
    elapsed_us: integer(direction.elapsedUs),
    rate_bps: integer(direction.rateBps),
    mean_rate_bps: integer(direction.meanRateBps),
    raw_rate_bps: integer(direction.rawRateBps),
    packets_lost: direction.lost,
    packets_recovered: direction.recovered,
    packets_residual: direction.residual,
    packets_resent: direction.resent,
    packets_spurious: direction.spurious,
    packets_reordered: direction.reordered,
    packets_duplicate: direction.duplicates,
    // A share, as utilization; a single loss in a million packets must not be rounded to none.
    loss_rate: direction.lossRate === null ? null : Number(direction.lossRate.toPrecision(4)),
    jitter_ns: integer(direction.jitterNs),
    limited_by: direction.limit === null ? null : { ...direction.limit },
  };
}
