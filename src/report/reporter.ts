/** What a UI is: one file that fills this interface, registered in registry.ts. It sees events and
 *  snapshots only. */
import type { RunEvent } from '../control/events.js';
import type { RunSnapshot } from '../stats/snapshot.js';

/** Where a reporter writes. `columns` is null when the output is no terminal. */
export interface Output {
  write(text: string): void;
  readonly columns: number | null;
  readonly color: boolean;
}

export interface ReporterSettings {
  readonly bits: boolean;
  readonly emphasis: string;
  readonly name: string;
}

export interface Reporter {
  handleEvent(event: RunEvent): void;
  /** Once an interval. */
  handleSnapshot(snapshot: RunSnapshot): void;
  /** The end: the last snapshot; nothing comes after it. */
  handleSummary(snapshot: RunSnapshot): void;
}

export type ReporterFactory = (out: Output, settings: ReporterSettings) => Reporter;
