/** Two runs, figure by figure: what changed, and whether it is more than chance. */
import { percentilesOf } from './distribution.js';
import { type RankTest, rankTest } from './rank-test.js';
import type { RunReport } from './runs.js';
import type { SideSamples } from './side.js';
import { SIDE_NAMES, type SideName } from './snapshot-figures.js';

export type Figure = keyof SideSamples;

/** `unknown`: measured in one of the runs only, or too rarely. */
export type Verdict = 'same' | 'better' | 'worse' | 'unknown';

export interface Comparison {
  readonly side: SideName;
  readonly figure: Figure;
  /** In bits per second, ns, or packets per second; null: not measured. */
  readonly p50: readonly [a: number | null, b: number | null];
  readonly p99: readonly [a: number | null, b: number | null];
  /** null: too few samples. */
  readonly test: RankTest | null;
  /** How likely B is worse than A where one sample of each is taken. */
  readonly worseShare: number | null;
  readonly verdict: Verdict;
}

/** What a false alarm may be for all figures of a side together; each gets its part (Bonferroni). */
const ALPHA = 0.05;
/** Below it a difference is negligible, however sure it is (Vargha & Delaney 2000): thousands of samples make any
 *  difference sure. */
const SMALL_EFFECT = 0.56;

const FIGURES: readonly { readonly figure: Figure; readonly scale: number; readonly moreIsWorse: boolean }[] =
  [
    { figure: 'up', scale: 1000, moreIsWorse: false },
    { figure: 'down', scale: 1000, moreIsWorse: false },
    { figure: 'idle', scale: 1, moreIsWorse: true },
    { figure: 'loaded', scale: 1, moreIsWorse: true },
    { figure: 'lost', scale: 1 / 1000, moreIsWorse: true },
  ];

/** What at least one of the runs has measured. */
export function compareRuns(a: RunReport, b: RunReport): Comparison[] {
  return SIDE_NAMES.flatMap((side) => {
    const samplesA = a.sides.find(({ name }) => name === side)?.samples;
    const samplesB = b.sides.find(({ name }) => name === side)?.samples;
    if (samplesA === undefined || samplesB === undefined) return [];
    return FIGURES.map((figure) => compare(side, figure, samplesA, samplesB)).filter(
      ({ p50: [inA, inB] }) => inA !== null || inB !== null,
    );
  });
}

function compare(
  side: SideName,
  { figure, scale, moreIsWorse }: (typeof FIGURES)[number],
  a: SideSamples,
  b: SideSamples,
): Comparison {
  const percentiles = [a, b].map((samples) =>
    percentilesOf(samples[figure], [50, 99]).map((value) => (value === null ? null : value * scale)),
  );
  const test = rankTest(a[figure], b[figure]);
  const worseShare = test === null ? null : moreIsWorse ? test.superiority : 1 - test.superiority;
  return {
    side,
    figure,
    p50: [percentiles[0]?.[0] ?? null, percentiles[1]?.[0] ?? null],
    p99: [percentiles[0]?.[1] ?? null, percentiles[1]?.[1] ?? null],
    test,
    worseShare,
    verdict: verdictOf(test, worseShare),
  };
}

function verdictOf(test: RankTest | null, worseShare: number | null): Verdict {
  if (test === null || worseShare === null) return 'unknown';
  if (test.pValue >= ALPHA / FIGURES.length) return 'same';
  if (worseShare >= SMALL_EFFECT) return 'worse';
  return worseShare <= 1 - SMALL_EFFECT ? 'better' : 'same';
}
