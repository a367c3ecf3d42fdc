import type { SackView } from '../../wire/v2/sack.js';
import { readSentNs, STAMP_BYTES } from '../../wire/v2/stamp.js';
import { AckTimer } from './ack-timer.js';
import { ArrivalLog } from './arrival-log.js';
import { bufferedDatagrams } from './buffer-room.js';
import { DatagramReceiver } from './datagram-receiver.js';
import { ReceiveFigures } from './figures.js';
import { Inbox } from './inbox.js';
import { MAX_WINDOW, MIN_WINDOW, PACKET_OVERHEAD_BYTES, USUAL_BULK_BYTES } from './limits.js';
import { RangeSet } from './range-set.js';
import { SackRanges } from './sack-ranges.js';
import type { Samples } from './samples.js';
import { Transit } from './transit.js';

/** What has come, what is missing, and when to say so. */
export class Receiver {
  readonly figures = new ReceiveFigures();
  /** The figures as they were when the running phase began. */
  readonly phaseBase = new ReceiveFigures();
  readonly inbox = new Inbox();
  readonly acks = new AckTimer();
  readonly transit: Transit;
  readonly datagrams = new DatagramReceiver(this.figures);
  /** The lowest index that has not come. */
  next = 0;

  readonly #log = new ArrivalLog();
  readonly #ranges = new RangeSet();
  readonly #sackRanges = new SackRanges(this.#ranges);
  readonly #windowPackets: number;
  readonly #bufferBytes: number;
  /** Data of the bulk packets that come; what they take decides how many the buffer below us holds. */
  #bulkBytes = USUAL_BULK_BYTES;
  /** Beyond `next`. */
  #receivedBeyond = 0;
  #lastIndex = 0;
  #lastCopy = 0;
  #lastUs = 0;
  #wasClosed = false;

  /** @param windowPackets at most MAX_WINDOW
   *  @param bufferBytes what the system keeps of packets that we have not fetched yet */
  constructor(windowPackets: number, bufferBytes: number, samples: Samples | null) {
    this.#windowPackets = windowPackets;
    this.#bufferBytes = bufferBytes;
    this.transit = new Transit(samples);
  }

