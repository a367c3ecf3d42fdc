/** `conntest report --follow`: the page again and again, while the runs and sweeps go on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { FollowedLogs } from '../analysis/followed-logs.js';
import { EXIT } from './exit-codes.js';
import type { AllLogs } from './logs.js';

/** The summary follows the end of a run within the time of a write. */
const LAST_LINES_MS = 200;

/** Calls `show` whenever there is something new, and a last time when each run and sweep has its end or the user ends it.
 *  Throws what the system says of the files.
 *  @param show its second argument: whether they go on */
export async function followLogs(
  paths: readonly string[],
  intervalMs: number,
  show: (found: AllLogs, isGoingOn: boolean) => void,
): Promise<AllLogs> {
  const ending = endOnSignal();
  const logs = new FollowedLogs(paths);
  for (;;) {
    const hasNews = await logs.poll();
    if (logs.haveEnded()) {
      await sleep(LAST_LINES_MS);
      await logs.poll();
    }
    const found = { report: logs.report(), sweeps: logs.sweeps() };
    const isGoingOn = !ending.aborted && !logs.haveEnded();
    if (hasNews || !isGoingOn) show(found, isGoingOn);
    if (!isGoingOn) {
      logs.close();
      return found;
    }
    await sleep(intervalMs, undefined, { signal: ending }).catch(() => {});
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
