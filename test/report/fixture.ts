/** Parts of runs written by hand: events and snapshots with figures that are easy to follow. */
import type { Address, Cause, PhaseReport, RunEvent } from '../../src/control/events.js';
import type { Output, Reporter, ReporterSettings, RunControl } from '../../src/report/reporter.js';
import type {
  DirectionSummary,
  KernelSummary,
  LatencySummary,
  PeerSnapshot,
  RunSnapshot,
  TimesHistogram,
} from '../../src/stats/snapshot.js';

export const START_MS = Date.UTC(2026, 10, 23, 12, 0, 0, 123);
export const CONNECT = 'tcp://127.0.0.1:1234?monitor-bandwidth&packet-size=5mb';
/** Commands of a run that is only written down. */
const NO_RUN: RunControl = {
  snapshot: () => runSnapshot(0),
  setMonitoring() {},
  reconnect() {},
  drop() {},
  interrupt() {},
};

export const SETTINGS: ReporterSettings = {
  bits: false,
  emphasis: 'none',
  name: 'sender',
  intervalMs: 1000,
  columns: null,
  log: { level: 'debug', format: 'logfmt' },
  run: NO_RUN,
};

/** An Output that keeps what it is given; its fields may be changed to play a terminal or a slow reader. */
export interface MemoryOutput extends Output {
  text: string;
  columns: number | null;
  color: boolean;
  lagging: boolean;
  droppedWrites: number;
}

export function memoryOutput(given: Partial<MemoryOutput> = {}): MemoryOutput {
  return {
    text: '',
    columns: null,
    color: false,
    lagging: false,
    droppedWrites: 0,
    ...given,
    write(text) {
      this.text += text;
    },
  };
}

export type Step =
  | { readonly event: RunEvent }
  | { readonly snapshot: RunSnapshot }
  | { readonly summary: RunSnapshot };

export function play(reporter: Reporter, steps: readonly Step[]): void {
  for (const step of steps) {
    if ('event' in step) reporter.handleEvent(step.event);
    else if ('snapshot' in step) reporter.handleSnapshot(step.snapshot);
    else reporter.handleSummary(step.summary);
  }
}

/** Events at a time of their own; `key` 1 and the client's target where a connection is needed. */
type EventFields<T extends RunEvent['type']> = Partial<Extract<RunEvent, { type: T }>>;

const OF_CLIENT = { key: 1, role: 'client', protocol: 'tcp', target: CONNECT } as const;
export const LOCAL: Address = { ip: '127.0.0.1', port: 40312 };
export const REMOTE: Address = { ip: '127.0.0.1', port: 1234 };

export function cause(given: Partial<Cause> = {}): Cause {
  return {
    phase: 'connect',
    code: 'ECONNREFUSED',
    text: 'connection refused: the host is there, but nothing listens on this port.',
    elapsedMs: 0.4,
    tried: [{ address: '127.0.0.1:1234', code: 'ECONNREFUSED' }],
    ...given,
  };
}

export function start(atMs: number, given: EventFields<'start'> = {}): Step {
  return {
    event: {
      type: 'start',
      tMs: START_MS + atMs,
      name: 'sender',
      version: '0.1.0',
      workers: 2,
      listens: ['tcp:1234'],
      connects: [CONNECT],
      ...given,
    },
  };
}

export function listening(atMs: number): Step {
  const local = { ip: '0.0.0.0', port: 1234 };
  return {
    event: {
      type: 'listening',
      tMs: START_MS + atMs,
      target: 'tcp:1234',
      protocol: 'tcp',
      local,
      shards: 2,
    },
  };
}

export function connected(atMs: number, given: EventFields<'connected'> = {}): Step {
  return {
    event: {
      type: 'connected',
      tMs: START_MS + atMs,
      ...OF_CLIENT,
      local: LOCAL,
      remote: REMOTE,
      buffers: { sendBufferBytes: 87_040, receiveBufferBytes: null },
      attempt: 1,
      connectMs: 0.4321,
      outageMs: null,
      ...given,
    },
  };
}

export function hello(atMs: number, given: EventFields<'hello'> = {}): Step {
  return {
    event: { type: 'hello', tMs: START_MS + atMs, ...OF_CLIENT, peerName: 'receiver', ...given },
  };
}

export function measured(atMs: number): Step {
  return {
    event: { type: 'measured', tMs: START_MS + atMs, ...OF_CLIENT, latencyNs: 23_400, sinceOpenedMs: 1.2 },
  };
}

export function phase(atMs: number, direction: 'up' | 'down', given: EventFields<'phase'> = {}): Step {
  return {
    event: {
      type: 'phase',
      tMs: START_MS + atMs,
      ...OF_CLIENT,
      direction,
      packets: 162,
      bytes: 810_000_000,
      elapsedUs: 1_000_250,
      rateBps: 6_478_380_404.9,
      detail: null,
      ...given,
    },
  };
}

