/** The shape of a statistics page: the one place that knows which word of the shared memory means what.
 *
 *  A page is a SharedArrayBuffer with room for {@link PAGE_SLOTS} connections. One shard writes it, the
 *  main thread reads it; it crosses between them once. All words are 32 bits, in the machine's order:
 *
 *      page    | header 32 | slot 0 | slot 1 | ... | slot 15 |
 *      header  | magic | shard | utilization | padding ...
 *      slot    | sequence | state | generation | key lo, hi | blocks 5 x 27 | counters n x (lo, hi) | padding
 *              | counts 5 x 27648 | padding 32 |
 *
 *  `sequence` is the slot's seqlock: odd while the shard is writing. `blocks` and `counts` hold one histogram
 *  behind the other. `blocks` has a bit for each 32 neighbouring counts of a histogram, set once any of them is
 *  above zero, so that nobody scans the 540 KiB of counts of which a connection touches a few: untouched memory
 *  stays unmapped.
 */
import { HISTOGRAM_LENGTH } from './histogram.js';

/** Connections in a page: 8.5 MiB of address space, few enough that a shard of one wastes little and
 *  many enough that 1,000 connections cross in 63 messages. At most 31: slots are kept in bit masks. */
export const PAGE_SLOTS = 16;

/** The histograms of a slot, in their order. `latency` is half of a round trip of messages, `rtt` the round trip
 *  that Sacks measure, both of them apart while bulk data moves ("loaded"); `owd` is above its least. */
export const HISTOGRAMS = ['latency', 'latencyLoaded', 'rtt', 'rttLoaded', 'owd'] as const;

export type HistogramName = (typeof HISTOGRAMS)[number];

/** Histogram's name to its place in `HISTOGRAMS`. */
export const HISTOGRAM = placesOf(HISTOGRAMS);

/** Of each histogram: real samples only, those added by correction are in the histogram alone. */
const SAMPLE_COUNTERS = ['LastNs', 'MinNs', 'MaxNs', 'SumNs', 'Count'] as const;

/** Of each direction. `SentBytes` are data bytes of all copies, where the receiver's peer says how many. */
const DIRECTION_COUNTERS = [
  'Bytes',
  'Packets',
  'Phases',
  'ElapsedUs',
  'RateBps',
  'Lost',
  'Recovered',
  'Residual',
  'Resent',
  'Spurious',
  'Reordered',
  'Duplicates',
  'SentBytes',
  'JitterNs',
] as const;

/** Of each direction, as far as this side is in it: what its rate may have been limited by. Times are while a phase
 *  of it was running: of the phase, and that the shard was busy. As the sender: that its data was told of by who knows,
 *  that there was data, and of this that the peer's window, our buffer or congestion control held it back. `RttSum`
 *  adds up round trips in us times ms. `Peer...` is what the receiver's reports say: of how much time, how busy it was,
 *  how many reports have drops, and how many. */
const LIMIT_COUNTERS = [
  'RunningUs',
  'ShardBusyUs',
  'SendingUs',
  'DataUs',
  'WindowUs',
  'BufferUs',
  'CongestionUs',
  'RttSum',
  'PeerUs',
  'PeerBusyUs',
  'PeerDropReports',
  'PeerDrops',
] as const;

/** What the kernel tells of a socket. `tcpReads` and `dropReads` count its answers: without one, the figures behind
 *  are not known. All but `tcpRetransmits` and `queueDrops` are newest values. */
const KERNEL_COUNTERS = [
  'tcpReads',
  'tcpRttUs',
  'tcpRttVarUs',
  'tcpMinRttUs',
  'tcpCwndBytes',
  'tcpPacingBps',
  'tcpDeliveryBps',
  'tcpRetransmits',
  'pathMtuBytes',
  'dropReads',
  'queueDrops',
] as const;

/** In the order in which they lie in a slot. Those that are newest values (rates, jitter, `srttNs`, `cwndBytes`,
 *  `packetSizeBytes`) are 0 while they were never measured; `version` is 0 before the Hello. */
export const COUNTERS = [
  'packetsSent',
  'packetsReceived',
  'bytesSent',
  'bytesReceived',
  'packetSizeBytes',
  'receivedRateBps',
  'delayed',
  'cwndBytes',
  'srttNs',
  'version',
  ...HISTOGRAMS.flatMap((name) => SAMPLE_COUNTERS.map((counter) => `${name}${counter}` as const)),
  ...(['up', 'down'] as const).flatMap((direction) =>
    DIRECTION_COUNTERS.map((counter) => `${direction}${counter}` as const),
  ),
  ...KERNEL_COUNTERS,
  ...(['up', 'down'] as const).flatMap((direction) =>
    LIMIT_COUNTERS.map((counter) => `${direction}${counter}` as const),
  ),
] as const;

