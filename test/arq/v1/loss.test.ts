import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LossyLinkOptions } from '../../support/lossy-link.js';
import type { LabPlan } from './lab.js';
import {
  drawPlan,
  measureOurs,
  measureTheirListener,
  type Outcome,
  runTheirs,
  serveTheirClient,
} from './trials.js';

/** Sessions of two cycles, which are four phases: 400 of them make one per cent visible. */
const SESSIONS = 100;
const CYCLES = 2;
const N_PACKETS = 200;

/** A share of random events is no invariant: always the same sessions, unless told otherwise. */
const SEED = Number(process.env.CONNTEST_SEED ?? 1);

/** Random loss in both directions with the share of phases that must complete, on top of which 2 % of the
 *  datagrams are overtaken and 2 % come twice. */
const LOSSES = [
  { loss: 0.01, least: 0.99 },
  { loss: 0.05, least: 0.99 },
  { loss: 0.1, least: 0.9 },
] as const;

function faults(loss: number): Partial<LossyLinkOptions> {
  return { loss, reorder: 0.02, duplicate: 0.02 };
}

/** The share of phases that completed, over many sessions. */
function shareOf(trial: (plan: LabPlan, cycles: number) => Outcome, loss: number): number {
  let begun = 0;
  let completed = 0;
  for (let i = 0; i < SESSIONS; i++) {
    const outcome = trial(drawPlan(SEED + i, N_PACKETS, faults(loss)), CYCLES);
    begun += outcome.begun;
    completed += outcome.completed;
  }
  return completed / begun;
}

const TRIALS = [
  ['our client with an original listener', measureTheirListener],
  ['an original client with our listener', serveTheirClient],
  ['two of ours that speak v1', measureOurs],
] as const;

for (const { loss, least } of LOSSES) {
  for (const [who, trial] of TRIALS) {
    test(`at ${100 * loss} % loss ${who} complete at least ${100 * least} % of their phases`, () => {
      const share = shareOf(trial, loss);
      assert.ok(share >= least, `${(100 * share).toFixed(2)} % with CONNTEST_SEED=${SEED}`);
    });
  }

  test(`at ${100 * loss} % loss two originals stall`, () => {
    for (let i = 0; i < SESSIONS / 5; i++) {
      const { begun, completed } = runTheirs(drawPlan(SEED + i, N_PACKETS, faults(loss)), CYCLES);
      assert.ok(completed < begun, `a session went through with CONNTEST_SEED=${SEED + i}`);
    }
  });
}
