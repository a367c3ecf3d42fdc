/** What a UI is: one file that fills this interface, registered in registry.ts. It sees events and
 *  snapshots only. */
import type { RunCommands } from '../control/commands.js';
import type { RunEvent } from '../control/events.js';
import type { RunSnapshot } from '../stats/snapshot.js';

/** Where a reporter writes. `columns` is null when the output is no terminal. */
export interface Output {
  /** Never blocks and never throws; a text that finds no room is dropped whole and counted. */
  write(text: string): void;
  /** The current width; a resized terminal changes it. */
  readonly columns: number | null;
  readonly color: boolean;
  /** True while the reader has not taken what was written before: leave a snapshot out then, as the
   *  next one says more. Events are still written. */
  readonly lagging: boolean;
  /** Texts that write() has dropped so far. */
  readonly droppedWrites: number;
}

/** What a UI with keys may ask for. */
export interface RunControl extends RunCommands {
  /** As Ctrl-C: the first one ends the run in good order, the second at once. */
  interrupt(): void;
}

export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

export interface LogSettings {
  /** The least that is shown. */
  readonly level: LogLevel;
  readonly format: 'logfmt' | 'json';
}

export interface ReporterSettings {
  readonly bits: boolean;
  /** `none`, or chalk's name of one of the 16 ANSI colours (`red`, `redBright` …). */
  readonly emphasis: string;
  readonly name: string;
  /** Between two reports. */
  readonly intervalMs: number;
  /** Of the text tables; null: those that have something to say and find room. */
  readonly columns: readonly string[] | null;
  readonly log: LogSettings;
  readonly run: RunControl;
}

export interface Reporter {
  /** True: the snapshots of the intervals need not be collected for it. */
  readonly ignoresSnapshots?: boolean;
  handleEvent(event: RunEvent): void;
  /** Once an interval. */
  handleSnapshot(snapshot: RunSnapshot): void;
  /** The end: the last snapshot; nothing comes after it. */
  handleSummary(snapshot: RunSnapshot): void;
}

export type ReporterFactory = (out: Output, settings: ReporterSettings) => Reporter;
