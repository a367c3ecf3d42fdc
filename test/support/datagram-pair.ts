import assert from 'node:assert/strict';
import type { MeasurePlan } from '../../src/options/types.js';
import { MAX_PHASE_BYTES, MAX_PHASE_US } from '../../src/session/v2/limits.js';
import { makeClientSession, makeListenerSession } from '../../src/session/versioned-session.js';
import { Lab } from '../arq/v1/lab.js';
import { DatagramEnd } from './datagram-end.js';
import type { LossyLinkOptions } from './lossy-link.js';
import { MARKED_ID, TOKEN } from './versioned-pair.js';
import { changing, MEASURE } from './virtual-pair.js';

export interface DatagramPlan {
  readonly seed: number;
  readonly measure: MeasurePlan;
  readonly up: LossyLinkOptions;
  readonly down: LossyLinkOptions;
}

const TIMEOUT_US = 5_000_000;
const MAX_PACKET_SIZE_BYTES = 63_000;
/** 5 ms each way, 10 Mbit/s, and a queue of 50 ms. */
export const PATH: LossyLinkOptions = { delayUs: 5000, rateBps: 10e6, queueBytes: 62_500 };

export const DATAGRAM_DEFAULTS: DatagramPlan = {
  seed: 1,
  measure: { ...MEASURE, bound: { kind: 'time', phaseUs: 200_000 } },
  up: PATH,
  down: PATH,
};

export function datagramClient(measure: MeasurePlan, connectionId: string = MARKED_ID): DatagramEnd {
  return changingClient(() => measure, connectionId);
}

function changingClient(measureNow: () => MeasurePlan, connectionId: string = MARKED_ID): DatagramEnd {
  const settings = changing('cli', TIMEOUT_US, measureNow);
  return new DatagramEnd({ role: 'client', connectionId, token: '' }, (transport, nowUs) =>
    makeClientSession(settings, transport, nowUs),
  );
}

export function datagramListener(connectionId: string = MARKED_ID, name = 'srv'): DatagramEnd {
  const limits = {
    maxPacketSizeBytes: MAX_PACKET_SIZE_BYTES,
    maxPhaseUs: MAX_PHASE_US,
    maxPhaseBytes: MAX_PHASE_BYTES,
    keepsRate: true,
    pathProbes: 'both' as const,
  };
  const settings = { name, token: TOKEN, timeoutUs: TIMEOUT_US, ...limits };
  return new DatagramEnd({ role: 'listener', connectionId, token: TOKEN }, (transport, nowUs) =>
    makeListenerSession(settings, transport, nowUs),
  );
}

/** A client and a listener of v2 joined by two simulated links. */
export class DatagramPair {
  /** What the client's next round consists of. */
  measure: MeasurePlan;
  readonly client: DatagramEnd;
  readonly listener: DatagramEnd;
  readonly lab: Lab;

  constructor(given: Partial<DatagramPlan> = {}) {
    const plan = { ...DATAGRAM_DEFAULTS, ...given };
    this.measure = plan.measure;
    this.client = changingClient(() => this.measure);
    this.listener = datagramListener();
    this.lab = new Lab(plan, this.client, this.listener);
  }

  get ends(): readonly [DatagramEnd, DatagramEnd] {
    return [this.client, this.listener];
  }

  /** @throws AssertionError when either end is over first, or the virtual time is up. */
  runUntil(isDone: () => boolean, withinUs = 60e6): this {
    const isOver = () => this.ends.some(({ ending }) => ending !== null);
    const isRun = this.lab.run(this.lab.nowUs + withinUs, () => isDone() || isOver());
    const endings = this.ends.map(({ ending }) => ending ?? 'goes on').join(' and ');
    assert.ok(isRun && isDone(), `at ${this.lab.nowUs} us: ${endings}`);
    return this;
  }

  /** Until both ends have the figures of so many phases of one direction. */
  runUntilPhases(n: number, direction: 'up' | 'down'): this {
    return this.runUntil(() => this.ends.every((end) => end.ended[direction] >= n));
  }
}
