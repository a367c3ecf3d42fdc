/** What shows a sweep. */
import type { Curve } from '../../sweep/curve.js';
import type { Carrier, SweepResult } from '../../sweep/result.js';
import type { SweepEvent } from '../../sweep/run.js';
import type { SweepOptions } from '../../sweep/types.js';
import type { Sentence } from './words.js';

/** The links are open: what is to be measured, and with whom. */
export interface SweepStart {
  readonly tMs: number;
  readonly version: string;
  readonly options: SweepOptions;
  readonly carriers: readonly Carrier[];
}

/** Everything is measured, or the user has seen enough. */
export interface SweepEnd {
  readonly tMs: number;
  readonly elapsedMs: number;
  readonly result: SweepResult;
  readonly curves: readonly Curve[];
  readonly sentences: readonly Sentence[];
}

/** Texts to be written one after the other; each ends in a line break. */
export interface SweepReporter {
  head(start: SweepStart): Iterable<string>;
  event(event: SweepEvent): Iterable<string>;
  end(end: SweepEnd): Iterable<string>;
}

export interface SweepReportSettings {
  readonly color: boolean;
  readonly bits: boolean;
  /** Of the terminal; null: there is none. */
  readonly columns: number | null;
}
