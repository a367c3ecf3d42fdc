import type { MeasurePlan } from '../../src/options/types.js';
import { ClientSession, type ClientSettings } from '../../src/session/client.js';
import { ListenerSession } from '../../src/session/listener.js';
import { PacketTrace } from './packet-trace.js';
import { Prng } from './prng.js';
import { VirtualClock } from './virtual-clock.js';
import { VirtualEnd } from './virtual-end.js';
import { type StreamPlan, VirtualStream } from './virtual-stream.js';

export const CONNECTION_ID = '6b1e9d3c-5f0e-4d9b-9a54-1c2a7f3d8e10';

/** What the tests that don't say otherwise run on: a fast path of 1 ms each way. */
export const LINK: StreamPlan = {
  delayUs: 1000,
  bytesPerS: 10e6,
  maxChunkBytes: 1448,
  sendBufferBytes: 16_384,
  isHollow: false,
};

export const MEASURE: MeasurePlan = {
  monitorBandwidth: true,
  direction: 'both',
  packetSizeBytes: 1400,
  bound: { kind: 'size', testSizeBytes: 14_000 },
  pingIntervalUs: 500_000,
  reliable: true,
  rateBps: 0,
  cc: 'cubic',
};

export interface PairPlan {
  readonly measure: MeasurePlan;
  readonly up: StreamPlan;
  readonly down: StreamPlan;
  readonly timeoutUs: number;
  readonly listenerTimeoutUs: number;
  readonly maxPacketSizeBytes: number;
  readonly writeBytes: number;
  readonly seed: number;
}

const DEFAULTS: PairPlan = {
  measure: MEASURE,
  up: LINK,
  down: LINK,
  timeoutUs: 5_000_000,
  listenerTimeoutUs: 5_000_000,
  maxPacketSizeBytes: 64_000_000,
  writeBytes: 65_536,
  seed: 1,
};

/** Settings of a client whose plan its test may change. */
export function changing(name: string, timeoutUs: number, measureNow: () => MeasurePlan): ClientSettings {
  return {
    name,
    timeoutUs,
    get measure() {
      return measureNow();
    },
  };
}

/** A client and a listener joined by two virtual streams; `start` sets them off. */
export class VirtualPair {
  /** What the client's next round consists of. */
  measure: MeasurePlan;
  readonly clock = new VirtualClock();
  readonly client: VirtualEnd;
  readonly listener: VirtualEnd;
  readonly up: VirtualStream;
  readonly down: VirtualStream;
  /** What was written, read by a reader of its own; not kept of hollow streams. */
  readonly sentUp = new PacketTrace();
  readonly sentDown = new PacketTrace();

  constructor(given: Partial<PairPlan> = {}) {
    const plan = { ...DEFAULTS, ...given };
    const { clock } = this;
    const measureNow = () => this.measure;
    this.measure = plan.measure;
    const { timeoutUs, listenerTimeoutUs, maxPacketSizeBytes, writeBytes } = plan;
    const prng = new Prng(plan.seed);
    this.up = new VirtualStream(clock, plan.up, prng);
    this.down = new VirtualStream(clock, plan.down, prng);
    const limits = { maxPacketSizeBytes, writeBytes };
    this.client = new VirtualEnd(
      clock,
      this.up,
      { ...limits, connectionId: CONNECTION_ID },
      (transport, nowUs) => new ClientSession(changing('cli', timeoutUs, measureNow), transport, nowUs),
    );
    const settings = { name: 'srv', maxPacketSizeBytes, timeoutUs: listenerTimeoutUs };
    this.listener = new VirtualEnd(
      clock,
      this.down,
      { ...limits, connectionId: null },
      (transport, nowUs) => new ListenerSession(settings, transport, nowUs),
    );
    this.#join(!plan.up.isHollow);
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

  runUntilLatencies(n: number): this {
    return this.runUntil(() => this.client.latenciesUs.length >= n);
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
    this.clock.runFor(3600e6);
  }

  #join(isTraced: boolean): void {
    this.up.onData((bytes, off, end) => this.listener.handleData(bytes, off, end));
    this.down.onData((bytes, off, end) => this.client.handleData(bytes, off, end));
    if (!isTraced) return;
    this.up.onWrite((bytes) => this.sentUp.feed(bytes));
    this.down.onWrite((bytes) => this.sentDown.feed(bytes));
  }
}