/** What a receiver over UDP saw that lost a little and got it again. */
export const REPORT: PhaseReport = {
  packets: 90_000,
  bytes: 126_000_000,
  elapsedUs: 1_000_013,
  lost: 12,
  recovered: 11,
  residual: 1,
  reordered: 3,
  duplicates: 2,
  resent: 13,
  jitterNs: 18_250,
  busyUs: 412_000,
  queueDrops: 4,
  owdMinNs: -73_000_512,
  owd: 'HISTFAAAACF42pNpmSzMwMDAxMDMwMzACAA=',
};

export function report(atMs: number, given: EventFields<'report'> = {}): Step {
  const rateBps = 1_007_986_896;
  return {
    event: {
      type: 'report',
      tMs: START_MS + atMs,
      ...OF_CLIENT,
      direction: 'up',
      received: false,
      report: { ...REPORT, owd: '' },
      rateBps,
      ...given,
    },
  };
}

export function refused(atMs: number, given: EventFields<'refused'> = {}): Step {
  return {
    event: {
      type: 'refused',
      tMs: START_MS + atMs,
      ...OF_CLIENT,
      direction: 'down',
      code: 'packet_size',
      limit: 1_048_576,
      ...given,
    },
  };
}

export function lost(atMs: number, given: EventFields<'lost'> = {}): Step {
  return {
    event: {
      type: 'lost',
      tMs: START_MS + atMs,
      ...OF_CLIENT,
      remote: REMOTE,
      peerName: 'receiver',
      cause: cause({
        phase: 'session',
        code: 'PEER_CLOSED',
        text: 'the peer closed the connection',
        tried: [],
      }),
      uptimeMs: 12_345,
      retryInMs: 1000,
      ...given,
    },
  };
}

export function failed(atMs: number, given: EventFields<'failed'> = {}): Step {
  return {
    event: {
      type: 'failed',
      tMs: START_MS + atMs,
      ...OF_CLIENT,
      attempt: 1,
      cause: cause(),
      retryInMs: 1000,
      ...given,
    },
  };
}

export function end(atMs: number, reason: 'time' | 'interrupt' | 'error' = 'time'): Step {
  return { event: { type: 'end', tMs: START_MS + atMs, reason } };
}

export function verdict(atMs: number, given: EventFields<'verdict'> = {}): Step {
  return {
    event: {
      type: 'verdict',
      tMs: START_MS + atMs,
      condition: 'p99>20us',
      outcome: 'held',
      unit: 'time',
      limit: 20_000,
      value: 80_200,
      peer: 'receiver',
      ...given,
    },
  };
}

export const NO_LATENCY: LatencySummary = {
  count: 0,
  lastNs: null,
  minNs: null,
  meanNs: null,
  p50Ns: null,
  p90Ns: null,
  p99Ns: null,
  p999Ns: null,
  maxNs: null,
};

const LATENCY: LatencySummary = {
  count: 12_345,
  lastNs: 23_400,
  minNs: 21_000,
  meanNs: 25_123.456,
  p50Ns: 24_000,
  p90Ns: 30_100,
  p99Ns: 80_200,
  p999Ns: 120_000,
  maxNs: 1_204_000,
};

const NO_HISTOGRAM: TimesHistogram = { copy: () => [], since: () => null };
const NO_HISTOGRAMS: PeerSnapshot['histograms'] = {
  latency: NO_HISTOGRAM,
  latencyLoaded: NO_HISTOGRAM,
  rtt: NO_HISTOGRAM,
  rttLoaded: NO_HISTOGRAM,
  owd: NO_HISTOGRAM,
};

const TCP_KERNEL: KernelSummary = {
  tcp: {
    rttUs: 46,
    rttVarUs: 12,
    minRttUs: 21,
    cwndBytes: 327_410,
    pacingRateBps: 12_400_000_000,
    deliveryRateBps: 6_520_000_000,
    retransmits: 3,
  },
  pathMtuBytes: 65_535,
  queueDrops: null,
};

export const NO_KERNEL: KernelSummary = { tcp: null, pathMtuBytes: null, queueDrops: null };

/** Where most of LATENCY lie. */
const SHAPE = [
  { fromNs: 20_480, count: 9_000 },
  { fromNs: 24_576, count: 2_300 },
  { fromNs: 28_672, count: 1_045 },
];

/** A connected client after three phases each way. */
export function peer(given: Partial<PeerSnapshot> = {}): PeerSnapshot {
  return {
    id: 'client 0',
    role: 'client',
    target: CONNECT,
    protocol: 'tcp',
    version: 1,
    peerName: 'receiver',
    ip: '127.0.0.1',
    port: 1234,
    state: 'connected',
    stateText: null,
    retryInMs: null,
    isMonitored: given.role === 'listener' ? null : true,
    connectionsWanted: 1,
    connectionsUp: 1,
    uptimeMs: 3000,
    retries: 0,
    packetsSent: 1_234,
    packetsReceived: 1_230,
    bytesSent: 2_430_100_000,
    bytesReceived: 2_410_000_000,
    packetSizeBytes: 5_000_000,
    latency: LATENCY,
    latencyShape: () => SHAPE,
    latencyLoaded: NO_LATENCY,
    rtt: NO_LATENCY,
    rttLoaded: NO_LATENCY,
    owd: NO_LATENCY,
    histograms: NO_HISTOGRAMS,
    cwndBytes: null,
    srttNs: null,
    kernel: TCP_KERNEL,
    up: direction(6_500_000_000),
    down: direction(6_420_000_000),
    receivedRateBps: 6_420_000_000,
    delayed: null,
    lost: null,
    resent: null,
    reordered: null,
    ...given,
  };
}

