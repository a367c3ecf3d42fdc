import { encodeV2Packet } from '../../wire/v2/datagram.js';
import {
  bulkTemplate,
  controlTemplate,
  datagramTemplate,
  type HeadTemplate,
} from '../../wire/v2/head-template.js';
import type { AddressBudget } from '../budget.js';
import type { SendRun } from '../send-run.js';
import { maxAckDelayUs } from './ack-timer.js';
import { Bulk, type BulkPlan, isPathProbe } from './bulk.js';
import { BulkImage } from './bulk-image.js';
import { makeController } from './congestion.js';
import { ControlQueue } from './control-queue.js';
import { SendFigures } from './figures.js';
import { Flight } from './flight.js';
import type { Handshake } from './handshake.js';
import { MAX_DATAGRAM_BYTES, MAX_DATAGRAM_DATA_BYTES, PACKET_OVERHEAD_BYTES } from './limits.js';
import type { Samples } from './samples.js';
import { WAIT, type Wait, WaitTimes } from './wait-times.js';

/** Decides what is sent next: lost packets first, then control messages, then bulk data. */
export class Sender {
  readonly figures = new SendFigures();
  readonly control = new ControlQueue();
  readonly flight: Flight;
  readonly waits: WaitTimes;
  bulk: Bulk | null = null;
  /** Of the next unreliable packet. */
  sequence = 0;

  readonly #connectionId: string;
  readonly #handshake: Handshake;
  readonly #budget: AddressBudget;
  readonly #controls: HeadTemplate;
  readonly #firstCopies: BulkImage;
  readonly #datagrams: BulkImage;
  #furtherCopies: BulkImage;
  #furtherCopy = 1;
  #readyUs = Number.POSITIVE_INFINITY;
  /** Why the last packet that was looked at did not go. */
  #wait: Wait = WAIT.none;

  constructor(
    connectionId: string,
    handshake: Handshake,
    budget: AddressBudget,
    samples: Samples | null,
    nowUs: number,
  ) {
    this.#connectionId = connectionId;
    this.#handshake = handshake;
    this.#budget = budget;
    this.#controls = controlTemplate(connectionId);
    this.#firstCopies = new BulkImage(bulkTemplate(connectionId, 0));
    this.#furtherCopies = new BulkImage(bulkTemplate(connectionId, 1));
    this.#datagrams = new BulkImage(datagramTemplate(connectionId));
    const cc = makeController('cubic', PACKET_OVERHEAD_BYTES);
    this.flight = new Flight(cc, this.control, this.figures, samples, nowUs);
    this.waits = new WaitTimes(nowUs);
  }

  /** @throws RangeError for a packet size that no datagram carries, and while other bulk data is being sent. */
  startBulk(nowUs: number, plan: BulkPlan): void {
    const { packetSizeBytes } = plan;
    const maxBytes = isPathProbe(plan) ? MAX_DATAGRAM_BYTES : MAX_DATAGRAM_DATA_BYTES;
    if (!(packetSizeBytes >= 0 && packetSizeBytes <= maxBytes)) {
      throw new RangeError(`packets over UDP have 0 to ${maxBytes} bytes of data, not ${packetSizeBytes}`);
    }
    if (this.bulk !== null) throw new RangeError('bulk data is being sent already');
    this.bulk = new Bulk(plan, nowUs);
    const { flight } = this;
    const packetBytes = packetSizeBytes + PACKET_OVERHEAD_BYTES;
    if (flight.cc.name !== plan.cc) flight.cc = makeController(plan.cc, packetBytes);
    flight.setPacketBytes(nowUs, packetBytes);
    if (!plan.reliable) return;
    flight.setPeerPacketBytes(packetBytes);
    flight.rtt.maxAckDelayUs = maxAckDelayUs(packetSizeBytes, plan.rateBps);
  }

