/** Texts of `conntest sweep` -> one set of options with nothing left to default. */
import { ConntestError } from '../errors.js';
import type { SweepDirection, SweepOptions, Way } from '../sweep/types.js';
import { parseConnect } from './addresses/connect-uri.js';
import { DIRECTIONS as DIRECTION_NAMES, MAX_UDP_PACKET_BYTES } from './addresses/measure.js';
import type { Environment } from './environment.js';
import type { RawCommand } from './flags/command-flag.js';
import type { SweepFlag } from './flags/sweep.js';
import { parseMaxPacketSize, parseUdpIo } from './parse.js';
import { forcedFamily } from './probe.js';
import type { ColorMode, ConnectTarget, Direction } from './types.js';
import { parseColor } from './values/color.js';
import { parseDuration } from './values/duration.js';
import { type Given, parseChoice, parseCount, quote, usageError } from './values/given.js';
import { parseName } from './values/name.js';
import { parseSizes, type SizeBound } from './values/sweep-sizes.js';

export const SWEEP_UIS = ['text', 'json', 'csv', 'none'] as const;
export type SweepUi = (typeof SWEEP_UIS)[number];

export interface ParsedSweep {
  readonly options: SweepOptions;
  readonly ui: SweepUi;
  /** null: stdout only. */
  readonly output: { readonly file: string; readonly ui: SweepUi } | null;
  readonly bits: boolean;
  readonly color: ColorMode;
}

/** What this machine gives where the user is silent. */
export interface SweepContext {
  readonly hostname: string;
  /** A number that nobody chose, below 2^32. */
  readonly seed: number;
}

type Raw = RawCommand<SweepFlag>;

const DEFAULT_ROUNDS = 5;
/** At the least phase, hours. */
const MAX_ROUNDS = 1000;
const DEFAULT_PHASE_MS = 300;
/** As of a run's phases: below it buffers and clock ticks are what is measured. */
const MIN_PHASE_MS = 10;
const MAX_PHASE_MS = 3_600_000;
/** Less than a run's: a size that a black hole swallows costs one a round. */
const DEFAULT_TIMEOUT_MS = 2000;
const MIN_TIMEOUT_MS = 100;
const MAX_TIMEOUT_MS = 300_000;
const MAX_SEED = 2 ** 32 - 1;
const DIRECTIONS: Readonly<Record<Direction, readonly SweepDirection[]>> = {
  up: ['up'],
  down: ['down'],
  both: ['up', 'down'],
};
const VERSUS: readonly Way[] = ['udp-unreliable', 'udp', 'tcp'];

const UI_OF_ENDING: ReadonlyMap<string, SweepUi> = new Map(
  Object.entries({
    jsonl: 'json',
    ndjson: 'json',
    csv: 'csv',
    txt: 'text',
  }),
);

/** What the flags of a sweep decide, and the flag. */
const FLAG_OF_URI_OPTION: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'packet-size': 'sizes',
    phase: 'phase',
    direction: 'direction',
  }),
);
/** What means nothing in a sweep. */
const NO_URI_OPTIONS = ['test-size', 'connections', 'ping-interval'];

