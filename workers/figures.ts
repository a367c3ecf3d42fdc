import type { SlotPlace } from '../src/control/messages.js';
import type { SessionEvent } from '../src/session/event.js';
import { COUNTER, COUNTERS } from '../src/stats/layout.js';
import type { PageWriter } from '../src/stats/page-writer.js';

/** Latencies kept until the next publication: at the fastest ping-pong there is (10 us) a tick's worth. */
const MAX_PENDING = 4096;

/**
 * A connection's figures on the shard's side: plain numbers that the hot path adds to, published to
 * shared memory on the shard's tick and at phase ends. They outlive a reconnect.
 */
export class Figures {
  readonly place: SlotPlace;
  readonly values = new Float64Array(COUNTERS.length);
  readonly #page: PageWriter;
  readonly #pingIntervalNs: number;
  readonly #pendingNs: number[] = [];

  /** @param pingIntervalNs for the correction of coordinated omission; 0: none */
  constructor(page: PageWriter, place: SlotPlace, pingIntervalNs: number) {
    this.#page = page;
    this.place = place;
    this.#pingIntervalNs = pingIntervalNs;
  }

  handleLatency(latencyNs: number): void {
    const { values } = this;
    const count = values[COUNTER.latencyCount]!;
    values[COUNTER.latencyLastNs] = latencyNs;
    values[COUNTER.latencySumNs]! += latencyNs;
    values[COUNTER.latencyCount] = count + 1;
    const minNs = values[COUNTER.latencyMinNs]!;
    if (count === 0 || latencyNs < minNs) values[COUNTER.latencyMinNs] = latencyNs;
    if (latencyNs > values[COUNTER.latencyMaxNs]!) values[COUNTER.latencyMaxNs] = latencyNs;
    this.#pendingNs.push(latencyNs);
    if (this.#pendingNs.length >= MAX_PENDING) this.publish();
  }

  handlePhase(phase: Extract<SessionEvent, { type: 'phase' }>): void {
    const { values } = this;
    const up = phase.direction === 'up';
    values[up ? COUNTER.upBytes : COUNTER.downBytes]! += phase.bytes;
    values[up ? COUNTER.upPackets : COUNTER.downPackets]! += phase.packets;
    values[up ? COUNTER.upPhases : COUNTER.downPhases]! += 1;
    values[up ? COUNTER.upElapsedUs : COUNTER.downElapsedUs]! += phase.elapsedUs;
    this.setRate(phase.direction, phase.received, phase.rateBps);
  }

  setRate(direction: 'up' | 'down', received: boolean, rateBps: number): void {
    this.values[direction === 'up' ? COUNTER.upRateBps : COUNTER.downRateBps] = rateBps;
    if (received) this.values[COUNTER.receivedRateBps] = rateBps;
  }

  /** The connection is gone: what it counted stays, a rate it has no longer. */
  clearRates(): void {
    this.values[COUNTER.upRateBps] = 0;
    this.values[COUNTER.downRateBps] = 0;
    this.values[COUNTER.receivedRateBps] = 0;
  }

  publish(): void {
    const { slot } = this.place;
    this.#page.begin();
    for (const latencyNs of this.#pendingNs) {
      this.#page.recordLatency(slot, latencyNs, this.#pingIntervalNs);
    }
    this.#page.publish(slot, this.values);
    this.#page.end();
    this.#pendingNs.length = 0;
  }
}
