import type { CcName } from '../../wire/v2/message.js';
import { CATCH_UP_US } from './limits.js';
import { Pacer } from './pacer.js';

export interface BulkPlan {
  /** Data bytes of each packet, without lengths and header: 0 to MAX_DATAGRAM_DATA_BYTES. */
  readonly packetSizeBytes: number;
  readonly reliable: boolean;
  /** Data bits a second of first copies; 0: no rate is set. */
  readonly rateBps: number;
  readonly cc: CcName;
  /** First copies to send at most; Infinity where only `stopBulk` ends it. */
  readonly packets: number;
}

/** The bulk data that a sender is to send: how much is left of it, and when the next packet is due. */
export class Bulk {
  readonly packetSizeBytes: number;
  readonly reliable: boolean;
  packetsLeft: number;
  readonly #rate: Pacer | null = null;

  constructor(plan: BulkPlan, nowUs: number) {
    this.packetSizeBytes = plan.packetSizeBytes;
    this.reliable = plan.reliable;
    this.packetsLeft = plan.packets;
    if (plan.rateBps === 0) return;
    this.#rate = new Pacer(CATCH_UP_US, nowUs);
    this.#rate.setRate(nowUs, plan.rateBps / 8e6, Math.max(1, plan.packetSizeBytes));
  }

  fill(nowUs: number): void {
    this.#rate?.fill(nowUs);
  }

  /** Whether the set rate lets a packet go now. */
  get isReady(): boolean {
    return this.#rate === null || this.#rate.allows(this.packetSizeBytes);
  }

  /** When it will. */
  get readyUs(): number {
    return this.#rate === null ? Number.POSITIVE_INFINITY : this.#rate.readyUs(this.packetSizeBytes);
  }

  /** Takes one packet; returns when it was due. */
  take(nowUs: number): number {
    this.packetsLeft--;
    if (this.#rate === null) return nowUs;
    const dueUs = this.#rate.dueUs(this.packetSizeBytes);
    this.#rate.take(this.packetSizeBytes);
    return dueUs;
  }
}
