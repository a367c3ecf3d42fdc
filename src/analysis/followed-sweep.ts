/** A log of a sweep that grows while it is read. */
import { statSync } from 'node:fs';
import { readSweep, type SweepReport } from './sweeps.js';

export class FollowedSweep {
  readonly #path: string;
  #sizeBytes = -1;
  #report: SweepReport | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** null: poll() was not called yet. */
  get report(): SweepReport | null {
    return this.#report;
  }

  /** Reads the log again where it has grown: it is small beside that of a run, and its sums come at its end.
   *  Throws what the system says of the file.
   *  @returns whether there was anything new */
  async poll(): Promise<boolean> {
    const { size } = statSync(this.#path);
    if (size === this.#sizeBytes) return false;
    this.#sizeBytes = size;
    this.#report = await readSweep(this.#path);
    return true;
  }

  /** Its summary is there. */
  hasEnded(): boolean {
    return this.#report !== null && this.#report.isComplete !== null;
  }
}
