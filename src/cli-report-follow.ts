/** `conntest report --follow`: the page again and again, while the run goes on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { FollowedLog } from './analysis/followed-log.js';
import { type LogReport, Runs } from './analysis/runs.js';
import { EXIT } from './exit-codes.js';

/** The summary follows the end of a run within the time of a write. */
const LAST_LINES_MS = 200;

/** Calls `show` whenever there is something new, and a last time when each run has its end or the user ends it.
 *  Throws what the system says of the files.
 *  @param show its second argument: whether the runs go on */
export async function followRuns(
  paths: readonly string[],
  intervalMs: number,
  show: (report: LogReport, isGoingOn: boolean) => void,
): Promise<LogReport> {
  const ending = endOnSignal();
  const logs = new Logs(paths);
  for (;;) {
    const hasNews = await logs.poll();
    if (logs.haveEnded()) {
      await sleep(LAST_LINES_MS);
      await logs.poll();
    }
    const report = logs.runs.report();
    const isGoingOn = !ending.aborted && !logs.haveEnded();
    if (hasNews || !isGoingOn) show(report, isGoingOn);
    if (!isGoingOn) {
      logs.close();
      return report;
    }
    await sleep(intervalMs, undefined, { signal: ending }).catch(() => {});
  }
}

class Logs {
  readonly runs = new Runs();
  readonly #logs: readonly FollowedLog[];
  #hasNews = false;

  constructor(paths: readonly string[]) {
    this.#logs = paths.map((path) => {
      const log = this.runs.openLog(path);
      return new FollowedLog(path, (item) => {
        this.#hasNews = true;
        log.handleItem(item);
      });
    });
  }

  /** @returns whether there was anything new */
  async poll(): Promise<boolean> {
    this.#hasNews = false;
    for (const log of this.#logs) await log.poll();
    return this.#hasNews;
  }

  close(): void {
    for (const log of this.#logs) log.close();
  }

  haveEnded(): boolean {
    const reasons = this.runs.reasons();
    return reasons.length > 0 && !reasons.includes(null);
  }
}

/** The first signal asks for the last page; the second ends at once. */
function endOnSignal(): AbortSignal {
  const ending = new AbortController();
  const handle = (): void => {
    if (ending.signal.aborted) process.exit(EXIT.interrupted);
    ending.abort();
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  return ending.signal;
}
