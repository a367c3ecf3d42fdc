/** Several peers as one. Percentiles cannot be added up and stay null; the mean is weighted by count. */
import type {
  DirectionSummary,
  KernelSummary,
  LatencySummary,
  PeerSnapshot,
  TcpSummary,
} from '../../stats/snapshot.js';

/** The figures of a total: what a peer's row shows, without who it is. */
export type PeerFigures = Pick<
  PeerSnapshot,
  | 'connectionsWanted'
  | 'connectionsUp'
  | 'retries'
  | 'packetsSent'
  | 'packetsReceived'
  | 'bytesSent'
  | 'bytesReceived'
  | 'latency'
  | 'latencyLoaded'
  | 'rtt'
  | 'rttLoaded'
  | 'owd'
  | 'cwndBytes'
  | 'srttNs'
  | 'kernel'
  | 'up'
  | 'down'
  | 'receivedRateBps'
  | 'delayed'
  | 'lost'
  | 'resent'
  | 'reordered'
>;

export function totalFigures(peers: readonly PeerFigures[]): PeerFigures {
  return {
    connectionsWanted: sum(peers.map((peer) => peer.connectionsWanted)),
    connectionsUp: sum(peers.map((peer) => peer.connectionsUp)),
    retries: sum(peers.map((peer) => peer.retries)),
    packetsSent: sum(peers.map((peer) => peer.packetsSent)),
    packetsReceived: sum(peers.map((peer) => peer.packetsReceived)),
    bytesSent: sum(peers.map((peer) => peer.bytesSent)),
    bytesReceived: sum(peers.map((peer) => peer.bytesReceived)),
    latency: totalLatency(peers.map((peer) => peer.latency)),
    latencyLoaded: totalLatency(peers.map((peer) => peer.latencyLoaded)),
    rtt: totalLatency(peers.map((peer) => peer.rtt)),
    rttLoaded: totalLatency(peers.map((peer) => peer.rttLoaded)),
    owd: totalLatency(peers.map((peer) => peer.owd)),
    cwndBytes: sumMeasured(peers.map((peer) => peer.cwndBytes)),
    srttNs: null,
    kernel: totalKernel(peers.map((peer) => peer.kernel)),
    up: totalDirection(peers.map((peer) => peer.up)),
    down: totalDirection(peers.map((peer) => peer.down)),
    receivedRateBps: sumMeasured(peers.map((peer) => peer.receivedRateBps)),
    delayed: sumMeasured(peers.map((peer) => peer.delayed)),
    lost: sumMeasured(peers.map((peer) => peer.lost)),
    resent: sumMeasured(peers.map((peer) => peer.resent)),
    reordered: sumMeasured(peers.map((peer) => peer.reordered)),
  };
}

function totalLatency(parts: readonly LatencySummary[]): LatencySummary {
  const count = sum(parts.map((part) => part.count));
  const weighted = sum(parts.map((part) => (part.meanNs ?? 0) * part.count));
  const minima = measured(parts.map((part) => part.minNs));
  const maxima = measured(parts.map((part) => part.maxNs));
  return {
    count,
    lastNs: null,
    minNs: minima.length === 0 ? null : Math.min(...minima),
    meanNs: count === 0 ? null : weighted / count,
    p50Ns: null,
    p90Ns: null,
    p99Ns: null,
    p999Ns: null,
    maxNs: maxima.length === 0 ? null : Math.max(...maxima),
  };
}

/** A share of loss and a jitter are each of one path. */
function totalDirection(parts: readonly DirectionSummary[]): DirectionSummary {
  return {
    bytes: sum(parts.map((part) => part.bytes)),
    packets: sum(parts.map((part) => part.packets)),
    phases: sum(parts.map((part) => part.phases)),
    elapsedUs: sum(parts.map((part) => part.elapsedUs)),
    rateBps: sumMeasured(parts.map((part) => part.rateBps)),
    meanRateBps: sumMeasured(parts.map((part) => part.meanRateBps)),
    rawRateBps: sumMeasured(parts.map((part) => part.rawRateBps)),
    lost: sumMeasured(parts.map((part) => part.lost)),
    recovered: sumMeasured(parts.map((part) => part.recovered)),
    residual: sumMeasured(parts.map((part) => part.residual)),
    resent: sumMeasured(parts.map((part) => part.resent)),
    spurious: sumMeasured(parts.map((part) => part.spurious)),
    reordered: sumMeasured(parts.map((part) => part.reordered)),
    duplicates: sumMeasured(parts.map((part) => part.duplicates)),
    lossRate: null,
    jitterNs: null,
    limit: null,
  };
}

/** Round trips and an MTU are each of one path. */
function totalKernel(parts: readonly KernelSummary[]): KernelSummary {
  const tcp = parts.map((part) => part.tcp).filter((part) => part !== null);
  return {
    tcp: tcp.length === 0 ? null : totalTcp(tcp),
    pathMtuBytes: null,
    queueDrops: sumMeasured(parts.map((part) => part.queueDrops)),
  };
}

function totalTcp(parts: readonly TcpSummary[]): TcpSummary {
  return {
    rttUs: null,
    rttVarUs: null,
    minRttUs: null,
    cwndBytes: sumMeasured(parts.map((part) => part.cwndBytes)),
    pacingRateBps: sumMeasured(parts.map((part) => part.pacingRateBps)),
    deliveryRateBps: sumMeasured(parts.map((part) => part.deliveryRateBps)),
    retransmits: sum(parts.map((part) => part.retransmits)),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** null where no part was measured, so that a total of nothing is not a zero. */
function sumMeasured(values: readonly (number | null)[]): number | null {
  const known = measured(values);
  return known.length === 0 ? null : sum(known);
}

function measured(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}
