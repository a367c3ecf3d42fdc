import type { Start } from '../../wire/v2/message.js';
import { encodeReport, type Report } from '../../wire/v2/report.js';
import type { PhaseDirection } from '../event.js';
import { confirmedElapsedUs } from '../phase.js';
import type { RunningPhase } from '../session.js';
import type { LoadMeter } from './load-meter.js';
import { packetsOf } from './sending.js';
import type { TransportV2 } from './transport.js';

const REPORT_INTERVAL_US = 1_000_000;

/** A phase whose data this side receives: from its Start to its Done. */
export class ReceivingPhase implements RunningPhase {
  readonly received = true;
  readonly id: number;
  readonly direction: PhaseDirection;
  readonly packets: number;
  readonly packetSizeBytes: number;
  readonly startUs: number;
  /** A refused phase's data is counted and told as well, but is nobody's result. */
  readonly isRefused: boolean;
  reportUs: number;
  readonly #transport: TransportV2;
  readonly #load: LoadMeter;
  readonly #rttUs: number;
  readonly #isReliable: boolean;
  #bytes = 0;
  #lastDataUs: number;

  /** @param rttUs what passes at least between Start and the first data here: 0 for who was told to start */
  constructor(
    start: Start,
    transport: TransportV2,
    load: LoadMeter,
    nowUs: number,
    rttUs: number,
    isRefused: boolean,
  ) {
    this.id = start.phase;
    this.direction = start.direction;
    this.packets = packetsOf(start);
    this.packetSizeBytes = start.packetSizeBytes;
    this.startUs = nowUs;
    this.isRefused = isRefused;
    this.reportUs = nowUs + REPORT_INTERVAL_US;
    this.#transport = transport;
    this.#load = load;
    load.start();
    this.#rttUs = rttUs;
    this.#isReliable = start.reliable;
    this.#lastDataUs = nowUs;
    if (start.reliable) transport.expectBulk(start.packetSizeBytes, start.rateBps);
  }

  handleProgress(nowUs: number): void {
    const { bytes } = this.#transport.received;
    if (bytes === this.#bytes) return;
    this.#bytes = bytes;
    this.#lastDataUs = nowUs;
  }

  /** Reports each second, to a peer that reads; returns what was reported, or null. */
  handleTimeout(nowUs: number): Report | null {
    if (nowUs < this.reportUs) return null;
    this.reportUs = nowUs + REPORT_INTERVAL_US;
    if (this.#transport.isCrowded) return null;
    return this.#send(this.#report(nowUs, false, ''));
  }

  /** The sender is done with so many packets: reports for the last time. */
  finish(nowUs: number, packetsSent: number): Report {
    if (!this.#isReliable) this.#transport.finishDatagrams(packetsSent);
    const report = this.#report(nowUs, true, this.#transport.owdHistogram());
    this.#transport.resetPhase();
    this.#load.finish();
    return this.#send(report);
  }

  /** A rate of the data that came, until it last came: a Done may be late. */
  #report(nowUs: number, final: boolean, owd: string): Report {
    this.handleProgress(nowUs);
    const { owdMinNs, ...counts } = this.#transport.received;
    const elapsedUs = confirmedElapsedUs(this.#lastDataUs - this.startUs, this.#rttUs);
    return {
      kind: 'report',
      phase: this.id,
      final,
      ...counts,
      ...this.#load.figures,
      elapsedUs: Math.round(elapsedUs),
      ...(owdMinNs === null ? {} : { owdMinNs }),
      owd,
    };
  }

  #send(report: Report): Report {
    const data = encodeReport(report);
    if (data.length > this.#transport.maxMessageBytes && report.owd !== '') {
      // What the histogram says is worth less than the counts, which must arrive.
      return this.#send({ ...report, owd: '' });
    }
    this.#transport.sendMessage(data);
    return report;
  }
}
