import assert from 'node:assert/strict';
import type { LossyLinkOptions } from '../../support/lossy-link.js';
import { Prng } from '../../support/prng.js';
import { Lab, type LabPlan, OurListener, ourClient, TheirClient, TheirListener } from './lab.js';
import type { OurEnd } from './our-end.js';

/** Bounds one trial: a session of a few phases takes seconds even on the worst path here. */
const MAX_US = 120e6;

/** What came of the phases of one session. */
export interface Outcome {
  readonly begun: number;
  /** Without a timeout of 5 s on either side, and without a closed connection. */
  readonly completed: number;
  readonly lab: Lab;
}

/** A path drawn from a seed: 1 to 40 ms each way, equal faults in both directions. */
export function drawPlan(seed: number, nPackets: number, faults: Partial<LossyLinkOptions>): LabPlan {
  const delayUs = 1000 * (1 + new Prng(seed).below(40));
  const link = { delayUs, ...faults };
  return { seed, nPackets, up: link, down: link };
}

/** A client of ours measures `cycles` times Up and Down with a listener of the original. */
export function measureTheirListener(plan: LabPlan, cycles: number): Outcome {
  const client = ourClient(plan);
  const listener = new TheirListener();
  const lab = new Lab(plan, client, listener);
  const { original } = listener;
  const completed = () => client.events.filter(({ type }) => type === 'phase').length;
  lab.run(MAX_US, () => client.failure !== null || original.timeouts > 0 || completed() >= 2 * cycles);
  client.assertCounted();
  assertHonest(client, plan);
  const isBroken = client.failure !== null || original.timeouts > 0;
  if (!isBroken) assertServed(original.log, cycles);
  return { begun: isBroken ? completed() + 1 : completed(), completed: completed(), lab };
}

/** A client of the original measures `cycles` times with a listener of ours, and comes again when it has to. */
export function serveTheirClient(plan: LabPlan, cycles: number): Outcome {
  const client = new TheirClient(plan);
  const listener = new OurListener();
  const lab = new Lab(plan, client, listener);
  const { original } = client;
  lab.run(MAX_US, () => count(original.log, 'counted') >= cycles);
  listener.end?.assertCounted();
  if (original.timeouts + original.closes === 0) assertAskedOnce(listener.end?.told ?? [], cycles);
  const completed = count(original.log, 'sent') + count(original.log, 'counted');
  return { begun: completed + original.broken, completed, lab };
}

/** Two of the original. */
export function runTheirs(plan: LabPlan, cycles: number): Outcome {
  const client = new TheirClient(plan);
  const lab = new Lab(plan, client, new TheirListener());
  const { original } = client;
  const isBroken = () => original.timeouts + original.closes > 0;
  lab.run(MAX_US, () => isBroken() || count(original.log, 'counted') >= cycles);
  const completed = count(original.log, 'sent') + count(original.log, 'counted');
  return { begun: isBroken() ? completed + 1 : completed, completed, lab };
}

/** Two of ours, speaking v1 to each other. */
export function measureOurs(plan: LabPlan, cycles: number): Outcome {
  const client = ourClient(plan);
  const listener = new OurListener();
  const lab = new Lab(plan, client, listener);
  const completed = () => client.events.filter(({ type }) => type === 'phase').length;
  const isBroken = () => client.failure !== null || (listener.end?.failure ?? null) !== null;
  lab.run(MAX_US, () => isBroken() || completed() >= 2 * cycles);
  client.assertCounted();
  listener.end?.assertCounted();
  return { begun: isBroken() ? completed() + 1 : completed(), completed: completed(), lab };
}

/** Repairs do not show as latency: nothing measured is above what the path itself can take. */
function assertHonest(client: OurEnd, { up, down }: LabPlan): void {
  if (up.rateBps !== undefined) return;
  const mostUs = ({ delayUs, jitterUs = 0, reorder = 0 }: LossyLinkOptions) =>
    delayUs + jitterUs + (reorder > 0 ? 200 + delayUs / 2 : 0);
  for (const event of client.events) {
    if (event.type !== 'latency') continue;
    assert.ok(event.latencyNs >= 500 * (up.delayUs + down.delayUs), `${event.latencyNs} ns`);
    assert.ok(event.latencyNs <= 500 * (mostUs(up) + mostUs(down)) + 1000, `${event.latencyNs} ns`);
  }
}

/** Hello and every request came to the listener's application once and in order, and each Up phase was counted
 *  to its end. Pings and Pongs are more where something was repaired. */
function assertServed(log: readonly string[], cycles: number): void {
  const requests = log.filter((entry) => /^(hello|Up|Down|counted)$/.test(entry));
  const cycle = ['Up', 'counted', 'Down'];
  const expected = ['hello', ...Array.from({ length: cycles }, () => cycle).flat()];
  assert.deepEqual(requests.slice(0, expected.length), expected);
}

/** The session was told of one Hello, and of no request twice; of an Up request that was lost it does not know. */
function assertAskedOnce(told: readonly string[], cycles: number): void {
  const times = (start: string) => told.filter((message) => message.startsWith(start)).length;
  assert.equal(times('["Hello"'), 1);
  assert.equal(times('["Bandwidth",{"direction":["Down"]'), cycles);
  assert.ok(times('["Bandwidth",{"direction":["Up"]') <= cycles + 1);
}

function count(log: readonly string[], what: string): number {
  return log.filter((entry) => entry === what).length;
}
