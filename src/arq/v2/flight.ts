import type { SackView } from '../../wire/v2/sack.js';
import { AckEvent, type CongestionController } from './congestion.js';
import type { ControlQueue } from './control-queue.js';
import type { SendFigures } from './figures.js';
import { BURST_US, INITIAL_CWND_PACKETS, MAX_PTO_US, PACKET_OVERHEAD_BYTES, PROBES } from './limits.js';
import { LossDetector } from './loss-detector.js';
import { LostQueue } from './lost-queue.js';
import { Pacer } from './pacer.js';
import { PeerWindow } from './peer-window.js';
import { Rtt } from './rtt.js';
import type { Samples } from './samples.js';
import { SendWindow } from './send-window.js';
import { TransmitLog } from './transmit-log.js';

/** Over cwnd / srtt: the window is to be used whatever the pauses, and slow start doubles it in a round trip. */
const PACING_GAIN = 1.25;
const SLOW_START_GAIN = 2;

/** What has been sent and not arrived: when to send it again, and how much more may go. */
export class Flight {
  readonly rtt = new Rtt();
  readonly window = new SendWindow();
  cc: CongestionController;
  /** Whether it was the application, not the path, that kept the last packet from being sent. */
  isAppLimited = true;

  readonly #figures: SendFigures;
  readonly #control: ControlQueue;
  readonly #samples: Samples | null;
  readonly #log = new TransmitLog();
  readonly #lost = new LostQueue(this.window);
  readonly #detector = new LossDetector(this.window, this.#log, this.rtt);
  readonly #pacer: Pacer;
  readonly #ack = new AckEvent();
  #packetBytes = PACKET_OVERHEAD_BYTES;
  readonly #peer = new PeerWindow();
  /** Transmissions before this one belong to a loss event that has had its answer. */
  #recoveryEnd = 0;
  #probesDue = 0;
  #probeFrom = 0;
  #ptoCount = 0;
  #ptoFromUs = 0;
  /** Nothing is on its way, and the peer's window lets nothing go. */
  #isStalled = false;
  #pacedUntilUs = Number.POSITIVE_INFINITY;

  constructor(
    cc: CongestionController,
    control: ControlQueue,
    figures: SendFigures,
    samples: Samples | null,
    nowUs: number,
  ) {
    this.cc = cc;
    this.#control = control;
    this.#figures = figures;
    this.#samples = samples;
    this.#pacer = new Pacer(BURST_US, nowUs);
  }

  /** The most that is ever sent at once. */
  get burstBytes(): number {
    return this.#pacer.burstBytes;
  }

  get nextTransmission(): number {
    return this.#log.next;
  }

  /** Of the newest transmission known to have arrived; -1: none. */
  get largestAcked(): number {
    return this.#detector.largestAcked;
  }

  setPacketBytes(nowUs: number, packetBytes: number): void {
    this.#packetBytes = packetBytes;
    this.#peer.setPacketBytes(packetBytes, this.window.next);
    this.cc.setPacketBytes(packetBytes, nowUs);
    this.#setPace(nowUs);
  }

  // To send.

  /** Call it before the others of this part. */
  start(nowUs: number): void {
    this.#pacer.fill(nowUs);
    this.#pacedUntilUs = Number.POSITIVE_INFINITY;
  }

