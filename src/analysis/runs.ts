/** Logs in JSON Lines -> the runs that they hold, each boiled down to what a report shows. Parts of one run, each
 *  of which begins with its start, are one. */
import { Course } from '../verdict/course.js';
import type { CourseFigures } from '../verdict/metrics.js';
import { fieldsOf, listOf, numberOf, textOf } from './fields.js';
import { readLines } from './line-reader.js';
import { Side, type SideReport } from './side.js';
import { type FailureGroup, type Outage, Troubles } from './troubles.js';

export interface RunReport {
  readonly name: string;
  readonly version: string;
  readonly startMs: number;
  /** Of the last line. */
  readonly endMs: number;
  /** `time`, `interrupt` or `error`; null: the log has no end, as of a run that was killed or goes on. */
  readonly reason: string | null;
  readonly listens: readonly string[];
  readonly connects: readonly string[];
  readonly sides: readonly SideReport[];
  readonly failures: readonly FailureGroup[];
  readonly outages: readonly Outage[];
  readonly course: CourseFigures;
  readonly failureMarksMs: readonly number[];
  /** Outages and kinds of failures beyond what is listed. */
  readonly troublesOmitted: number;
}

export interface LogReport {
  readonly runs: readonly RunReport[];
  /** Lines that were none of conntest's, and histograms that could not be read. */
  readonly badLines: number;
  readonly badHistograms: number;
}

/** All that is read; phases, reports and packets are most lines of a log, and the snapshots have their sums. */
const WANTED = new Set([
  'start',
  'connected',
  'lost',
  'failed',
  'listen-failed',
  'snapshot',
  'summary',
  'end',
]);

/** Throws what the system says of a file. Files are read in the order given. */
export async function readRuns(paths: readonly string[]): Promise<LogReport> {
  const runs = new Map<string, Run>();
  let badLines = 0;
  for (const path of paths) {
    let run: Run | null = null;
    const { bad } = await readLines(path, WANTED, (line) => {
      const fields = fieldsOf(line);
      if (fields.type === 'start') run = runOf(runs, path, fields);
      else if (run === null) badLines++;
      else run.handleLine(fields);
    });
    badLines += bad;
  }
  const all = [...runs.values()];
  const badHistograms = all.reduce((sum, run) => sum + run.badHistograms, 0);
  return { runs: all.map((run) => run.report()), badLines, badHistograms };
}

type Line = ReturnType<typeof fieldsOf>;

function runOf(runs: Map<string, Run>, path: string, start: Line): Run {
  const key = JSON.stringify([start.name, start.t_ms]);
  const known = runs.get(key);
  if (known !== undefined) return known;
  const run = new Run(start, path);
  runs.set(key, run);
  return run;
}

class Run {
  readonly #start: Line;
  readonly #path: string;
  readonly #startMs: number;
  readonly #sides: readonly Side[];
  readonly #troubles = new Troubles();
  readonly #course = new Course();
  #endMs: number;
  #reason: string | null = null;
  badHistograms = 0;

  constructor(start: Line, path: string) {
    this.#start = start;
    this.#path = path;
    this.#startMs = numberOf(start.t_ms) ?? 0;
    this.#endMs = this.#startMs;
    this.#sides = [new Side('clients', this.#startMs), new Side('servers', this.#startMs)];
  }

  handleLine(line: Line): void {
    const tMs = numberOf(line.t_ms);
    if (tMs === null) return;
    this.#endMs = Math.max(this.#endMs, tMs);
    if (line.type === 'end') this.#reason = textOf(line.reason);
    else if (line.type !== 'snapshot' && line.type !== 'summary') this.#handleEvent(tMs, line);
    else for (const side of this.#sides) this.badHistograms += side.handleSnapshot(tMs, line);
  }

  #handleEvent(tMs: number, line: Line): void {
    this.#troubles.handleLine(tMs, line);
    this.#course.handleEvent(line);
  }

  report(): RunReport {
    const { outages, marksMs, omitted } = this.#troubles;
    return {
      name: textOf(this.#start.name) ?? this.#path,
      version: textOf(this.#start.version) ?? '',
      startMs: this.#startMs,
      endMs: this.#endMs,
      reason: this.#reason,
      listens: textsOf(this.#start.listens),
      connects: textsOf(this.#start.connects),
      sides: this.#sides.flatMap((side) => side.report() ?? []),
      failures: this.#troubles.groups(),
      outages,
      course: this.#course.figures(this.#endMs),
      failureMarksMs: marksMs,
      troublesOmitted: omitted,
    };
  }
}

function textsOf(value: unknown): string[] {
  return listOf(value).flatMap((item) => textOf(item) ?? []);
}
