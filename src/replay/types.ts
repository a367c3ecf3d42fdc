/** A run that is over, as whoever shows it again sees it. */
import type { RunEvent } from '../control/events.js';
import type { RunSnapshot } from '../stats/snapshot.js';

export type Item =
  | { readonly kind: 'event'; readonly event: RunEvent }
  | { readonly kind: 'snapshot'; readonly snapshot: RunSnapshot }
  | { readonly kind: 'summary'; readonly snapshot: RunSnapshot };

export interface Recording {
  readonly name: string;
  /** Epoch. */
  readonly startMs: number;
  /** Of the last whole line. */
  readonly endMs: number;
  /** Farther than this is a jump: reading all that lies between would only cost time. */
  readonly contextMs: number;
  /** Goes to where what is to be known at `tMs` begins: a screen's worth of snapshots before it. */
  seek(tMs: number): Promise<void>;
  /** Hands over, in order, what lies between the last read, or the last jump, and `tMs` inclusive. */
  read(tMs: number, handle: (item: Item) => void | Promise<void>): Promise<void>;
}
