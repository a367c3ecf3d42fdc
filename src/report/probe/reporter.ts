/** What shows the results of `conntest probe`. */
import type { Change } from '../../probe/changes.js';
import type { Section } from '../../probe/sections.js';

export interface ProbeRound {
  /** From 1 on. */
  readonly number: number;
  /** When it ended. */
  readonly tMs: number;
  readonly elapsedMs: number;
  readonly sections: readonly Section[];
  /** Since the round before; null: it is the first. */
  readonly changes: readonly Change[] | null;
  /** What was expected of all ports, and how many are not so; null: nothing was. */
  readonly expected: { readonly what: string; readonly failed: number } | null;
}

/** Texts to be written one after the other; each ends in a line break. */
export interface ProbeReporter {
  /** Before the first round. */
  head(start: ProbeStart): Iterable<string>;
  round(round: ProbeRound): Iterable<string>;
}

export interface ProbeStart {
  readonly tMs: number;
  readonly version: string;
  /** As the user wrote them. */
  readonly targets: readonly string[];
}

export interface ProbeReportSettings {
  readonly color: boolean;
  /** A line for each port. */
  readonly all: boolean;
}