/** `env` is asked for the conventions about colour only. Throws ERR_CONNTEST_USAGE. */
export function parseSweep(raw: Raw, env: Environment, { hostname, seed }: SweepContext): ParsedSweep {
  const { texts, switches } = raw;
  const timeoutMs = durationOr(texts.get('timeout'), MIN_TIMEOUT_MS, MAX_TIMEOUT_MS, DEFAULT_TIMEOUT_MS);
  const phaseMs = durationOr(texts.get('phase'), MIN_PHASE_MS, MAX_PHASE_MS, DEFAULT_PHASE_MS);
  const maxPacketSizeBytes = parseMaxPacketSize(texts.get('max-packet-size'));
  const target = parseTarget(raw, { timeoutMs, maxPacketSizeBytes });
  const ways = waysOf(raw, target);
  const bound = sizeBound(ways, maxPacketSizeBytes);
  const direction = texts.get('direction');
  const rounds = texts.get('rounds');
  const seedText = texts.get('seed');
  const ui = texts.get('ui');
  return {
    options: {
      name: parseName(texts.get('name'), hostname),
      target,
      ways,
      sizes: parseSizes(texts.get('sizes'), bound),
      directions: DIRECTIONS[direction === undefined ? 'both' : parseChoice(direction, DIRECTION_NAMES)],
      rounds: rounds === undefined ? DEFAULT_ROUNDS : parseCount(rounds, 1, MAX_ROUNDS),
      phaseUs: phaseMs * 1000,
      seed: seedText === undefined ? seed : parseCount(seedText, 0, MAX_SEED),
      timeoutMs,
      udpIo: parseUdpIo(texts.get('udp-io')),
      maxPacketSizeBytes: bound.maxBytes,
    },
    ui: ui === undefined ? 'text' : parseChoice(ui, SWEEP_UIS),
    output: parseOutput(texts.get('output')),
    bits: switches.has('bits'),
    color: parseColor(texts.get('color'), env),
  };
}

function parseTarget(
  { targets, switches }: Raw,
  limits: { timeoutMs: number; maxPacketSizeBytes: number },
): ConnectTarget {
  const [given, another] = targets;
  if (given === undefined) {
    throw new ConntestError('ERR_CONNTEST_USAGE', "nothing to measure; write e.g. 'udp://127.0.0.1:1234'");
  }
  if (another !== undefined) throw usageError(another, 'a second target; a sweep measures one peer');
  refuseUriOptions(given);
  return parseConnect(given, forcedFamily(switches), limits);
}

function refuseUriOptions(given: Given): void {
  const query = given.text.split('?').slice(1).join('?');
  for (const part of query.split('&')) {
    const name = part.split('=')[0] ?? '';
    const flag = FLAG_OF_URI_OPTION.get(name);
    if (flag !== undefined)
      throw usageError(given, `${name} is for --${flag} to say; take it out of the URI`);
    if (NO_URI_OPTIONS.includes(name)) {
      throw usageError(given, `${quote(name)} means nothing in a sweep; leave it out`);
    }
  }
}

function waysOf({ targets, switches }: Raw, { protocol, measure }: ConnectTarget): readonly Way[] {
  if (!switches.has('versus')) {
    if (protocol === 'tcp') return ['tcp'];
    return [measure.reliable ? 'udp' : 'udp-unreliable'];
  }
  if (measure.reliable) return VERSUS;
  throw usageError(targets[0]!, '--versus measures UDP both ways; leave reliable=off out');
}

/** Where datagrams are among the ways, all sizes are theirs. */
function sizeBound(ways: readonly Way[], maxPacketSizeBytes: number): SizeBound {
  const isStream = ways.every((way) => way === 'tcp');
  if (isStream || maxPacketSizeBytes <= MAX_UDP_PACKET_BYTES) {
    return { maxBytes: maxPacketSizeBytes, hint: ' (set by --max-packet-size)' };
  }
  return { maxBytes: MAX_UDP_PACKET_BYTES, hint: ' that one datagram carries' };
}

/** Its ending says what is written. */
function parseOutput(given: Given | undefined): ParsedSweep['output'] {
  if (given === undefined) return null;
  const file = given.text;
  const ui = UI_OF_ENDING.get(/\.([a-z]+)$/i.exec(file)?.[1]?.toLowerCase() ?? '');
  if (ui !== undefined) return { file, ui };
  throw usageError(given, 'the ending says what is written; write a name in .jsonl, .csv or .txt');
}

function durationOr(given: Given | undefined, minMs: number, maxMs: number, defaultMs: number): number {
  return given === undefined ? defaultMs : parseDuration(given, minMs, maxMs);
}