  pollTimeout(): number {
    return Math.min(this.flight.pollTimeout(), this.#readyUs);
  }

  /** Appends to an empty run; returns how many datagrams. */
  pollTransmit(nowUs: number, out: SendRun): number {
    this.flight.start(nowUs);
    this.#readyUs = Number.POSITIVE_INFINITY;
    this.#wait = WAIT.none;
    const segments = this.#transmit(nowUs, out);
    this.waits.note(nowUs, segments > 0 ? WAIT.none : this.#wait);
    return segments;
  }

  #transmit(nowUs: number, out: SendRun): number {
    const { flight } = this;
    const again = flight.resendIndex();
    if (again >= 0 && flight.window.isControl(again)) return this.#sendControlAgain(nowUs, out, again);
    if (again < 0 && this.control.first !== undefined) return this.#sendControls(nowUs, out);
    return this.#sendBulk(nowUs, out);
  }

  /** Those of one size leave in one call: a client's Pong and its next Ping. */
  #sendControls(nowUs: number, out: SendRun): number {
    let { first } = this.control;
    while (first !== undefined && this.#sendControl(nowUs, out, first)) first = this.control.first;
    return out.segments;
  }

  #sendControl(nowUs: number, out: SendRun, data: Uint8Array): boolean {
    const { flight } = this;
    const index = flight.window.next;
    if (!this.#handshake.allows(index) || !this.#hasRoom(nowUs)) return false;
    if (!this.#isLetGo(data.length, false)) return false;
    if (!this.#writeControl(out, index, 0, data)) return false;
    flight.sendNew(nowUs, data.length, true);
    this.control.handleSent(index);
    return true;
  }

  #sendControlAgain(nowUs: number, out: SendRun, index: number): number {
    const { flight } = this;
    const data = this.control.data(index);
    if (!this.#isLetGo(data.length, false)) return 0;
    if (!this.#writeControl(out, index, flight.window.copies(index) + 1, data)) return 0;
    flight.sendAgain(nowUs, index);
    return 1;
  }

  #writeControl(out: SendRun, index: number, copy: number, data: Uint8Array): boolean {
    const meta = this.#handshake.metaOf(index, copy);
    const sizeBytes =
      meta === null
        ? this.#controls.write(out.tail(), out.sizeBytes, index, data)
        : encodeV2Packet(out.tail(), out.sizeBytes, index, this.#connectionId, meta, data);
    if (sizeBytes < 0 || !this.#fits(out, sizeBytes)) return false;
    out.add(sizeBytes);
    return true;
  }

  /** A run of bulk packets: lost ones, and new ones behind them. */
  #sendBulk(nowUs: number, out: SendRun): number {
    const { flight } = this;
    const sentNs = Math.round(1000 * nowUs);
    while (out.segments < out.maxSegments) {
      const again = flight.resendIndex();
      if (again < 0 ? !this.#addNew(nowUs, sentNs, out) : !this.#addAgain(nowUs, sentNs, out, again)) break;
    }
    return out.segments;
  }

  #addAgain(nowUs: number, sentNs: number, out: SendRun, index: number): boolean {
    const { flight } = this;
    const { window } = flight;
    if (window.isControl(index)) return false;
    const dataBytes = window.dataBytes(index);
    if (!this.#isLetGo(dataBytes, true)) return false;
    const image = this.#imageOfCopy(window.copies(index) + 1);
    const sizeBytes = image.prepare(index, dataBytes);
    if (!this.#fits(out, sizeBytes)) return false;
    image.addTo(out, index, sentNs, sentNs);
    flight.sendAgain(nowUs, index);
    return true;
  }

  #addNew(nowUs: number, sentNs: number, out: SendRun): boolean {
    const { bulk, flight } = this;
    if (bulk === null || bulk.packetsLeft <= 0 || this.control.first !== undefined) {
      flight.isAppLimited = true;
      this.#wait = WAIT.application;
      return false;
    }
    if (!this.#isDue(nowUs, bulk)) return false;
    if (!bulk.reliable) return this.#addDatagram(nowUs, sentNs, out, bulk);
    const { packetSizeBytes } = bulk;
    if (!this.#hasRoom(nowUs) || !this.#isLetGo(packetSizeBytes, true)) return false;
    const index = flight.window.next;
    const sizeBytes = this.#firstCopies.prepare(index, packetSizeBytes);
    if (!this.#fits(out, sizeBytes)) return false;
    const dueNs = Math.round(1000 * bulk.take(nowUs));
    this.#firstCopies.addTo(out, index, sentNs, dueNs);
    flight.sendNew(nowUs, packetSizeBytes, false);
    this.#countBulk(packetSizeBytes);
    return true;
  }

  #addDatagram(nowUs: number, sentNs: number, out: SendRun, bulk: Bulk): boolean {
    const sizeBytes = this.#datagrams.prepare(this.sequence, bulk.packetSizeBytes);
    if (!this.#fits(out, sizeBytes)) return false;
    const dueNs = Math.round(1000 * bulk.take(nowUs));
    this.#datagrams.addTo(out, this.sequence++, sentNs, dueNs);
    out.isWhole = bulk.isPathProbe;
    this.figures.packets++;
    this.#countBulk(bulk.packetSizeBytes);
    return true;
  }

  #countBulk(packetSizeBytes: number): void {
    this.figures.bulkPackets++;
    this.figures.bulkBytes += packetSizeBytes;
  }

  /** Whether a datagram of this size may follow in the run. */
  #fits(run: SendRun, sizeBytes: number): boolean {
    if (run.segments > 0 && (sizeBytes !== run.segmentBytes || run.segments >= run.maxSegments)) return false;
    const end = run.sizeBytes + sizeBytes;
    return end <= run.bytes.length && this.#budget.allows(end);
  }

  #isDue(nowUs: number, bulk: Bulk): boolean {
    bulk.fill(nowUs);
    if (bulk.isReady) return true;
    this.#readyUs = bulk.readyUs;
    this.flight.isAppLimited = true;
    this.#wait = WAIT.rate;
    return false;
  }

  #hasRoom(nowUs: number): boolean {
    if (this.flight.allowsNew(nowUs)) return true;
    this.#wait = WAIT.window;
    return false;
  }

  #isLetGo(dataBytes: number, isPaced: boolean): boolean {
    if (this.flight.allows(dataBytes + PACKET_OVERHEAD_BYTES, isPaced)) return true;
    this.#wait = WAIT.congestion;
    return false;
  }

  #imageOfCopy(copy: number): BulkImage {
    if (copy !== this.#furtherCopy) {
      this.#furtherCopies = new BulkImage(bulkTemplate(this.#connectionId, copy));
      this.#furtherCopy = copy;
    }
    return this.#furtherCopies;
  }
}
