import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cause, PhaseDetail } from '../../src/control/events.js';
import type { OrderOutcome } from '../../src/control/messages.js';
import { lostAnswer, outcomeOf, probeOutcomeOf } from '../../src/control/sweep-outcomes.js';

const CAUSE: Cause = { phase: 'session', code: 'TIMEOUT', text: 'silence', elapsedMs: 1, tried: [] };
const DETAIL: PhaseDetail = {
  report: {
    packets: 90,
    bytes: 90_000,
    elapsedUs: 1000,
    lost: 10,
    recovered: 4,
    residual: 6,
    reordered: 0,
    duplicates: 0,
    resent: 0,
    jitterNs: 0,
    owd: '',
    busyUs: 0,
  },
  sent: { packets: 96, bytes: 96_000, elapsedUs: 300_000, resent: 4, spurious: 0 },
};
const DONE: OrderOutcome = {
  kind: 'done',
  packets: 90,
  bytes: 90_000,
  elapsedUs: 1000,
  detail: DETAIL,
  idle: { count: 20, p50Ns: 1000, p99Ns: 2000 },
  loaded: null,
  busyShare: 0.25,
};

function answer(outcome: OrderOutcome, isTooLarge = false, pathMtuBytes: number | null = 1400) {
  return { outcome, isTooLarge, pathMtuBytes };
}

test('a phase is measured over the time of its data, an unreliable one over that in which it was sent', () => {
  const reliable = outcomeOf(answer(DONE), 'udp');
  const unreliable = outcomeOf(answer(DONE), 'udp-unreliable');
  assert.deepEqual(reliable.kind === 'measured' && [reliable.elapsedUs, reliable.goodputBps], [1000, 720e6]);
  assert.deepEqual(
    unreliable.kind === 'measured' && [unreliable.elapsedUs, unreliable.goodputBps],
    [300_000, 2.4e6],
  );
});

test('what version 2 counts over UDP is told, and nothing of it over TCP or in version 1', () => {
  const counts = (outcome: OrderOutcome, way: 'udp' | 'tcp') => {
    const measured = outcomeOf(answer(outcome), way);
    assert.ok(measured.kind === 'measured');
    return [measured.lost, measured.recovered, measured.residual, measured.resent];
  };
  assert.deepEqual(counts(DONE, 'udp'), [10, 4, 6, 4]);
  assert.deepEqual(counts(DONE, 'tcp'), [null, null, null, null]);
  assert.deepEqual(counts({ ...DONE, detail: null }, 'udp'), [null, null, null, null]);
});

test('an order without a figure has the code of its cause', () => {
  const codeOf = (outcome: OrderOutcome, isTooLarge = false) => {
    const unmeasured = outcomeOf(answer(outcome, isTooLarge), 'udp');
    assert.ok(unmeasured.kind === 'unmeasured' && unmeasured.text !== '');
    return unmeasured.code;
  };
  assert.equal(codeOf({ kind: 'lost', cause: CAUSE }), 'TIMEOUT');
  assert.equal(codeOf({ kind: 'lost', cause: CAUSE }, true), 'EMSGSIZE');
  assert.equal(codeOf({ kind: 'lost', cause: { ...CAUSE, code: 'ECONNRESET' } }, true), 'ECONNRESET');
  assert.equal(codeOf({ kind: 'refused', code: 'packet_size', limit: 1000 }), 'REFUSED');
  assert.equal(codeOf({ kind: 'unable', text: 'no' }), 'UNSUPPORTED');
});

test('a probe that came has arrived, whatever the system said meanwhile', () => {
  assert.deepEqual(probeOutcomeOf(answer(DONE, true), 'up'), { kind: 'arrived' });
});

test('a probe that did not come was refused where our own system said so, and else is tried again', () => {
  const none: OrderOutcome = { ...DONE, packets: 0, bytes: 0 };
  assert.deepEqual(probeOutcomeOf(answer(none, true), 'up'), { kind: 'refused', mtuBytes: 1400 });
  assert.equal(probeOutcomeOf(answer(none, true), 'down'), null, 'the error was of something else');
  assert.equal(probeOutcomeOf(answer(none), 'up'), null);
  assert.equal(probeOutcomeOf(lostAnswer(CAUSE), 'up'), null);
});

test('a probe that is not served is impossible where no size is', () => {
  const refused = (limit: number): OrderOutcome => ({ kind: 'refused', code: 'packet_size', limit });
  assert.equal(probeOutcomeOf(answer(refused(0)), 'down')?.kind, 'impossible');
  assert.deepEqual(probeOutcomeOf(answer(refused(63_000)), 'down'), { kind: 'refused', mtuBytes: null });
  assert.equal(probeOutcomeOf(answer({ kind: 'unable', text: 'version 1' }), 'up')?.kind, 'impossible');
});
