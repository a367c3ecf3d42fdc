import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PhaseOrder } from '../../src/control/messages.js';
import type { SessionEvent } from '../../src/session/event.js';
import { OrderRun } from '../../workers/order.js';
import { MEASURE } from '../support/virtual-pair.js';

const IDLE_US = 100_000;
const ORDER: PhaseOrder = {
  kind: 'measure',
  direction: 'down',
  packetSizeBytes: 9000,
  phaseUs: 300_000,
  idleUs: IDLE_US,
};
const PLAN = { ...MEASURE, monitorBandwidth: false, reliable: true };
const PHASE: SessionEvent = {
  type: 'phase',
  direction: 'down',
  received: true,
  packets: 10,
  bytes: 90_000,
  elapsedUs: 300_000,
  rateBps: 2_400_000,
  detail: null,
};

class Bench {
  now = { us: 0, busyUs: 0 };
  readonly run: OrderRun;

  constructor(order: PhaseOrder = ORDER) {
    this.run = new OrderRun(order, PLAN, 9000, { nowUs: () => this.now.us, busyUs: () => this.now.busyUs });
  }

  ping(latencyNs: number, loaded = false): void {
    assert.equal(this.run.handle({ type: 'latency', latencyNs, loaded }), null);
  }

  start(): void {
    this.run.handle({ type: 'phase-started', direction: 'down', packetSizeBytes: 9000 });
  }
}

describe('a phase on order', () => {
  it('is due when the idle latency has been taken for its time, and once', () => {
    const bench = new Bench();
    bench.ping(1000);
    assert.equal(bench.run.plan.monitorBandwidth, false);
    bench.now.us = IDLE_US;
    assert.equal(bench.run.plan.monitorBandwidth, false, 'not before a Ping of that time has come back');
    bench.ping(1000);
    const { monitorBandwidth, direction, packetSizeBytes, bound, reliable } = bench.run.plan;
    assert.deepEqual([monitorBandwidth, direction, packetSizeBytes, reliable], [true, 'down', 9000, true]);
    assert.deepEqual(bound, { kind: 'time', phaseUs: 300_000 });
    bench.start();
    assert.equal(bench.run.plan.monitorBandwidth, false);
  });

  it('tells the latencies before it and in it apart, and how busy it kept the shard', () => {
    const bench = new Bench();
    bench.ping(50_000, true); // what the phase before has left
    bench.now.us = IDLE_US;
    for (const latencyNs of [1000, 1000, 2000]) bench.ping(latencyNs);
    bench.now.busyUs = 7000;
    bench.start();
    for (const latencyNs of [900, 70_000, 80_000]) bench.ping(latencyNs, latencyNs > 900);
    bench.now = { us: IDLE_US + 400_000, busyUs: 107_000 };
    const outcome = bench.run.handle(PHASE);
    assert.ok(outcome?.kind === 'done');
    assert.deepEqual(outcome.idle, { count: 3, p50Ns: 1000, p99Ns: 2000 });
    assert.deepEqual([outcome.loaded?.count, outcome.loaded?.p99Ns], [2, 80_000]);
    assert.equal(outcome.busyShare, 0.25);
    assert.deepEqual([outcome.packets, outcome.bytes, outcome.elapsedUs], [10, 90_000, 300_000]);
  });

  it('has no latency where no Ping came back', () => {
    const bench = new Bench();
    bench.start();
    const outcome = bench.run.handle(PHASE);
    assert.ok(outcome?.kind === 'done');
    assert.deepEqual([outcome.idle, outcome.loaded], [null, null]);
  });

  it('ends with the listener`s refusal', () => {
    const refused = new Bench().run.handle({
      type: 'refused',
      direction: 'down',
      code: 'packet_size',
      limit: 8,
    });
    assert.deepEqual(refused, { kind: 'refused', code: 'packet_size', limit: 8 });
  });

  it('that is a path probe is due at once: one packet, not sent again', () => {
    const { plan } = new Bench({ kind: 'path-probe', direction: 'up', datagramBytes: 9100 }).run;
    assert.deepEqual([plan.monitorBandwidth, plan.direction, plan.reliable], [true, 'up', false]);
    assert.deepEqual(plan.bound, { kind: 'size', testSizeBytes: 9000 });
  });
});
