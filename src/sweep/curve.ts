/** The samples of one way in one direction, gathered by size. */
import { type Interval, intervalOf } from './interval.js';
import { MIN_ROUNDS, type Rounds } from './ranking.js';
import { type Carrier, mtuOf, type SweepResult } from './result.js';
import { isUdp } from './sizes.js';
import type { Measured, Sample, SweepDirection, SweepLatency, Unmeasured, Way } from './types.js';
import { datagramWithin, fragmentCount, ipPacketBytes, largestDataBytes } from './wire-size.js';

export interface Curve {
  readonly way: Way;
  readonly direction: SweepDirection;
  /** The largest data that goes in one packet; null: TCP, or the MTU is not known. */
  readonly edgeBytes: number | null;
  /** In ascending order; sizes that were tried. */
  readonly points: readonly SizePoint[];
  /** What can be compared: rounds in which all sizes were measured that ever were often enough. */
  readonly rounds: Rounds;
}

/** A size over all its rounds. */
export interface SizePoint {
  readonly sizeBytes: number;
  /** UDP payload, the whole IP packet of it, and how many packets that becomes; null: TCP, or not known. */
  readonly datagramBytes: number | null;
  readonly packetBytes: number | null;
  readonly fragments: number | null;
  /** Bits per second; null: never measured. */
  readonly goodput: Interval | null;
  readonly packetsPerS: number | null;
  /** Of all rounds together; null: not told. The share is of the packets and their losses. */
  readonly lostShare: number | null;
  readonly lost: number | null;
  readonly recovered: number | null;
  readonly residual: number | null;
  readonly resent: number | null;
  /** Percentiles: the median of the rounds'. */
  readonly idle: PointLatency | null;
  readonly loaded: PointLatency | null;
  /** The mean share of our shard's time. */
  readonly cpuShare: number | null;
  /** Rounds that gave figures, and rounds that gave none. */
  readonly measured: number;
  readonly unmeasured: number;
  /** Why the newest of them gave none. */
  readonly failure: Unmeasured | null;
}

export interface PointLatency {
  readonly p50Ns: number;
  readonly p99Ns: number;
}

/** In the order in which the ways were asked for, up before down. */
export function curvesOf(result: SweepResult): Curve[] {
  return result.carriers.flatMap((carrier) =>
    (['up', 'down'] as const).flatMap((direction) => {
      const samples = result.samples.filter(
        (sample) => sample.way === carrier.way && sample.direction === direction,
      );
      return samples.length === 0 ? [] : [curveOf(result, carrier, direction, samples)];
    }),
  );
}

function curveOf(
  { paths, sizesBytes }: SweepResult,
  carrier: Carrier,
  direction: SweepDirection,
  samples: readonly Sample[],
): Curve {
  const path = paths.find((one) => one.direction === direction);
  const mtuBytes = path === undefined || !isUdp(carrier.way) ? null : mtuOf(path);
  const bySize = sizesBytes
    .map((sizeBytes) => ({ sizeBytes, of: samples.filter((sample) => sample.sizeBytes === sizeBytes) }))
    .filter(({ of }) => of.length > 0);
  return {
    way: carrier.way,
    direction,
    edgeBytes: mtuBytes === null ? null : largestDataBytes(carrier, datagramWithin(carrier.family, mtuBytes)),
    points: bySize.map(({ sizeBytes, of }) => pointOf(carrier, mtuBytes, sizeBytes, of)),
    rounds: roundsOf(samples),
  };
}

