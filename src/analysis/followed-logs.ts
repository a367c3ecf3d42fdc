/** Logs of runs and of sweeps that grow while they are read. */
import { statSync } from 'node:fs';
import { FollowedLog } from './followed-log.js';
import { FollowedSweep } from './followed-sweep.js';
import { type LogReport, Runs } from './runs.js';
import { isSweepLog, type SweepReport } from './sweeps.js';

export class FollowedLogs {
  readonly #runs = new Runs();
  readonly #logs: FollowedLog[] = [];
  readonly #sweeps: FollowedSweep[] = [];
  /** Files that are empty yet: their first line will say what they are. */
  #undecided: readonly string[];
  #hasNews = false;

  constructor(paths: readonly string[]) {
    this.#undecided = paths;
  }

  /** Throws what the system says of the files.
   *  @returns whether there was anything new */
  async poll(): Promise<boolean> {
    this.#hasNews = false;
    await this.#decide();
    for (const log of this.#logs) await log.poll();
    for (const sweep of this.#sweeps) if (await sweep.poll()) this.#hasNews = true;
    return this.#hasNews;
  }

  report(): LogReport {
    return this.#runs.report();
  }

  sweeps(): SweepReport[] {
    return this.#sweeps.flatMap(({ report }) => report ?? []);
  }

  close(): void {
    for (const log of this.#logs) log.close();
  }

  haveEnded(): boolean {
    const reasons = this.#runs.reasons();
    const haveRunsEnded = this.#logs.length === 0 || (reasons.length > 0 && !reasons.includes(null));
    return haveRunsEnded && this.#undecided.length === 0 && this.#sweeps.every((sweep) => sweep.hasEnded());
  }

  async #decide(): Promise<void> {
    const empty: string[] = [];
    for (const path of this.#undecided) {
      const stats = statSync(path);
      if (stats.isFile() && stats.size === 0) empty.push(path);
      else if (await isSweepLog(path)) this.#sweeps.push(new FollowedSweep(path));
      else this.#openLog(path);
    }
    this.#undecided = empty;
  }

  #openLog(path: string): void {
    const log = this.#runs.openLog(path);
    const handleItem: typeof log.handleItem = (item) => {
      this.#hasNews = true;
      log.handleItem(item);
    };
    this.#logs.push(new FollowedLog(path, handleItem));
  }
}