/** The same over UDP, both of version 2: losses that were made up for, and times of several kinds. */
export function lossyPeer(given: Partial<PeerSnapshot> = {}): PeerSnapshot {
  return peer({
    protocol: 'udp',
    version: 2,
    kernel: { tcp: null, pathMtuBytes: 1500, queueDrops: 0 },
    packetSizeBytes: 1400,
    latencyLoaded: times(2_000, 1_500_000),
    rtt: times(30, 46_000),
    rttLoaded: times(81_000, 3_100_000),
    owd: times(270_000, 800_000),
    cwndBytes: 1_234_800,
    srttNs: 3_012_345.6,
    up: lossyDirection({
      lost: 3600,
      recovered: 3600,
      resent: 4000,
      spurious: 400,
      reordered: 0,
      rawRateBps: 1.02e9,
    }),
    down: lossyDirection({ lost: 12, recovered: 11, residual: 1, resent: 13, spurious: 1, duplicates: 2 }),
    delayed: 3,
    lost: 3612,
    resent: 4013,
    reordered: 7,
    ...given,
  });
}

/** One of our listener's: it knows the peer's address, and no target of the peer's. */
export function served(given: Partial<PeerSnapshot> = {}): PeerSnapshot {
  return peer({ role: 'listener', target: 'tcp:1234', peerName: 'sender', port: 40_312, ...given });
}

/** A client that has not reached anybody. */
export function unreached(given: Partial<PeerSnapshot> = {}): PeerSnapshot {
  return peer({
    version: null,
    peerName: null,
    ip: null,
    port: null,
    state: 'retrying',
    stateText: 'connection refused: the host is there, but nothing listens on this port.',
    connectionsUp: 0,
    uptimeMs: null,
    retries: 2,
    packetsSent: 0,
    packetsReceived: 0,
    bytesSent: 0,
    bytesReceived: 0,
    packetSizeBytes: null,
    kernel: NO_KERNEL,
    latency: NO_LATENCY,
    latencyShape: () => [],
    retryInMs: 3_000,
    up: NO_DIRECTION,
    down: NO_DIRECTION,
    receivedRateBps: null,
    ...given,
  });
}

/** What nobody counts over TCP. */
const NO_LOSSES = {
  rawRateBps: null,
  lost: null,
  recovered: null,
  residual: null,
  resent: null,
  spurious: null,
  reordered: null,
  duplicates: null,
  lossRate: null,
  jitterNs: null,
  limit: null,
} as const;

export const NO_DIRECTION = {
  bytes: 0,
  packets: 0,
  phases: 0,
  elapsedUs: 0,
  rateBps: null,
  meanRateBps: null,
  ...NO_LOSSES,
} as const;

export function runSnapshot(atMs: number, given: Partial<RunSnapshot> = {}): RunSnapshot {
  return {
    tMs: START_MS + atMs,
    elapsedMs: atMs,
    clients: [],
    servers: [],
    shards: [
      { shard: 0, connections: 1, utilization: 0.4512345 },
      { shard: 1, connections: 1, utilization: 0.02 },
    ],
    process: { rssBytes: 81_234_567, loopDelayP99Ns: 1_234_567 },
    ...given,
  };
}

function direction(rateBps: number): DirectionSummary {
  return {
    bytes: 2_430_000_000,
    packets: 486,
    phases: 3,
    elapsedUs: 3_000_750,
    rateBps,
    meanRateBps: rateBps - 100_000_000.4,
    ...NO_LOSSES,
  };
}

function lossyDirection(given: Partial<DirectionSummary>): DirectionSummary {
  return {
    bytes: 378_000_000,
    packets: 270_000,
    phases: 3,
    elapsedUs: 3_000_039,
    rateBps: 1_007_986_896,
    meanRateBps: 1_007_986_896,
    rawRateBps: 1_008_136_231.2,
    lost: 0,
    recovered: 0,
    residual: 0,
    resent: 0,
    spurious: 0,
    reordered: 7,
    duplicates: 0,
    lossRate: (given.lost ?? 0) / (270_000 + (given.lost ?? 0)),
    jitterNs: 18_250,
    limit: { cause: 'path-or-receiver', evidence: '1,234 packets were lost' },
    ...given,
  };
}

function times(count: number, meanNs: number): LatencySummary {
  return {
    count,
    lastNs: meanNs,
    minNs: meanNs / 2,
    meanNs,
    p50Ns: meanNs,
    p90Ns: 2 * meanNs,
    p99Ns: 3 * meanNs,
    p999Ns: 4 * meanNs,
    maxNs: 5 * meanNs,
  };
}
