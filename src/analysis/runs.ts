/** Logs in JSON Lines -> the runs that they hold, each boiled down to what a report shows. Parts of one run, each
 *  of which begins with its start, are one. */
import { Course } from '../verdict/course.js';
import type { CourseFigures } from '../verdict/metrics.js';
import { type Fields, listOf, textOf, timeOf } from './fields.js';
import { readLog } from './log-file.js';
import type { LogItem, SnapshotItem } from './log-items.js';
import { Side, type SideReport } from './side.js';
import { SIDE_NAMES } from './snapshot-figures.js';
import { type FailureGroup, type Outage, Troubles } from './troubles.js';

export interface RunReport {
  readonly name: string;
  readonly version: string;
  readonly startMs: number;
  /** Of the last line. */
  readonly endMs: number;
  /** `time`, `interrupt` or `error`; null: the log has no end, as of a run that was killed or goes on. */
  readonly reason: string | null;
  /** What was measured before is left out of the sides; null: nothing was. */
  readonly omittedMs: number | null;
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

/** Throws what the system says of a file. Files are read in the order given. */
export async function readRuns(paths: readonly string[]): Promise<LogReport> {
  const runs = new Runs();
  for (const path of paths) {
    const log = runs.openLog(path);
    await readLog(path, (item) => log.handleItem(item));
  }
  return runs.report();
}

/** What the items of logs put together to. */
export class Runs {
  readonly #runs = new Map<string, Run>();
  #badLines = 0;

  /** The items of one file, or of parts of a log one after the other. */
  openLog(path: string): { handleItem(item: LogItem): void } {
    let run: Run | null = null;
    return {
      handleItem: (item) => {
        if (item.kind === 'event' && item.fields.type === 'start') run = this.#runOf(path, item.fields);
        else if (run === null || item.kind === 'bad') this.#badLines++;
        else if (item.kind === 'snapshot') run.handleSnapshot(item);
        else run.handleEvent(item.fields);
      },
    };
  }

  /** Why each has ended; null: not yet. */
  reasons(): (string | null)[] {
    return [...this.#runs.values()].map(({ reason }) => reason);
  }

  report(): LogReport {
    const all = [...this.#runs.values()];
    const badHistograms = all.reduce((sum, run) => sum + run.badHistograms, 0);
    return { runs: all.map((run) => run.report()), badLines: this.#badLines, badHistograms };
  }

  #runOf(path: string, start: Fields): Run {
    const key = JSON.stringify([start.name, start.t_ms]);
    const known = this.#runs.get(key);
    if (known !== undefined) return known;
    const run = new Run(start, path);
    this.#runs.set(key, run);
    return run;
  }
}

class Run {
  readonly #start: Fields;
  readonly #path: string;
  readonly #startMs: number;
  readonly #sides: readonly Side[];
  readonly #troubles = new Troubles();
  readonly #course = new Course();
  #endMs: number;
  #omittedMs: number | null = null;
  reason: string | null = null;
  badHistograms = 0;

  constructor(start: Fields, path: string) {
    this.#start = start;
    this.#path = path;
    this.#startMs = timeOf(start.t_ms) ?? 0;
    this.#endMs = this.#startMs;
    this.#sides = SIDE_NAMES.map((name) => new Side(name, this.#startMs));
  }

  handleSnapshot(item: SnapshotItem): void {
    this.#endMs = Math.max(this.#endMs, item.tMs);
    for (const side of this.#sides) this.badHistograms += side.handleSnapshot(item);
  }

  handleEvent(event: Fields): void {
    const tMs = timeOf(event.t_ms);
    if (tMs === null) return;
    this.#endMs = Math.max(this.#endMs, tMs);
    if (event.type === 'end') this.reason = textOf(event.reason);
    else if (event.type === 'omitted') this.#omit(tMs);
    else {
      this.#troubles.handleLine(tMs, event);
      this.#course.handleEvent(event);
    }
  }

  #omit(tMs: number): void {
    this.#omittedMs = tMs - this.#startMs;
    for (const side of this.#sides) side.restart(tMs);
  }

  report(): RunReport {
    const { outages, marksMs, omitted } = this.#troubles;
    return {
      name: textOf(this.#start.name) ?? this.#path,
      version: textOf(this.#start.version) ?? '',
      startMs: this.#startMs,
      endMs: this.#endMs,
      reason: this.reason,
      omittedMs: this.#omittedMs,
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
