/** What crosses between the main thread and a thread that probes. */
import type { MessagePort } from 'node:worker_threads';
import type { ProbeGroup, ProbeResult, ProbeSettings } from '../probe/types.js';

/** A thread's share of a round; the argument of the piscina task, which ends with the share. */
export interface ProbeTask {
  readonly groups: readonly ProbeGroup[];
  readonly settings: ProbeSettings;
  /** Of the numbers of the plan: first, first + step, … */
  readonly first: number;
  readonly step: number;
  readonly parallel: number;
  readonly ratePerS: number | null;
  /** Carries FromProber; any message to the thread ends the round early. */
  readonly port: MessagePort;
}

export type FromProber = readonly ProbeResult[];