  /** Holes: packets that are missing right now. */
  get delayed(): number {
    return Math.max(0, this.#log.highest + 1 - this.next) - this.#receivedBeyond;
  }

  /** A control message; its data is copied. */
  handleControl(nowUs: number, index: number, copy: number, data: Uint8Array): void {
    if (!this.#isNew(nowUs, index, copy, true)) return;
    if (!this.inbox.add(index, data)) {
      this.#refuse(nowUs);
      return;
    }
    this.#accept(nowUs, index, copy, true);
    this.inbox.advance(this.next);
  }

  /** Reliable bulk data, of `dataBytes` at `dataOff` of `bytes`. */
  handleBulk(
    nowUs: number,
    index: number,
    copy: number,
    bytes: DataView,
    dataOff: number,
    dataBytes: number,
  ): void {
    if (!this.#isNew(nowUs, index, copy, false)) return;
    this.figures.bulkPackets++;
    this.figures.bulkBytes += dataBytes;
    this.#bulkBytes = dataBytes;
    if (dataBytes >= STAMP_BYTES) {
      this.transit.handleStamp(1000 * nowUs, readSentNs(bytes, dataOff), copy === 0);
    }
    this.#accept(nowUs, index, copy, false);
    this.inbox.advance(this.next);
  }

  /** Unreliable bulk data, which is never acknowledged. */
  handleDatagram(nowUs: number, sequence: number, bytes: DataView, dataOff: number, dataBytes: number): void {
    if (!this.datagrams.handle(sequence, dataBytes) || dataBytes < STAMP_BYTES) return;
    this.transit.handleStamp(1000 * nowUs, readSentNs(bytes, dataOff), true);
  }

  /** The next message in order. Fetching opens a closed window, which the sender should know. */
  takeMessage(nowUs: number): Uint8Array | undefined {
    const message = this.inbox.take();
    if (message !== undefined && this.#wasClosed) this.acks.hurry(nowUs);
    return message;
  }

  /** Reliable bulk packets of this much data are about to come, at this rate. */
  expectBulk(packetSizeBytes: number, rateBps: number): void {
    this.#bulkBytes = packetSizeBytes;
    this.acks.expect(packetSizeBytes, rateBps);
  }

  /** A new phase begins: whatever comes from now on belongs to it. */
  resetPhase(): void {
    Object.assign(this.phaseBase, this.figures);
    this.transit.reset();
  }

  fillSack(nowUs: number, sack: SackView): void {
    sack.next = this.next;
    sack.lastIndex = this.#lastIndex;
    sack.lastCopy = this.#lastCopy;
    sack.delayUs = Math.round(nowUs - this.#lastUs);
    const { readyCount } = this.inbox;
    sack.window = Math.max(0, Math.min(this.#windowPackets, this.#bufferedPackets) - readyCount);
    this.#wasClosed = readyCount > 0;
    this.#sackRanges.fill(sack);
    this.acks.handleSacked(nowUs);
  }

  /** How many packets may come while we are kept from fetching them, without one being dropped. */
  get #bufferedPackets(): number {
    const datagramBytes = this.#bulkBytes + PACKET_OVERHEAD_BYTES;
    return Math.max(MIN_WINDOW, bufferedDatagrams(this.#bufferBytes, datagramBytes));
  }

  /** Whether a packet is to be taken: it has not come before, and there is room for it. */
  #isNew(nowUs: number, index: number, copy: number, isControl: boolean): boolean {
    this.figures.packets++;
    if (copy > 0) this.figures.resent++;
    if (index >= this.next + Math.min(MAX_WINDOW, this.#windowPackets)) {
      this.#refuse(nowUs);
      return false;
    }
    const log = this.#log;
    const hasCome = index < this.next || (index <= log.highest && log.hasAny(index));
    if (hasCome) this.#handleRepeated(nowUs, index, copy, isControl);
    return !hasCome;
  }

  #refuse(nowUs: number): void {
    this.figures.refused++;
    this.acks.hurry(nowUs);
  }

  #handleRepeated(nowUs: number, index: number, copy: number, isControl: boolean): void {
    const { figures } = this;
    const log = this.#log;
    figures.duplicates++;
    if (log.isKnown(index) && !log.hasCopy(index, copy)) {
      // It was late, not lost, and what it made its sender do was for nothing.
      if (log.hasLaterCopy(index, copy)) this.#forgetLoss(isControl);
      log.add(index, copy, this.next);
    }
    this.#noteLast(nowUs, index, copy);
    this.acks.handlePacket(nowUs, true);
  }

  /** What was told of an earlier phase stays as it was told. */
  #forgetLoss(isControl: boolean): void {
    const { figures, phaseBase } = this;
    const recoveredOf = ({ recovered, controlLost }: ReceiveFigures) =>
      isControl ? controlLost : recovered - controlLost;
    if (recoveredOf(figures) === recoveredOf(phaseBase)) return;
    figures.lost--;
    figures.recovered--;
    if (isControl) figures.controlLost--;
  }

  #accept(nowUs: number, index: number, copy: number, isControl: boolean): void {
    const { figures } = this;
    const log = this.#log;
    const { highest } = log;
    if (copy > 0) {
      figures.lost += copy;
      figures.recovered += copy;
      if (isControl) figures.controlLost += copy;
    } else if (index < highest) figures.reordered++;
    log.add(index, copy, this.next);
    this.#noteLast(nowUs, index, copy);
    if (index === this.next && this.#ranges.count === 0) this.next++;
    else this.#addBeyond(index);
    this.acks.handlePacket(nowUs, index !== highest + 1);
  }

  #addBeyond(index: number): void {
    if (index < this.#log.highest) this.#sackRanges.handleFill(index);
    this.#ranges.add(index);
    this.#receivedBeyond++;
    const next = this.#ranges.takeFrom(this.next);
    this.#receivedBeyond -= next - this.next;
    this.next = next;
  }

  #noteLast(nowUs: number, index: number, copy: number): void {
    this.#lastIndex = index;
    this.#lastCopy = copy;
    this.#lastUs = nowUs;
  }
}
