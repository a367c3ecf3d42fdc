import type { CongestionController } from './congestion.js';
import { NONE_CWND_PACKETS } from './limits.js';

/** No congestion control: a fixed number of packets, whatever is lost. */
export class FixedWindow implements CongestionController {
  readonly name = 'none';
  readonly isSlowStart = false;
  cwndBytes = 0;

  constructor(packetBytes: number) {
    this.setPacketBytes(packetBytes);
  }

  setPacketBytes(packetBytes: number): void {
    this.cwndBytes = NONE_CWND_PACKETS * packetBytes;
  }

  handleAck(): void {}

  handleLoss(): void {}

  handlePersistentCongestion(): void {}
}