function pointOf(
  carrier: Carrier,
  mtuBytes: number | null,
  sizeBytes: number,
  samples: readonly Sample[],
): SizePoint {
  const outcomes = samples.map(({ outcome }) => outcome);
  const measured = outcomes.filter((outcome) => outcome.kind === 'measured');
  const failures = outcomes.filter((outcome) => outcome.kind === 'unmeasured');
  const packets = total(measured, (one) => one.packets);
  const elapsedUs = total(measured, (one) => one.elapsedUs);
  const lost = total(measured, (one) => one.lost);
  return {
    sizeBytes,
    ...onTheWire(carrier, mtuBytes, sizeBytes),
    goodput: intervalOf(measured.map(({ goodputBps }) => goodputBps)),
    packetsPerS: packets === null || !elapsedUs ? null : (packets * 1e6) / elapsedUs,
    lostShare: lost === null || packets === null || packets + lost === 0 ? null : lost / (packets + lost),
    lost,
    recovered: total(measured, (one) => one.recovered),
    residual: total(measured, (one) => one.residual),
    resent: total(measured, (one) => one.resent),
    idle: latencyOf(measured.map(({ idle }) => idle)),
    loaded: latencyOf(measured.map(({ loaded }) => loaded)),
    cpuShare: intervalOf(measured.map(({ cpuShare }) => cpuShare))?.mean ?? null,
    measured: measured.length,
    unmeasured: failures.length,
    failure: failures.at(-1) ?? null,
  };
}

function onTheWire(
  carrier: Carrier,
  mtuBytes: number | null,
  sizeBytes: number,
): Pick<SizePoint, 'datagramBytes' | 'packetBytes' | 'fragments'> {
  const { way, family } = carrier;
  if (!isUdp(way)) return { datagramBytes: null, packetBytes: null, fragments: null };
  const datagramBytes = carrier.datagramBytes(sizeBytes);
  return {
    datagramBytes,
    packetBytes: ipPacketBytes(family, datagramBytes),
    fragments: mtuBytes === null ? null : fragmentCount(family, datagramBytes, mtuBytes),
  };
}

/** null: nothing was measured, or one of them doesn't tell. */
function total(measured: readonly Measured[], pick: (one: Measured) => number | null): number | null {
  if (measured.length === 0) return null;
  return measured.reduce<number | null>((sum, one) => {
    const value = pick(one);
    return sum === null || value === null ? null : sum + value;
  }, 0);
}

function latencyOf(latencies: readonly (SweepLatency | null)[]): PointLatency | null {
  const known = latencies.filter((one) => one !== null);
  if (known.length === 0) return null;
  return { p50Ns: median(known.map(({ p50Ns }) => p50Ns)), p99Ns: median(known.map(({ p99Ns }) => p99Ns)) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}

/** A size that failed in one round, or found no place in a round that was cut short, costs either itself or that round:
 *  whichever leaves more to compare. */
function roundsOf(samples: readonly Sample[]): Rounds {
  const bySize = new Map<number, Map<number, number>>();
  for (const { sizeBytes, round, outcome } of samples) {
    if (outcome.kind !== 'measured') continue;
    const known = bySize.get(sizeBytes) ?? new Map<number, number>();
    bySize.set(sizeBytes, known.set(round, outcome.goodputBps));
  }
  const most = Math.max(0, ...[...bySize.values()].map(({ size }) => size));
  const [strict, lenient] = [most, most - 1].map((least) => wholeRounds(bySize, least));
  return worthOf(strict!) >= worthOf(lenient!) ? strict! : lenient!;
}

/** Sizes that were measured at least so often, and the rounds in which all of them were. */
function wholeRounds(bySize: ReadonlyMap<number, ReadonlyMap<number, number>>, least: number): Rounds {
  const steady = [...bySize].filter(([, { size }]) => size >= least).sort(([a], [b]) => a - b);
  const rounds = [...new Set(steady.flatMap(([, known]) => [...known.keys()]))].sort((a, b) => a - b);
  const whole = rounds.filter((round) => steady.every(([, known]) => known.has(round)));
  return {
    sizesBytes: steady.map(([sizeBytes]) => sizeBytes),
    goodputs: whole.map((round) => steady.map(([, known]) => known.get(round)!)),
  };
}

/** Measurements that can be compared; too few rounds tell nothing. */
function worthOf({ sizesBytes, goodputs }: Rounds): number {
  return goodputs.length < MIN_ROUNDS ? 0 : sizesBytes.length * goodputs.length;
}
