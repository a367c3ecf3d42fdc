/** The options of a --connect URI -> what to measure on its connections. */

import type { CongestionControl, Direction, MeasurePlan, PhaseBound, Protocol } from '../types.js';
import { formatDuration, parseDuration } from '../values/duration.js';
import { type Given, parseChoice, parseCount, usageError } from '../values/given.js';
import { parseRate } from '../values/rate.js';
import { formatSize, parseSize } from '../values/size.js';
import type { UriOptions } from './uri-options.js';

/** What other options allow. */
export interface MeasureLimits {
  readonly maxPacketSizeBytes: number;
  readonly timeoutMs: number;
}

const DEFAULT_TCP_PACKET_BYTES = 128_000;
/** As the original's examples; with all headers about 1523 bytes, two fragments at an MTU of 1500. */
const DEFAULT_UDP_PACKET_BYTES = 1400;
/** A datagram of IPv4 has 65,507 bytes, of which our header takes up to 2,500. */
export const MAX_UDP_PACKET_BYTES = 63_000;
/** The schedule's pause in the original. */
const DEFAULT_PING_INTERVAL_MS = 500;
const DEFAULT_PHASE_MS = 1000;
/** Below it a phase is shorter than the clock ticks and buffers that it would measure. */
const MIN_PHASE_MS = 10;
/** No latency is measured during a phase: longer than this is a mistyped unit. */
const MAX_PHASE_MS = 3_600_000;
/** 1 PB: hours at any rate of today, and every count derived from it stays an exact integer. */
const MAX_TEST_SIZE_BYTES = 1e15;
/** Linux has 28,232 local ports for one target by default; this leaves as many again for reconnecting. */
const MAX_CONNECTIONS = 10_000;

const CONGESTION_CONTROLS = ['cubic', 'newreno', 'none'] as const satisfies readonly CongestionControl[];
export const DIRECTIONS = ['up', 'down', 'both'] as const satisfies readonly Direction[];

/** How many connections to open. Throws ERR_CONNTEST_USAGE. */
export function parseConnections(options: UriOptions): number {
  const given = options.get('connections');
  return given === undefined ? 1 : parseCount(given, 1, MAX_CONNECTIONS);
}

/** Throws ERR_CONNTEST_USAGE. Options about bandwidth stand without monitor-bandwidth, as in the original. */
export function parseMeasure(options: UriOptions, protocol: Protocol, limits: MeasureLimits): MeasurePlan {
  const direction = options.get('direction');
  const packetSizeBytes = parsePacketSize(options, protocol, limits.maxPacketSizeBytes);
  return {
    monitorBandwidth: parseMonitor(options),
    direction: direction === undefined ? 'both' : parseChoice(direction, DIRECTIONS),
    packetSizeBytes,
    bound: parseBound(options, packetSizeBytes),
    ...parseDatagramOptions(options, protocol),
    pingIntervalUs: parsePingIntervalMs(options, limits.timeoutMs) * 1000,
  };
}

/** What a stream leaves to the system. */
function parseDatagramOptions(
  options: UriOptions,
  protocol: Protocol,
): Pick<MeasurePlan, 'reliable' | 'rateBps' | 'cc'> {
  const reliable = options.get('reliable');
  const rate = options.get('rate');
  const cc = options.get('cc');
  if (protocol === 'tcp' && reliable !== undefined) {
    throw usageError(reliable, 'for UDP only: over TCP the system sends again');
  }
  return {
    reliable: reliable === undefined || parseReliable(reliable),
    rateBps: rate === undefined ? 0 : parseRate(rate),
    cc: cc === undefined || protocol === 'tcp' ? 'cubic' : parseChoice(cc, CONGESTION_CONTROLS),
  };
}

/** Without a guess: 'no' is nearer to 'on' than to what it means. */
function parseReliable(given: Given): boolean {
  const word = given.text.toLowerCase();
  if (word === 'on' || word === 'off') return word === 'on';
  throw usageError(given, 'not one of on, off');
}

function parseMonitor(options: UriOptions): boolean {
  const given = options.get('monitor-bandwidth');
  if (given === undefined) return false;
  return given.text === '' || parseChoice(given, ['true', 'false']) === 'true';
}

/** A default gives way to the limits of the run; only what the user wrote is held against them. */
function parsePacketSize(options: UriOptions, protocol: Protocol, maxBytes: number): number {
  const given = options.get('packet-size');
  const defaultBytes = protocol === 'tcp' ? DEFAULT_TCP_PACKET_BYTES : DEFAULT_UDP_PACKET_BYTES;
  if (given === undefined) return Math.min(defaultBytes, maxBytes);
  if (protocol === 'udp' && maxBytes > MAX_UDP_PACKET_BYTES) {
    return parseSize(given, {
      minBytes: 1,
      maxBytes: MAX_UDP_PACKET_BYTES,
      hint: ' that one datagram carries',
    });
  }
  return parseSize(given, { minBytes: 1, maxBytes, hint: ' (set by --max-packet-size)' });
}

function parseBound(options: UriOptions, packetSizeBytes: number): PhaseBound {
  const phase = options.get('phase');
  const testSize = options.get('test-size');
  if (testSize === undefined) {
    const phaseMs = phase === undefined ? DEFAULT_PHASE_MS : parseDuration(phase, MIN_PHASE_MS, MAX_PHASE_MS);
    return { kind: 'time', phaseUs: phaseMs * 1000 };
  }
  if (phase !== undefined) {
    throw usageError(testSize, 'phase and test-size both end a bandwidth phase; choose one of the two');
  }
  const testSizeBytes = parseSize(testSize, { minBytes: 1, maxBytes: MAX_TEST_SIZE_BYTES });
  if (testSizeBytes >= packetSizeBytes) return { kind: 'size', testSizeBytes };
  throw usageError(testSize, `less than one packet; packet-size is ${formatSize(packetSizeBytes)}`);
}

/** A pause as long as the timeout would end every connection that is only being pinged. */
function parsePingIntervalMs(options: UriOptions, timeoutMs: number): number {
  const given = options.get('ping-interval');
  if (given === undefined) return Math.min(DEFAULT_PING_INTERVAL_MS, Math.floor(timeoutMs / 2));
  const pingIntervalMs = parseDuration(given, 0);
  if (pingIntervalMs < timeoutMs) return pingIntervalMs;
  throw usageError(
    given,
    `the timeout of ${formatDuration(timeoutMs)} would end the connection first; write less than that`,
  );
}
