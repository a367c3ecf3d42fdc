/** Texts of `conntest probe` -> one ProbeOptions with nothing left to default. */
import { ConntestError } from '../errors.js';
import { countProbes, type ProbeTarget, parseProbeTarget } from './addresses/probe-target.js';
import type { Environment } from './environment.js';
import type { RawCommand } from './flags/command-flag.js';
import type { ProbeFlag } from './flags/probe.js';
import type { ColorMode, Family, Protocol } from './types.js';
import { parseColor } from './values/color.js';
import { parseDuration } from './values/duration.js';
import { type Given, parseChoice, parseCount, usageError } from './values/given.js';

export const PROBE_UIS = ['text', 'json', 'csv', 'none'] as const;
export type ProbeUi = (typeof PROBE_UIS)[number];
export const EXPECTATIONS = ['open', 'conntest', 'closed', 'filtered'] as const;
export type Expectation = (typeof EXPECTATIONS)[number];

export interface ProbeOptions {
  readonly targets: readonly ProbeTarget[];
  readonly timeoutMs: number;
  readonly tries: Readonly<Record<Protocol, number>>;
  readonly parallel: number;
  /** Tries a second; null: no limit. */
  readonly ratePerS: number | null;
  readonly workers: number;
  /** From the start of one round to the next; null: one round. */
  readonly watchMs: number | null;
  readonly expect: Expectation | null;
  readonly asksTcp: boolean;
  /** A line for each port. */
  readonly all: boolean;
  readonly ui: ProbeUi;
  readonly color: ColorMode;
}

export type RawProbe = RawCommand<ProbeFlag>;

const DEFAULT_TIMEOUT_MS = 2000;
/** Below it ordinary paths look filtered. */
const MIN_TIMEOUT_MS = 20;
/** Longer than any system waits for a connection by itself. */
const MAX_TIMEOUT_MS = 300_000;
/** Over TCP the system sends its SYN again after a second (RFC 6298 §2.1); nobody does that for a datagram. */
const DEFAULT_TRIES = { tcp: 1, udp: 2 } as const;
const MAX_TRIES = 100;
const DEFAULT_PARALLEL = 500;
/** More than any process may open. */
const MAX_PARALLEL = 1_000_000;
const MAX_RATE_PER_S = 1_000_000;
const MIN_WATCH_MS = 100;
/** A thread takes 60 ms to start; that many refusals take as long. */
const PROBES_PER_WORKER = 2000;
const MAX_WORKERS = 256;
/** Above it a block of addresses was perhaps mistyped: --yes says that it was not. */
const MAX_UNCONFIRMED = 4096;
/** What the results of so many take is about 1 GB. */
const MAX_PROBES = 4_000_000;

/** `env` is asked for the conventions about colour only. Throws ERR_CONNTEST_USAGE. */
export function parseProbe(
  { targets, texts, switches }: RawProbe,
  env: Environment,
  parallelism: number,
): ProbeOptions {
  const forced = forcedFamily(switches);
  const parsed = targets.map((given) => parseProbeTarget(given, forced));
  const probes = boundProbes(targets, parsed, switches.has('yes'));
  const parallel = countOr(texts.get('parallel'), MAX_PARALLEL, DEFAULT_PARALLEL);
  const rate = texts.get('rate');
  const watch = texts.get('watch');
  const expect = texts.get('expect');
  const tries = texts.get('tries');
  const ui = texts.get('ui');
  return {
    targets: parsed,
    timeoutMs: durationOr(texts.get('timeout'), DEFAULT_TIMEOUT_MS),
    tries: tries === undefined ? DEFAULT_TRIES : sameTries(parseCount(tries, 1, MAX_TRIES)),
    parallel,
    ratePerS: rate === undefined ? null : parseCount(rate, 1, MAX_RATE_PER_S),
    workers: parseWorkers(texts.get('workers'), parallelism, probes, parallel),
    watchMs: watch === undefined ? null : parseDuration(watch, MIN_WATCH_MS),
    expect: expect === undefined ? null : parseChoice(expect, EXPECTATIONS),
    asksTcp: !switches.has('no-hello'),
    all: switches.has('all'),
    ui: ui === undefined ? 'text' : parseChoice(ui, PROBE_UIS),
    color: parseColor(texts.get('color'), env),
  };
}

function boundProbes(given: readonly Given[], targets: readonly ProbeTarget[], isConfirmed: boolean): number {
  if (targets.length === 0) {
    throw new ConntestError('ERR_CONNTEST_USAGE', "nothing to probe; write e.g. 'tcp://127.0.0.1:1-1024'");
  }
  const probes = targets.map(countProbes);
  const total = probes.reduce((sum, count) => sum + count, 0);
  const largest = probes.indexOf(Math.max(...probes));
  if (total > MAX_PROBES) {
    throw usageError(given[largest]!, `${total} ports in all; the most is ${MAX_PROBES} in one go`);
  }
  const inBlocks = targets.reduce(
    (sum, { prefixBits }, i) => sum + (prefixBits === null ? 0 : probes[i]!),
    0,
  );
  if (inBlocks > MAX_UNCONFIRMED && !isConfirmed) {
    throw usageError(
      given[largest]!,
      `${inBlocks} ports of address blocks; above ${MAX_UNCONFIRMED} say with --yes that you mean it`,
    );
  }
  return total;
}

/** 0: either. Throws ERR_CONNTEST_USAGE. */
export function forcedFamily(switches: ReadonlySet<string>): Family {
  if (!switches.has('ipv4')) return switches.has('ipv6') ? 6 : 0;
  if (!switches.has('ipv6')) return 4;
  throw new ConntestError(
    'ERR_CONNTEST_USAGE',
    '-4 and -6 exclude each other; leave both out to use both families',
  );
}

function sameTries(tries: number): Record<Protocol, number> {
  return { tcp: tries, udp: tries };
}

function parseWorkers(
  given: Given | undefined,
  parallelism: number,
  probes: number,
  parallel: number,
): number {
  const most = Math.min(MAX_WORKERS, parallel);
  if (given !== undefined) return Math.min(most, parseCount(given, 1, MAX_WORKERS));
  return Math.max(1, Math.min(parallelism, Math.ceil(probes / PROBES_PER_WORKER), most));
}

function countOr(given: Given | undefined, max: number, defaultCount: number): number {
  return given === undefined ? defaultCount : parseCount(given, 1, max);
}

function durationOr(given: Given | undefined, defaultMs: number): number {
  return given === undefined ? defaultMs : parseDuration(given, MIN_TIMEOUT_MS, MAX_TIMEOUT_MS);
}
