import type { AckEvent, CongestionController } from './congestion.js';
import { HyStart } from './hystart.js';
import { INITIAL_CWND_PACKETS, MIN_CWND_PACKETS } from './limits.js';

/** RFC 9002 §7, with HyStart++. */
export class NewReno implements CongestionController {
  readonly name = 'newreno';
  cwndBytes: number;
  #packetBytes: number;
  #ssthreshBytes = Number.POSITIVE_INFINITY;
  readonly #hystart = new HyStart();

  constructor(packetBytes: number) {
    this.#packetBytes = packetBytes;
    this.cwndBytes = INITIAL_CWND_PACKETS * packetBytes;
  }

  get isSlowStart(): boolean {
    return this.cwndBytes < this.#ssthreshBytes;
  }

  setPacketBytes(packetBytes: number): void {
    this.#packetBytes = packetBytes;
    this.cwndBytes = Math.max(this.cwndBytes, MIN_CWND_PACKETS * packetBytes);
  }

  handleAck(ack: AckEvent): void {
    if (ack.isAppLimited) return;
    if (!this.isSlowStart) {
      this.cwndBytes += (this.#packetBytes * ack.ackedBytes) / this.cwndBytes;
      return;
    }
    this.cwndBytes += this.#hystart.handleAck(ack);
    if (this.#hystart.isDone) this.#ssthreshBytes = this.cwndBytes;
  }

  handleLoss(): void {
    this.cwndBytes = Math.max(this.cwndBytes / 2, MIN_CWND_PACKETS * this.#packetBytes);
    this.#ssthreshBytes = this.cwndBytes;
  }

  handlePersistentCongestion(): void {
    this.cwndBytes = MIN_CWND_PACKETS * this.#packetBytes;
    this.#hystart.restart();
  }
}
