import type { MeasurePlan } from '../../src/options/types.js';
import { MAX_PHASE_BYTES, MAX_PHASE_US, type PhaseLimits } from '../../src/session/v2/limits.js';
import { makeClientSession, makeListenerSession } from '../../src/session/versioned-session.js';
import { markId } from '../../src/wire/v2/mark.js';
import { Prng } from './prng.js';
import { VersionedEnd } from './versioned-end.js';
import { VirtualClock } from './virtual-clock.js';
import { CONNECTION_ID, changing, LINK, MEASURE } from './virtual-pair.js';
import { type StreamPlan, VirtualStream } from './virtual-stream.js';

export const MARKED_ID = markId(CONNECTION_ID);
export const TOKEN = '0123456789abcdef';

export interface VersionedPlan {
  readonly measure: MeasurePlan;
  readonly up: StreamPlan;
  readonly down: StreamPlan;
  readonly limits: PhaseLimits;
  readonly timeoutUs: number;
  readonly writeBytes: number;
  readonly seed: number;
}

/** No path here needs longer for what is under way. */
const SETTLE_US = 60e6;

const DEFAULTS: VersionedPlan = {
  measure: { ...MEASURE, cc: 'none', bound: { kind: 'time', phaseUs: 1_000_000 } },
  up: LINK,
  down: LINK,
  limits: {
    maxPacketSizeBytes: 64_000_000,
    maxPhaseUs: MAX_PHASE_US,
    maxPhaseBytes: MAX_PHASE_BYTES,
    keepsRate: true,
    pathProbes: 'none',
  },
  timeoutUs: 5_000_000,
  writeBytes: 65_536,
  seed: 1,
};

/** A client and a listener of v2 joined by two virtual streams; `start` sets them off. */
export class VersionedPair {
  /** What the client's next round consists of. */
  measure: MeasurePlan;
  readonly clock = new VirtualClock();
  readonly client: VersionedEnd;
  readonly listener: VersionedEnd;
  readonly up: VirtualStream;
  readonly down: VirtualStream;

  constructor(given: Partial<VersionedPlan> = {}) {
    const { measure, up, down, limits, timeoutUs, writeBytes, seed } = { ...DEFAULTS, ...given };
    const { clock } = this;
    const prng = new Prng(seed);
    this.up = new VirtualStream(clock, up, prng);
    this.down = new VirtualStream(clock, down, prng);
    const { maxPacketSizeBytes } = limits;
    this.measure = measure;
    const settings = changing('cli', timeoutUs, () => this.measure);
    this.client = new VersionedEnd(
      clock,
      this.up,
      writeBytes,
      { connectionId: MARKED_ID, maxPacketSizeBytes },
      (transport, nowUs) => makeClientSession(settings, transport, nowUs),
    );
    this.listener = new VersionedEnd(
      clock,
      this.down,
      writeBytes,
      { connectionId: null, maxPacketSizeBytes },
      (transport, nowUs) =>
        makeListenerSession({ name: 'srv', token: TOKEN, timeoutUs, ...limits }, transport, nowUs),
    );
    this.up.onData((bytes, off, end) => this.listener.handleData(bytes, off, end));
    this.down.onData((bytes, off, end) => this.client.handleData(bytes, off, end));
  }

  start(): this {
    this.listener.start();
    this.client.start();
    return this;
  }

  get isFailed(): boolean {
    return this.client.failure !== null || this.listener.failure !== null;
  }

  /** @throws Error when either side fails first, or nothing happens any more. */
  runUntil(isDone: () => boolean): this {
    this.clock.runUntil(() => isDone() || this.isFailed);
    const failure = this.client.failure ?? this.listener.failure;
    if (failure !== null && !isDone()) throw new Error(`failed: ${failure.code}, ${failure.text}`);
    return this;
  }

  /** Until both sides have the figures of so many phases of one direction. */
  runUntilPhases(n: number, direction: 'up' | 'down'): this {
    return this.runUntil(() => [this.client, this.listener].every((end) => end.ended[direction] >= n));
  }

  /** The network is gone: nothing arrives any more, on either side. */
  cut(): void {
    this.up.cut();
    this.down.cut();
  }

  /** Nothing new is written; what is under way arrives. */
  settle(): void {
    this.client.freeze();
    this.listener.freeze();
    this.clock.runFor(SETTLE_US);
  }
}
