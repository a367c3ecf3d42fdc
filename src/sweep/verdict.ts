/** What is to be said about a sweep; the reporters put it in words. What is not certain is not in it. */
import { type Cliff, findCliff } from './cliff.js';
import { type Curve, curvesOf, type SizePoint } from './curve.js';
import { compareWithKernel } from './mtu-search.js';
import { type Ranking, rankSizes } from './ranking.js';
import type { PathMtu, SweepResult } from './result.js';
import { findTurn, type SilentBand, silentBands, type Turn } from './silence.js';
import type { SweepDirection, Way } from './types.js';

export interface SweepVerdict {
  readonly paths: readonly PathVerdict[];
  readonly turns: readonly Turn[];
  readonly curves: readonly CurveVerdict[];
}

export interface PathVerdict extends PathMtu {
  /** What our system believes, against what was found; null: one of the two is not known. */
  readonly kernel: 'same' | 'kernel-more' | 'kernel-less' | null;
  /** Packets above the MTU vanish, and our system has not been told. */
  readonly isBlackHole: boolean;
}

export interface CurveVerdict {
  readonly way: Way;
  readonly direction: SweepDirection;
  /** The largest data of an unfragmented datagram, where sizes on both sides of it arrived; else null. */
  readonly edgeBytes: number | null;
  /** null: too few sizes or whole rounds. */
  readonly ranking: Ranking | null;
  readonly best: SizePoint | null;
  readonly cliff: Cliff | null;
  /** The share of packets lost on the last size before the cliff and the first behind it; null: no cliff, not told. */
  readonly lossBefore: number | null;
  readonly lossBehind: number | null;
  readonly silent: readonly SilentBand[];
  /** Whole rounds, which were compared, and how many sizes. */
  readonly rounds: number;
  readonly sizes: number;
}

/** How likely it is that a question gets a wrong "yes" anywhere in the sweep. */
const ALPHA = 0.05;

export function verdictOf(result: SweepResult): SweepVerdict {
  const curves = curvesOf(result);
  const alpha = ALPHA / Math.max(1, curves.length);
  const samplesOf = ({ way, direction }: Curve) =>
    result.samples.filter((sample) => sample.way === way && sample.direction === direction);
  return {
    paths: result.paths.map(pathVerdict),
    turns: curves.flatMap((curve) => findTurn(samplesOf(curve)) ?? []),
    curves: curves.map((curve) => curveVerdict(curve, silentBands(samplesOf(curve)), alpha)),
  };
}

function pathVerdict(path: PathMtu): PathVerdict {
  const { found, kernelBytes, family } = path;
  const kernel = found === null ? null : compareWithKernel(found, kernelBytes, family);
  return { ...path, kernel, isBlackHole: kernel === 'kernel-more' && found?.above === 'lost' };
}

function curveVerdict(curve: Curve, silent: readonly SilentBand[], alpha: number): CurveVerdict {
  const { way, direction, points, rounds } = curve;
  const edgeBytes = edgeWithin(curve);
  const ranking = rankSizes(rounds, alpha);
  const cliff = findCliff(rounds, edgeBytes, alpha);
  const before = points.find(({ sizeBytes }) => sizeBytes === cliff?.aboveBytes);
  const behind = cliff === null ? undefined : points.find(({ sizeBytes }) => sizeBytes > cliff.aboveBytes);
  return {
    way,
    direction,
    edgeBytes,
    ranking,
    best: bestOf(points, ranking),
    cliff,
    lossBefore: before?.lostShare ?? null,
    lossBehind: behind?.lostShare ?? null,
    silent,
    rounds: rounds.goodputs.length,
    sizes: rounds.sizesBytes.length,
  };
}

function bestOf(points: readonly SizePoint[], ranking: Ranking | null): SizePoint | null {
  return points.find(({ sizeBytes }) => sizeBytes === ranking?.bestBytes) ?? null;
}

function edgeWithin({ edgeBytes, rounds: { sizesBytes } }: Curve): number | null {
  if (edgeBytes === null) return null;
  const isWithin =
    sizesBytes.some((size) => size <= edgeBytes) && sizesBytes.some((size) => size > edgeBytes);
  return isWithin ? edgeBytes : null;
}
