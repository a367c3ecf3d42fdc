/** What a benchmark found: written to bench/results/latest.json as it stands. */
import { type Spread, spreadOf } from './statistics.js';

/** `x` is a ratio without a unit. */
export type Unit = 'x' | 'us' | 'ms' | 'seconds' | 'bytes' | 'packets' | 'percent';

/** What the project promises of the median. */
export type Bar =
  | { readonly kind: 'at-least'; readonly value: number }
  | { readonly kind: 'below'; readonly value: number };

/** Ours and the other program's rate, one right after the other. */
export interface Pair {
  readonly oursBps: number;
  readonly theirsBps: number;
}

export interface Result {
  /** What was measured, as a noun phrase; with the bar it reads as a promise. */
  readonly what: string;
  readonly unit: Unit;
  readonly samples: readonly number[];
  readonly spread: Spread;
  /** null: shown for comparison only. */
  readonly bar: Bar | null;
  /** Whether the median keeps the bar; null without one. */
  readonly holds: boolean | null;
  /** Where the samples are ratios: what they are the ratios of. */
  readonly pairs: readonly Pair[] | null;
}

export type ItemOutcome = ItemStamp &
  (
    | { readonly kind: 'measured'; readonly results: readonly Result[] }
    /** It could not be run here, and why. */
    | { readonly kind: 'failed'; readonly reason: string }
  );

/** Items can be taken one by one, and so each says when, and of what. */
export interface ItemStamp {
  /** ISO 8601, UTC. */
  readonly date: string;
  /** null: not known. */
  readonly commit: string | null;
}

export function result(what: string, unit: Unit, samples: readonly number[], bar: Bar | null): Result {
  const spread = spreadOf(samples);
  return { what, unit, samples, spread, bar, holds: bar && keeps(bar, spread.median), pairs: null };
}

/** Ratios pair by pair: what disturbs the machine for longer than a pair then cancels out. */
export function ratioResult(what: string, pairs: readonly Pair[], bar: Bar | null): Result {
  const ratios = pairs.map(({ oursBps, theirsBps }) => oursBps / theirsBps);
  return { ...result(what, 'x', ratios, bar), pairs };
}

function keeps(bar: Bar, median: number): boolean {
  return bar.kind === 'at-least' ? median >= bar.value : median < bar.value;
}
