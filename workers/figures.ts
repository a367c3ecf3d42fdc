import type { SlotPlace } from '../src/control/messages.js';
import type { PhaseDetail, PhaseDirection, SessionEvent } from '../src/session/event.js';
import { COUNTER, COUNTERS, GAUGES, LIVE_GAUGES } from '../src/stats/layout.js';
import type { PageWriter } from '../src/stats/page-writer.js';
import { SampleBuffer } from './sample-buffer.js';

/** By COUNTER: what is no sum. */
const KEPT: ReadonlySet<number> = new Set(
  [...GAUGES, 'version' as const, 'packetSizeBytes' as const].map((name) => COUNTER[name]),
);

/**
 * A connection's figures on the shard's side: plain numbers that the hot path adds to, published to
 * shared memory on the shard's tick and at phase ends. They outlive a reconnect.
 */
export class Figures {
  readonly place: SlotPlace;
  /** By COUNTER. */
  readonly values = new Float64Array(COUNTERS.length);
  readonly #page: PageWriter;
  readonly #pingIntervalNs: number;
  readonly #latency = new SampleBuffer('latency', this.values);
  readonly #latencyLoaded = new SampleBuffer('latencyLoaded', this.values);
  readonly #rtt = new SampleBuffer('rtt', this.values);
  readonly #rttLoaded = new SampleBuffer('rttLoaded', this.values);
  readonly #owd = new SampleBuffer('owd', this.values);
  readonly #samples = [this.#latency, this.#latencyLoaded, this.#rtt, this.#rttLoaded, this.#owd];

  /** @param pingIntervalNs for the correction of coordinated omission; 0: none */
  constructor(page: PageWriter, place: SlotPlace, pingIntervalNs: number) {
    this.#page = page;
    this.place = place;
    this.#pingIntervalNs = pingIntervalNs;
  }

  /** Half of a round trip of messages. `loaded`, here and below: while data of a phase was moving. */
  handleLatency(latencyNs: number, loaded: boolean): void {
    if ((loaded ? this.#latencyLoaded : this.#latency).add(latencyNs)) this.publish();
  }

  /** A round trip of a packet. */
  handleRtt(rttNs: number, loaded: boolean): void {
    if ((loaded ? this.#rttLoaded : this.#rtt).add(rttNs)) this.publish();
  }

  /** A one-way delay above the least one of its phase, of so many packets. */
  handleOwd(owdNs: number, times = 1): void {
    if (this.#owd.add(owdNs, times)) this.publish();
  }

  handlePhase(phase: Extract<SessionEvent, { type: 'phase' }>): void {
    const { values } = this;
    const { direction, detail } = phase;
    values[COUNTER[`${direction}Bytes`]]! += phase.bytes;
    values[COUNTER[`${direction}Packets`]]! += phase.packets;
    values[COUNTER[`${direction}Phases`]]! += 1;
    values[COUNTER[`${direction}ElapsedUs`]]! += phase.elapsedUs;
    this.setRate(direction, phase.received, phase.rateBps);
    if (detail === null) return;
    this.#addReport(direction, detail.report);
    this.#addSent(direction, detail.sent);
  }

  setRate(direction: PhaseDirection, received: boolean, rateBps: number): void {
    this.values[COUNTER[`${direction}RateBps`]] = rateBps;
    if (received) this.values[COUNTER.receivedRateBps] = rateBps;
  }

  clearRates(): void {
    this.values[COUNTER.upRateBps] = 0;
    this.values[COUNTER.downRateBps] = 0;
    this.values[COUNTER.receivedRateBps] = 0;
  }

  /** A connection begins with what those before it have counted; their rates and windows are not its own. */
  forgetLive(): void {
    for (const gauge of LIVE_GAUGES) this.values[COUNTER[gauge]] = 0;
  }

  /** All that was counted is forgotten; what is newest stays. */
  restart(): void {
    const { values } = this;
    const { slot } = this.place;
    for (let counter = 0; counter < COUNTERS.length; counter++) if (!KEPT.has(counter)) values[counter] = 0;
    for (const samples of this.#samples) samples.forget();
    this.#page.begin();
    this.#page.clear(slot);
    this.#page.publish(slot, values);
    this.#page.end();
  }

  publish(): void {
    const page = this.#page;
    const { slot } = this.place;
    page.begin();
    this.#latency.drain(page, slot, this.#pingIntervalNs);
    this.#latencyLoaded.drain(page, slot, this.#pingIntervalNs);
    this.#rtt.drain(page, slot, 0);
    this.#rttLoaded.drain(page, slot, 0);
    this.#owd.drain(page, slot, 0);
    page.publish(slot, this.values);
    page.end();
  }

  #addReport(direction: PhaseDirection, report: PhaseDetail['report']): void {
    const { values } = this;
    values[COUNTER[`${direction}Lost`]]! += report.lost;
    values[COUNTER[`${direction}Recovered`]]! += report.recovered;
    values[COUNTER[`${direction}Residual`]]! += report.residual;
    values[COUNTER[`${direction}Reordered`]]! += report.reordered;
    values[COUNTER[`${direction}Duplicates`]]! += report.duplicates;
    values[COUNTER[`${direction}JitterNs`]] = report.jitterNs;
  }

  #addSent(direction: PhaseDirection, sent: PhaseDetail['sent']): void {
    const { values } = this;
    // All packets of a phase have the same size.
    const resentBytes = sent.packets === 0 ? 0 : Math.round((sent.resent * sent.bytes) / sent.packets);
    values[COUNTER[`${direction}SentBytes`]]! += sent.bytes + resentBytes;
    values[COUNTER[`${direction}Resent`]]! += sent.resent;
    values[COUNTER[`${direction}Spurious`]]! += sent.spurious;
  }
}
