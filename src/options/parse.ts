/** Raw texts -> one frozen RunOptions with nothing left to default. */
import { ConntestError } from '../errors.js';
import { parseConnect } from './addresses/connect-uri.js';
import { parseListen } from './addresses/endpoint.js';
import type { Environment } from './environment.js';
import type { RawOptions } from './flags/run.js';
import type { ConnectTarget, Family, ListenTarget, RunOptions, UdpIoChoice } from './types.js';
import { parseColor } from './values/color.js';
import { parseColumns } from './values/columns.js';
import { formatDuration, parseDuration } from './values/duration.js';
import { parseEmphasis } from './values/emphasis.js';
import { parseFailIf } from './values/fail-if.js';
import { type Given, parseChoice, parseCount, usageError } from './values/given.js';
import { parseLogFormat, parseLogLevel } from './values/log.js';
import { parseHdrLog, parseLogLimits, parseLogs } from './values/log-file.js';
import { parseName } from './values/name.js';
import { parseSize } from './values/size.js';
import { parseUis } from './values/ui.js';

/** What this machine gives where the user is silent. */
export interface RunContext {
  /** The default of --name. */
  readonly hostname: string;
  /** How many threads run at once here; the default of --workers where there are sockets enough. */
  readonly parallelism: number;
  /** A screen can be drawn on stdout: the default of --ui is live. */
  readonly hasScreen: boolean;
}

export interface ParsedOptions {
  readonly options: RunOptions;
  /** Sentences for the user: what was understood otherwise than written. */
  readonly notices: readonly string[];
}

/** Each thread costs about 15 MB and a core; more than this is a mistyped number. */
const MAX_WORKERS = 256;
const DEFAULT_INTERVAL_MS = 1000;
/** Shards publish at most every 50 ms: two reports have to see two states. */
const MIN_INTERVAL_MS = 100;
/** The original's. */
const DEFAULT_TIMEOUT_MS = 5000;
/** Below it a wifi's ordinary stall counts as a lost connection. */
const MIN_TIMEOUT_MS = 100;
const MIN_TIME_MS = 100;
/** The original's. */
const DEFAULT_RETRY_DELAY_MS = 1000;
/** Thousands of connections retry at once when a peer goes: not a flood of SYNs. */
const MIN_RETRY_MS = 10;
const DEFAULT_MAX_PACKET_BYTES = 64_000_000;
/** A Hello with the longest name, each character escaped, fits. */
const MIN_MAX_PACKET_BYTES = 4000;
export const UDP_IO = ['auto', 'batch', 'dgram'] as const satisfies readonly UdpIoChoice[];
/** Minutes on a 10 Gbit/s link: a packet that takes longer than that measures nothing. */
const MAX_MAX_PACKET_BYTES = 1e12;

/** `env` is asked for the conventions about colour only; CONNTEST_* variables are in `raw` by now.
 *  Throws ERR_CONNTEST_USAGE. */
export function parseRunOptions(raw: RawOptions, env: Environment, context: RunContext): ParsedOptions {
  const { texts, switches } = raw;
  const timeoutMs = durationOr(texts.get('timeout'), MIN_TIMEOUT_MS, DEFAULT_TIMEOUT_MS);
  const maxPacketSizeBytes = parseMaxPacketSize(texts.get('max-packet-size'));
  const { listens, connects } = parseTargets(raw, { timeoutMs, maxPacketSizeBytes });
  const { uis, notices } = parseUis(raw.lists.get('ui') ?? [], context.hasScreen);
  const timeMs = parseTime(texts.get('time'));
  const options: RunOptions = {
    name: parseName(texts.get('name'), context.hostname),
    listens,
    connects,
    failIf: (raw.lists.get('fail-if') ?? []).map(parseFailIf),
    workers: parseWorkers(texts.get('workers'), context.parallelism, countSockets(listens, connects)),
    timeMs,
    omitMs: parseOmit(texts.get('omit'), timeMs),
    intervalMs: durationOr(texts.get('interval'), MIN_INTERVAL_MS, DEFAULT_INTERVAL_MS),
    timeoutMs,
    ...parseRetry(texts.get('retry-delay'), texts.get('retry-max')),
    maxPacketSizeBytes,
    udpIo: parseUdpIo(texts.get('udp-io')),
    uis,
    logs: parseLogs(raw.lists.get('log') ?? [], uis),
    hdrLog: parseHdrLog(raw.lists.get('hdr-log') ?? []),
    logLimits: parseLogLimits(texts.get('log-size'), texts.get('log-keep')),
    uiEmphasis: parseEmphasis(texts.get('ui-emphasis') ?? { text: 'none', label: '--ui-emphasis' }),
    columns: parseColumns(texts.get('columns')),
    logLevel: parseLogLevel(texts.get('log-level'), switches.has('log-packets')),
    logFormat: parseLogFormat(texts.get('log-format')),
    logPackets: switches.has('log-packets'),
    bits: switches.has('bits'),
    color: parseColor(texts.get('color'), env),
  };
  return { options: freezeDeep(options), notices };
}