  /** What is to be sent again, lost or to probe; -1: nothing. */
  resendIndex(): number {
    const lost = this.#lost.first();
    if (lost >= 0 || this.#probesDue === 0) return lost;
    const { window } = this;
    for (let index = Math.max(this.#probeFrom, window.una); index < window.next; index++) {
      if (window.isInFlight(index)) return index;
    }
    return -1;
  }

  /** Whether the windows have room for one more index. A probe asks a peer whose window is closed. */
  allowsNew(nowUs: number): boolean {
    const { window } = this;
    if (!window.hasRoom || !this.#log.hasRoom) return false;
    if (window.next < this.#peer.limit || this.#probesDue > 0) return true;
    if (window.inFlightPackets === 0 && !this.#isStalled) {
      this.#isStalled = true;
      this.#ptoFromUs = nowUs;
    }
    return false;
  }

  /** Whether congestion control lets a packet of this cost go; control packets need not keep the pace. */
  allows(costBytes: number, isPaced: boolean): boolean {
    if (this.#probesDue > 0) return true;
    const { window } = this;
    const isFull = window.inFlightPackets > 0 && window.inFlightBytes + costBytes > this.cc.cwndBytes;
    if (!isFull && (!isPaced || this.#pacer.allows(costBytes))) return true;
    this.isAppLimited = false;
    if (!isFull) this.#pacedUntilUs = this.#pacer.readyUs(costBytes);
    return false;
  }

  sendNew(nowUs: number, dataBytes: number, isControl: boolean): void {
    const transmission = this.#log.add(nowUs, this.window.next);
    this.window.handleSent(transmission, dataBytes, isControl);
    this.#handleSent(nowUs, dataBytes);
  }

  /** `index` is the one of `resendIndex`. */
  sendAgain(nowUs: number, index: number): void {
    if (this.window.isLost(index)) this.#lost.removeFirst();
    else this.#probeFrom = index + 1;
    const transmission = this.#log.add(nowUs, index);
    this.window.handleResent(index, transmission);
    this.#figures.resent++;
    this.#handleSent(nowUs, this.window.dataBytes(index));
  }

  // To be told.

  /** False for a Sack that acknowledges what was never sent. */
  handleSack(nowUs: number, sack: SackView): boolean {
    const { window } = this;
    const highest = sack.nRanges === 0 ? sack.next - 1 : sack.to[0]!;
    if (Math.max(highest, sack.lastIndex) >= window.next) return false;
    this.#peer.handleSack(sack);
    if (window.next < this.#peer.limit) this.#isStalled = false;
    window.startAcks();
    this.#ack.rttUs = -1;
    this.#noteLast(nowUs, sack.lastIndex, sack.lastCopy, sack.delayUs);
    this.#ackRun(nowUs, window.una, sack.next - 1);
    for (let i = 0; i < sack.nRanges; i++) this.#ackRun(nowUs, sack.from[i]!, sack.to[i]!);
    window.advance();
    if (window.ackedPackets > 0) this.#handleProgress(nowUs);
    return true;
  }

  /** An answer shows that the peer has this packet, without a Sack. */
  handleImplicitAck(nowUs: number, index: number): void {
    if (!this.window.isOutstanding(index)) return;
    this.window.startAcks();
    this.#ack.rttUs = -1;
    if (this.window.copies(index) === 0) this.#noteLast(nowUs, index, 0, 0);
    this.#ackRun(nowUs, index, index);
    this.window.advance();
    this.#handleProgress(nowUs);
  }

  handleTimeout(nowUs: number): void {
    if (nowUs >= this.#detector.lossTimeUs) this.#detectLoss(nowUs);
    else if (nowUs >= this.#ptoUs()) {
      this.#ptoCount++;
      this.#ptoFromUs = nowUs;
      this.#probesDue = PROBES;
      this.#probeFrom = 0;
    }
  }

  pollTimeout(): number {
    const { lossTimeUs } = this.#detector;
    return Math.min(Number.isFinite(lossTimeUs) ? lossTimeUs : this.#ptoUs(), this.#pacedUntilUs);
  }

  #ptoUs(): number {
    if (this.window.inFlightPackets === 0 && !this.#isStalled) return Number.POSITIVE_INFINITY;
    const baseUs = this.rtt.ptoUs;
    return this.#ptoFromUs + Math.min(baseUs * 2 ** this.#ptoCount, Math.max(baseUs, MAX_PTO_US));
  }

  #handleSent(nowUs: number, dataBytes: number): void {
    this.#pacer.take(dataBytes + PACKET_OVERHEAD_BYTES);
    this.#ptoFromUs = nowUs;
    this.#figures.packets++;
    if (this.#probesDue === 0) return;
    this.#probesDue--;
    this.#figures.probes++;
  }

  /** The newest arrival: a sample of the round trip where it is news of a known copy; of an earlier copy than
   *  the newest, a re-send for nothing. It counts as acknowledged even where the ranges have no place for it. */
  #noteLast(nowUs: number, index: number, copy: number, delayUs: number): void {
    const { window } = this;
    if (!window.isOutstanding(index)) return;
    const copies = window.copies(index);
    if (copy < copies) {
      this.#figures.spurious++;
      this.#detector.handleSpurious();
    } else if (copy === copies && window.isInFlight(index)) {
      const sampleUs = nowUs - this.#log.sentUs(window.transmission(index));
      this.#ack.rttUs = this.rtt.handleSample(sampleUs, delayUs);
      this.#samples?.handleRtt(Math.round(1000 * this.#ack.rttUs));
    }
    this.#ackRun(nowUs, index, index);
  }

  #ackRun(nowUs: number, from: number, to: number): void {
    const { window } = this;
    const start = Math.max(from, window.una);
    if (to < start) return;
    for (let index = window.skipAcked(start); index <= to; index = window.skipAcked(index + 1)) {
      this.#ackOne(nowUs, index);
    }
    window.noteRun(start, to);
  }

  #ackOne(nowUs: number, index: number): void {
    const { window } = this;
    if (window.isLost(index)) {
      this.#figures.lost--;
      this.#detector.handleSpurious();
    } else {
      const transmission = window.transmission(index);
      // RFC 8985 §6.2: so soon after a re-send it was an earlier copy, which says nothing about what was
      // sent since.
      const isAmbiguous = window.copies(index) > 0 && nowUs - this.#log.sentUs(transmission) < this.rtt.minUs;
      if (!isAmbiguous && transmission > this.#detector.largestAcked) {
        this.#detector.largestAcked = transmission;
      }
    }
    if (window.isControl(index)) this.#control.handleAcked(index);
    window.handleAcked(index);
  }

  #handleProgress(nowUs: number): void {
    this.#ptoCount = 0;
    this.#probesDue = 0;
    const ack = this.#ack;
    ack.nowUs = nowUs;
    ack.ackedBytes = this.window.ackedBytes;
    ack.largestTransmission = this.#detector.largestAcked;
    ack.nextTransmission = this.#log.next;
    ack.smoothedRttUs = this.rtt.smoothedUs;
    ack.isAppLimited = this.isAppLimited;
    if (ack.largestTransmission >= this.#recoveryEnd) this.cc.handleAck(ack);
    this.#detectLoss(nowUs);
    this.#setPace(nowUs);
  }

  #detectLoss(nowUs: number): void {
    const detector = this.#detector;
    let isLoss = false;
    for (let index = detector.next(nowUs); index >= 0; index = detector.next(nowUs)) {
      this.window.handleLost(index);
      this.#lost.add(index);
      this.#figures.lost++;
      isLoss = true;
    }
    if (isLoss && detector.largestLost >= this.#recoveryEnd) {
      this.#recoveryEnd = this.#log.next;
      this.cc.handleLoss(nowUs);
    }
    if (detector.takePersistent()) this.cc.handlePersistentCongestion();
  }

  #setPace(nowUs: number): void {
    if (!this.rtt.hasSample) return;
    const gain = this.cc.isSlowStart ? SLOW_START_GAIN : PACING_GAIN;
    const bytesPerUs = (gain * this.cc.cwndBytes) / Math.max(1, this.rtt.smoothedUs);
    this.#pacer.setRate(nowUs, bytesPerUs, INITIAL_CWND_PACKETS * this.#packetBytes);
  }
}