/** Of the kernel's figures, the newest values. */
const KERNEL_GAUGES = [
  'tcpRttUs',
  'tcpRttVarUs',
  'tcpMinRttUs',
  'tcpCwndBytes',
  'tcpPacingBps',
  'tcpDeliveryBps',
  'pathMtuBytes',
] as const satisfies readonly CounterName[];

export type CounterName = (typeof COUNTERS)[number];

/** What a connection has only while it is up: none of it is true between two tries. */
export const LIVE_GAUGES: readonly CounterName[] = [
  'receivedRateBps',
  'delayed',
  'cwndBytes',
  'upRateBps',
  'downRateBps',
  ...KERNEL_GAUGES,
];

/** Newest values, not sums: they mean nothing once their connection has ended. */
export const GAUGES: readonly CounterName[] = [
  ...LIVE_GAUGES,
  'srttNs',
  'upJitterNs',
  'downJitterNs',
  ...HISTOGRAMS.map((name) => `${name}LastNs` as const),
];

/** Counter's name to its place in `COUNTERS` and in every Float64Array of counters. */
export const COUNTER = placesOf(COUNTERS);

type DirectionCounter = (typeof DIRECTION_COUNTERS)[number] | (typeof LIMIT_COUNTERS)[number];

/** The same for the counters of each direction, by their names without it: to put a name together and look it up takes ten
 *  times as long as the rest, and a row has fifty of them. */
export const PLACES = { up: placesOfDirection('up'), down: placesOfDirection('down') } as const;

/** 128 bytes: two cache lines, since x86 and arm64 prefetch lines in pairs. */
const PADDING_WORDS = 32;

/** "cst" and the layout's version: a page of another layout must not be taken for one of ours. */
export const PAGE_MAGIC = 0x63_73_74_04;

/** Words of the page's header. */
export const PAGE = { magic: 0, shard: 1, utilization: 2 } as const;

/** `utilization` is held in thousandths: what is decided by it is decided alike by who reads a log, which has it so. */
export const UTILIZATION_UNIT = 1000;

/** Counts a bit of `blocks` stands for: 128 bytes, what one fetch of a cache-line pair brings anyway. */
export const BLOCK_LENGTH = 32;
/** log2(BLOCK_LENGTH), and log2 of the 32 blocks a word of `blocks` stands for: index -> block -> word. */
export const BLOCK_SHIFT = 5;
const BLOCK_COUNT = HISTOGRAM_LENGTH / BLOCK_LENGTH;
export const BLOCK_WORDS = BLOCK_COUNT / 32;

const BLOCKS_AT = 5;
const COUNTERS_AT = BLOCKS_AT + HISTOGRAMS.length * BLOCK_WORDS;
const HEAD_END = COUNTERS_AT + 2 * COUNTERS.length;
const COUNTS_AT = Math.ceil(HEAD_END / PADDING_WORDS) * PADDING_WORDS;
const SLOT_WORDS = COUNTS_AT + HISTOGRAMS.length * HISTOGRAM_LENGTH + PADDING_WORDS;

/** Words of a slot, from its base; `blocks` and `counts` are of the first histogram, see blocksAt and countsAt. */
export const SLOT = {
  sequence: 0,
  state: 1,
  generation: 2,
  key: 3,
  blocks: BLOCKS_AT,
  counters: COUNTERS_AT,
  /** Everything before it, less than 400 words, is copied at every read. */
  headEnd: HEAD_END,
  counts: COUNTS_AT,
} as const;

export const SLOT_STATE = { free: 0, open: 1 } as const;

export const PAGE_BYTES = 4 * (PADDING_WORDS + PAGE_SLOTS * SLOT_WORDS);

/** The word at which a slot starts. */
export function slotBase(slot: number): number {
  return PADDING_WORDS + slot * SLOT_WORDS;
}

/** The high word of a 53-bit integer counts these. */
export const WORD_RANGE = 2 ** 32;

/** The words, from a slot's base, at which a histogram's `blocks` start. */
export function blocksAt(histogram: number): number {
  return SLOT.blocks + histogram * BLOCK_WORDS;
}

/** The words, from a slot's base, at which a histogram's counts start. */
export function countsAt(histogram: number): number {
  return SLOT.counts + histogram * HISTOGRAM_LENGTH;
}

function placesOfDirection(direction: 'up' | 'down'): Readonly<Record<DirectionCounter, number>> {
  const names = [...DIRECTION_COUNTERS, ...LIMIT_COUNTERS];
  return Object.freeze(
    Object.fromEntries(names.map((name) => [name, COUNTER[`${direction}${name}`]])),
  ) as Readonly<Record<DirectionCounter, number>>;
}

function placesOf<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
  return Object.freeze(Object.fromEntries(names.map((name, index) => [name, index]))) as Readonly<
    Record<Name, number>
  >;
}
