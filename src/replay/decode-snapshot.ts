/** A snapshot's line -> the snapshot that it was written from, as far as it says. */
import { type Fields, fieldsOf, listOf, numberOf, textOf, timeOf } from '../analysis/fields.js';
import type {
  DirectionSummary,
  KernelSummary,
  LatencySummary,
  Limit,
  LimitCause,
  PeerSnapshot,
  PeerState,
  RunSnapshot,
  ShapeBar,
  TimesHistogram,
} from '../stats/snapshot.js';

/** The outline of a row's latencies, which a line does not have. */
export type ShapeOf = (rowId: string, row: Fields) => readonly ShapeBar[];

const STATES = ['connecting', 'connected', 'retrying', 'ended'] as const satisfies readonly PeerState[];
const VERSIONS = [1, 2] as const;
const LIMITS = [
  'rate',
  'sender-cpu',
  'send-buffer',
  'receiver-cpu',
  'receiver-buffer',
  'window',
  'path',
  'path-or-receiver',
] as const satisfies readonly LimitCause[];

/** Only reporters that write logs read histograms, and a log is what this is. */
const NO_HISTOGRAM: TimesHistogram = { copy: () => [], since: () => null };
const NO_HISTOGRAMS: PeerSnapshot['histograms'] = {
  latency: NO_HISTOGRAM,
  latencyLoaded: NO_HISTOGRAM,
  rtt: NO_HISTOGRAM,
  rttLoaded: NO_HISTOGRAM,
  owd: NO_HISTOGRAM,
};

export function decodeSnapshot(line: Fields, shapeOf: ShapeOf): RunSnapshot {
  const { rss_bytes, loop_delay_p99_ns } = fieldsOf(line.process);
  return {
    tMs: timeOf(line.t_ms) ?? 0,
    elapsedMs: number(line.elapsed_ms),
    clients: listOf(line.clients).map((row, index) => peer(`client ${index}`, fieldsOf(row), shapeOf)),
    servers: listOf(line.servers).map((value) => {
      const row = fieldsOf(value);
      return peer(`${row.target} ${row.ip} ${row.peer_name}`, row, shapeOf);
    }),
    shards: listOf(line.shards).map((value) => {
      const { shard, connections, utilization } = fieldsOf(value);
      return {
        shard: number(shard),
        connections: number(connections),
        utilization: number(utilization),
      };
    }),
    process: { rssBytes: number(rss_bytes), loopDelayP99Ns: number(loop_delay_p99_ns) },
  };
}

function peer(id: string, row: Fields, shapeOf: ShapeOf): PeerSnapshot {
  const shape = shapeOf(id, row);
  return {
    id,
    ...identity(row),
    packetsSent: number(row.packets_sent),
    packetsReceived: number(row.packets_received),
    bytesSent: number(row.sent_bytes),
    bytesReceived: number(row.received_bytes),
    packetSizeBytes: numberOf(row.packet_size_bytes),
    latency: latency(row.latency),
    latencyShape: () => shape,
    latencyLoaded: latency(row.latency_loaded),
    rtt: latency(row.rtt),
    rttLoaded: latency(row.rtt_loaded),
    owd: latency(row.owd),
    histograms: NO_HISTOGRAMS,
    cwndBytes: numberOf(row.cwnd_bytes),
    srttNs: numberOf(row.srtt_ns),
    kernel: kernel(row),
    up: direction(row.up),
    down: direction(row.down),
    receivedRateBps: numberOf(row.received_rate_bps),
    delayed: numberOf(row.packets_delayed),
    lost: numberOf(row.packets_lost),
    resent: numberOf(row.packets_resent),
    reordered: numberOf(row.packets_reordered),
  };
}

/** Two that a line doesn't have: when the next try was due, and whether a key had switched bandwidth off. */
function identity(row: Fields) {
  const version = VERSIONS.find((known) => known === row.protocol_version) ?? null;
  return {
    role: row.role === 'listener' ? ('listener' as const) : ('client' as const),
    target: textOf(row.target) ?? '',
    protocol: row.protocol === 'udp' ? ('udp' as const) : ('tcp' as const),
    version,
    peerName: textOf(row.peer_name),
    ip: textOf(row.ip),
    port: numberOf(row.port),
    state: STATES.find((state) => state === row.state) ?? 'connecting',
    stateText: textOf(row.state_text),
    retryInMs: null,
    isMonitored: null,
    connectionsWanted: number(row.connections_wanted),
    connectionsUp: number(row.connections_up),
    uptimeMs: numberOf(row.uptime_ms),
    retries: number(row.retries),
  };
}

function latency(value: unknown): LatencySummary {
  const times = fieldsOf(value);
  return {
    count: number(times.count),
    lastNs: numberOf(times.last_ns),
    minNs: numberOf(times.min_ns),
    meanNs: numberOf(times.mean_ns),
    p50Ns: numberOf(times.p50_ns),
    p90Ns: numberOf(times.p90_ns),
    p99Ns: numberOf(times.p99_ns),
    p999Ns: numberOf(times.p999_ns),
    maxNs: numberOf(times.max_ns),
  };
}

function kernel(row: Fields): KernelSummary {
  const tcp = fieldsOf(row.tcp);
  const isKnown = numberOf(tcp.retransmits) !== null;
  return {
    tcp: isKnown
      ? {
          rttUs: numberOf(tcp.rtt_us),
          rttVarUs: numberOf(tcp.rtt_var_us),
          minRttUs: numberOf(tcp.min_rtt_us),
          cwndBytes: numberOf(tcp.cwnd_bytes),
          pacingRateBps: numberOf(tcp.pacing_rate_bps),
          deliveryRateBps: numberOf(tcp.delivery_rate_bps),
          retransmits: number(tcp.retransmits),
        }
      : null,
    pathMtuBytes: numberOf(row.path_mtu_bytes),
    queueDrops: numberOf(row.queue_drops),
  };
}

function direction(value: unknown): DirectionSummary {
  const fields = fieldsOf(value);
  return {
    bytes: number(fields.data_bytes),
    packets: number(fields.packets),
    phases: number(fields.phases),
    elapsedUs: number(fields.elapsed_us),
    rateBps: numberOf(fields.rate_bps),
    meanRateBps: numberOf(fields.mean_rate_bps),
    rawRateBps: numberOf(fields.raw_rate_bps),
    lost: numberOf(fields.packets_lost),
    recovered: numberOf(fields.packets_recovered),
    residual: numberOf(fields.packets_residual),
    resent: numberOf(fields.packets_resent),
    spurious: numberOf(fields.packets_spurious),
    reordered: numberOf(fields.packets_reordered),
    duplicates: numberOf(fields.packets_duplicate),
    lossRate: numberOf(fields.loss_rate),
    jitterNs: numberOf(fields.jitter_ns),
    limit: limit(fields.limited_by),
  };
}

function limit(value: unknown): Limit | null {
  const fields = fieldsOf(value);
  const cause = LIMITS.find((known) => known === fields.cause);
  return cause === undefined ? null : { cause, evidence: textOf(fields.evidence) ?? '' };
}

function number(value: unknown): number {
  return numberOf(value) ?? 0;
}
