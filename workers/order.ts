import type { OrderLatency, OrderOutcome, PhaseOrder } from '../src/control/messages.js';
import type { MeasurePlan } from '../src/options/types.js';
import type { SessionEvent } from '../src/session/event.js';
import { LatencyMerge } from '../src/stats/latency.js';

/** The shard's clocks. */
export interface OrderClock {
  nowUs(): number;
  /** How long the shard has been busy since it began. */
  busyUs(): number;
}

type PhaseEvent = Extract<SessionEvent, { type: 'phase' }>;

/** One phase that was asked for, with the Pings around it: what the session is to do now, and what came of it. */
export class OrderRun {
  readonly #order: PhaseOrder;
  readonly #idlePlan: MeasurePlan;
  readonly #phasePlan: MeasurePlan;
  readonly #clock: OrderClock;
  readonly #askedUs: number;
  readonly #idle = new Latencies();
  readonly #loaded = new Latencies();
  #state: 'idle' | 'due' | 'running' = 'idle';
  #startUs = 0;
  #startBusyUs = 0;

  /** @param plan of the connection, which measures nothing by itself
   *  @param packetSizeBytes data of a packet */
  constructor(order: PhaseOrder, plan: MeasurePlan, packetSizeBytes: number, clock: OrderClock) {
    this.#order = order;
    this.#idlePlan = plan;
    this.#phasePlan = phasePlanOf(order, plan, packetSizeBytes);
    this.#clock = clock;
    this.#askedUs = clock.nowUs();
    if (order.kind === 'path-probe') this.#state = 'due';
  }

  /** What the session's next round consists of. */
  get plan(): MeasurePlan {
    return this.#state === 'due' ? this.#phasePlan : this.#idlePlan;
  }

  /** null: it goes on. */
  handle(event: SessionEvent): OrderOutcome | null {
    switch (event.type) {
      case 'latency':
        this.#handleLatency(event.latencyNs, event.loaded);
        return null;
      case 'phase-started':
        this.#state = 'running';
        this.#startUs = this.#clock.nowUs();
        this.#startBusyUs = this.#clock.busyUs();
        return null;
      case 'phase':
        return this.#done(event);
      case 'refused':
        return { kind: 'refused', code: event.code, limit: event.limit };
      default:
        return null;
    }
  }

  #handleLatency(latencyNs: number, isLoaded: boolean): void {
    if (this.#state === 'running') {
      if (isLoaded) this.#loaded.record(latencyNs);
      return;
    }
    if (isLoaded || this.#order.kind === 'path-probe') return;
    this.#idle.record(latencyNs);
    if (this.#clock.nowUs() >= this.#askedUs + this.#order.idleUs) this.#state = 'due';
  }

  #done({ packets, bytes, elapsedUs, detail }: PhaseEvent): OrderOutcome {
    const busyUs = this.#clock.busyUs() - this.#startBusyUs;
    const share = busyUs / Math.max(1, this.#clock.nowUs() - this.#startUs);
    return {
      kind: 'done',
      packets,
      bytes,
      elapsedUs,
      detail,
      idle: this.#idle.summary,
      loaded: this.#loaded.summary,
      busyShare: Math.min(1, Math.max(0, share)),
    };
  }
}

function phasePlanOf(order: PhaseOrder, plan: MeasurePlan, packetSizeBytes: number): MeasurePlan {
  const phase = { ...plan, monitorBandwidth: true, direction: order.direction, packetSizeBytes };
  return order.kind === 'measure'
    ? { ...phase, bound: { kind: 'time', phaseUs: order.phaseUs } }
    : { ...phase, reliable: false, rateBps: 0, bound: { kind: 'size', testSizeBytes: packetSizeBytes } };
}

/** A small histogram of one order. */
class Latencies {
  readonly #histogram = new LatencyMerge();
  #count = 0;
  #minNs = Number.POSITIVE_INFINITY;
  #maxNs = 0;
  #sumNs = 0;

  record(latencyNs: number): void {
    this.#histogram.record(latencyNs);
    this.#count++;
    this.#sumNs += latencyNs;
    this.#minNs = Math.min(this.#minNs, latencyNs);
    this.#maxNs = Math.max(this.#maxNs, latencyNs);
  }

  get summary(): OrderLatency | null {
    const { p50Ns, p99Ns } = this.#histogram.summary(
      null,
      this.#minNs,
      this.#maxNs,
      this.#sumNs,
      this.#count,
    );
    return p50Ns === null || p99Ns === null ? null : { count: this.#count, p50Ns, p99Ns };
  }
}
