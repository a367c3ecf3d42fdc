/** Conditions and the figures of a run -> what held. */
import type { CourseFigures, Metric } from './metrics.js';
import { type Row, titleOf } from './row.js';

export type Comparison = '<' | '<=' | '>' | '>=';

export interface Condition {
  /** As written, without spaces. */
  readonly text: string;
  readonly metric: Metric;
  readonly comparison: Comparison;
  /** In the metric's unit. */
  readonly limit: number;
}

export interface RunFigures {
  /** The peers of the last snapshot. */
  readonly rows: readonly Row[];
  readonly course: CourseFigures;
}

export type VerdictOutcome = 'held' | 'not-held' | 'not-measured';

export interface Verdict {
  readonly condition: Condition;
  readonly outcome: VerdictOutcome;
  /** The one farthest on the wrong side of the limit; null: nothing was measured. */
  readonly value: number | null;
  /** Whose it is; null: the run's. */
  readonly peer: string | null;
}

interface Reading {
  readonly value: number;
  readonly peer: string | null;
}

const HOLDS: Readonly<Record<Comparison, (value: number, limit: number) => boolean>> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

/** A condition holds when it does for any peer. */
export function judge(conditions: readonly Condition[], figures: RunFigures): Verdict[] {
  return conditions.map((condition) => {
    const reading = worst(condition.comparison, readingsOf(condition.metric, figures));
    if (reading === null) return { condition, outcome: 'not-measured', value: null, peer: null };
    const holds = HOLDS[condition.comparison](reading.value, condition.limit);
    return { condition, outcome: holds ? 'held' : 'not-held', ...reading };
  });
}

function readingsOf(metric: Metric, { rows, course }: RunFigures): Reading[] {
  if (metric.of === 'run') {
    const value = metric.read(course);
    return value === null ? [] : [{ value, peer: null }];
  }
  return rows.flatMap((row) =>
    metric.read(row).flatMap((value) => (value === null ? [] : [{ value, peer: titleOf(row) }])),
  );
}

function worst(comparison: Comparison, readings: readonly Reading[]): Reading | null {
  const isMoreWorse = comparison === '>' || comparison === '>=';
  let found: Reading | null = null;
  for (const reading of readings) {
    if (found === null || (isMoreWorse ? reading.value > found.value : reading.value < found.value))
      found = reading;
  }
  return found;
}