function parseTime(given: Given | undefined): number | null {
  return given === undefined ? null : parseDuration(given, MIN_TIME_MS);
}

function parseOmit(given: Given | undefined, timeMs: number | null): number | null {
  const omitMs = given === undefined ? null : parseDuration(given, MIN_TIME_MS);
  if (given !== undefined && omitMs !== null && timeMs !== null && omitMs >= timeMs)
    throw usageError(
      given,
      `nothing is left of a run of ${formatDuration(timeMs)}; write less, or a longer --time`,
    );
  return omitMs;
}

function durationOr(given: Given | undefined, minMs: number, defaultMs: number): number {
  return given === undefined ? defaultMs : parseDuration(given, minMs);
}

export function parseMaxPacketSize(given: Given | undefined): number {
  if (given === undefined) return DEFAULT_MAX_PACKET_BYTES;
  return parseSize(given, { minBytes: MIN_MAX_PACKET_BYTES, maxBytes: MAX_MAX_PACKET_BYTES });
}

export function parseUdpIo(given: Given | undefined): UdpIoChoice {
  return given === undefined ? 'auto' : parseChoice(given, UDP_IO);
}

function parseTargets(
  raw: RawOptions,
  limits: { timeoutMs: number; maxPacketSizeBytes: number },
): { listens: ListenTarget[]; connects: ConnectTarget[] } {
  const forced = forcedFamily(raw);
  const listens = (raw.lists.get('listen') ?? []).flatMap((given) => parseListen(given, forced));
  const connects = (raw.lists.get('connect') ?? []).map((given) => parseConnect(given, forced, limits));
  return { listens, connects };
}

function forcedFamily({ switches }: RawOptions): Family {
  if (!switches.has('ipv4')) return switches.has('ipv6') ? 6 : 0;
  if (!switches.has('ipv6')) return 4;
  throw new ConntestError(
    'ERR_CONNTEST_USAGE',
    '-4 and -6 (or CONNTEST_IPV4 and CONNTEST_IPV6) exclude each other; leave both out to use both families',
  );
}

function countSockets(listens: readonly ListenTarget[], connects: readonly ConnectTarget[]): number {
  return connects.reduce((sum, target) => sum + target.connections, listens.length);
}

function parseWorkers(given: Given | undefined, parallelism: number, sockets: number): number {
  if (given !== undefined) return parseCount(given, 1, MAX_WORKERS);
  return Math.max(1, Math.min(parallelism, sockets, MAX_WORKERS));
}

function parseRetry(
  delay: Given | undefined,
  max: Given | undefined,
): { retryDelayMs: number; retryMaxMs: number } {
  const retryDelayMs = durationOr(delay, MIN_RETRY_MS, DEFAULT_RETRY_DELAY_MS);
  const retryMaxMs = durationOr(max, MIN_RETRY_MS, retryDelayMs);
  if (max !== undefined && retryMaxMs < retryDelayMs) {
    throw usageError(max, `less than the retry delay; write ${formatDuration(retryDelayMs)} or more`);
  }
  return { retryDelayMs, retryMaxMs };
}

function freezeDeep<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) freezeDeep(part);
    Object.freeze(value);
  }
  return value;
}
