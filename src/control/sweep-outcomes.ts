/** What a shard answered to an order, in the words of a sweep. */
import type { Measured, MtuProbeOutcome, SweepDirection, Unmeasured, Way } from '../sweep/types.js';
import type { Cause } from './events.js';
import type { FromShard, OrderOutcome } from './messages.js';

/** What became of an order. */
export type Answer = Pick<Extract<FromShard, { type: 'ordered' }>, 'outcome' | 'isTooLarge' | 'pathMtuBytes'>;

export function lostAnswer(cause: Cause): Answer {
  return { outcome: { kind: 'lost', cause }, isTooLarge: false, pathMtuBytes: null };
}

export function outcomeOf({ outcome, isTooLarge }: Answer, way: Way): Measured | Unmeasured {
  switch (outcome.kind) {
    case 'done':
      return measuredOf(outcome, way);
    case 'refused':
      return unmeasured('REFUSED', `the peer serves no such phase: ${refusalText(outcome)}`);
    case 'unable':
      return unmeasured('UNSUPPORTED', outcome.text);
    case 'lost':
      return isTooLarge && outcome.cause.code === 'TIMEOUT'
        ? unmeasured('EMSGSIZE', 'the system does not send datagrams of this size, and may not split them')
        : unmeasured(outcome.cause.code, outcome.cause.text);
  }
}

/** null: another try may tell. */
export function probeOutcomeOf(answer: Answer, direction: SweepDirection): MtuProbeOutcome | null {
  const { outcome, isTooLarge, pathMtuBytes } = answer;
  if (outcome.kind === 'done' && outcome.packets > 0) return { kind: 'arrived' };
  if (outcome.kind === 'unable') return { kind: 'impossible', text: outcome.text };
  if (outcome.kind === 'refused') return refusedProbe(outcome.limit, direction);
  return isTooLarge && direction === 'up' ? { kind: 'refused', mtuBytes: pathMtuBytes } : null;
}

/** docs/protocol.md, "Path probes": a limit of 0 is no size. */
function refusedProbe(limit: number, direction: SweepDirection): MtuProbeOutcome {
  if (direction === 'up' || limit > 0) return { kind: 'refused', mtuBytes: null };
  return { kind: 'impossible', text: "the peer's system can't keep its datagrams from being split" };
}

function unmeasured(code: string, text: string): Unmeasured {
  return { kind: 'unmeasured', code, text };
}

function refusalText({ code, limit }: Extract<OrderOutcome, { kind: 'refused' }>): string {
  return limit === 0 ? code : `its limit of ${code} is ${limit}`;
}

function measuredOf(done: Extract<OrderOutcome, { kind: 'done' }>, way: Way): Measured {
  const { packets, bytes, detail, idle, loaded, busyShare } = done;
  const elapsedUs = elapsedUsOf(done, way);
  const isCounted = detail !== null && way !== 'tcp';
  return {
    kind: 'measured',
    packets,
    bytes,
    elapsedUs,
    goodputBps: Math.round((bytes * 8e6) / elapsedUs),
    lost: isCounted ? detail.report.lost : null,
    recovered: isCounted ? detail.report.recovered : null,
    residual: isCounted ? detail.report.residual : null,
    resent: isCounted ? detail.sent.resent : null,
    idle,
    loaded,
    cpuShare: busyShare,
  };
}

/** A receiver counts until the last packet that came. Of unreliable data that may be the first of thousands: its
 *  goodput is over all the time in which it was sent. */
function elapsedUsOf({ elapsedUs, detail }: Extract<OrderOutcome, { kind: 'done' }>, way: Way): number {
  const sentUs = way === 'udp-unreliable' && detail !== null ? detail.sent.elapsedUs : 0;
  return Math.max(1, elapsedUs, sentUs);
}
