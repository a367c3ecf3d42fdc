import type { CcName } from '../../wire/v2/message.js';
import { BURST_PACKETS, CATCH_UP_RATE, CATCH_UP_US, MAX_BURST_WAIT_US, PACED_AT_ONCE_US } from './limits.js';
import { Pacer } from './pacer.js';

export interface BulkPlan {
  /** Data bytes of each packet, without lengths and header: 0 to MAX_DATAGRAM_DATA_BYTES, and more in a path probe. */
  readonly packetSizeBytes: number;
  readonly reliable: boolean;
  /** Data bits a second of first copies; 0: no rate is set. */
  readonly rateBps: number;
  readonly cc: CcName;
  /** First copies to send at most; Infinity where only `stopBulk` ends it. */
  readonly packets: number;
}

/** Whether it asks for what size the path carries: one packet that is not sent again has no goodput to show. It is not
 *  split on the way, and has any size that the system takes. */
export function isPathProbe({ reliable, packets }: Pick<BulkPlan, 'reliable' | 'packets'>): boolean {
  return !reliable && packets === 1;
}

/** The bulk data that a sender is to send: how much is left of it, and when the next packet is due. */
export class Bulk {
  readonly packetSizeBytes: number;
  readonly reliable: boolean;
  readonly isPathProbe: boolean;
  packetsLeft: number;
  /** What the set rate is owed. */
  readonly #schedule: Pacer | null = null;
  /** How fast what is owed is made good. */
  readonly #catchUp: Pacer;
  /** Packets that are waited for until they go together. */
  readonly #burstPackets: number = 1;
  #isBursting = false;

  constructor(plan: BulkPlan, nowUs: number) {
    this.packetSizeBytes = plan.packetSizeBytes;
    this.reliable = plan.reliable;
    this.isPathProbe = isPathProbe(plan);
    this.packetsLeft = plan.packets;
    this.#catchUp = new Pacer(PACED_AT_ONCE_US / CATCH_UP_RATE, nowUs);
    if (plan.rateBps === 0) return;
    const bytesPerUs = plan.rateBps / 8e6;
    const packetUs = plan.packetSizeBytes / bytesPerUs;
    this.#burstPackets = Math.max(1, Math.min(BURST_PACKETS, Math.floor(MAX_BURST_WAIT_US / packetUs)));
    const minBurstBytes = Math.max(1, plan.packetSizeBytes);
    this.#schedule = new Pacer(CATCH_UP_US, nowUs);
    this.#schedule.setRate(nowUs, bytesPerUs, minBurstBytes);
    this.#catchUp.setRate(nowUs, bytesPerUs * CATCH_UP_RATE, minBurstBytes);
  }

  fill(nowUs: number): void {
    if (this.#schedule === null) return;
    this.#schedule.fill(nowUs);
    this.#catchUp.fill(nowUs);
    this.#isBursting ||= this.#schedule.allows(this.#awaitedBytes);
  }

  /** Whether the set rate lets a packet go now. */
  get isReady(): boolean {
    return this.#schedule === null || (this.#isBursting && this.#catchUp.allows(this.packetSizeBytes));
  }

  /** When it will. */
  get readyUs(): number {
    if (this.#schedule === null) return Number.POSITIVE_INFINITY;
    return Math.max(this.#schedule.readyUs(this.#awaitedBytes), this.#catchUp.readyUs(this.packetSizeBytes));
  }

  /** Whether a set rate is owed packets: less was sent than should have been by now. */
  get isBehind(): boolean {
    return this.#schedule !== null && this.packetsLeft > 0 && this.#isDue;
  }

  /** Takes one packet; returns when it was due. */
  take(nowUs: number): number {
    this.packetsLeft--;
    if (this.#schedule === null) return nowUs;
    const dueUs = this.#schedule.dueUs(this.packetSizeBytes);
    this.#schedule.take(this.packetSizeBytes);
    this.#catchUp.take(this.packetSizeBytes);
    this.#isBursting = this.#isDue;
    return dueUs;
  }

  /** What must be due before the next packet goes. */
  get #awaitedBytes(): number {
    const packets = this.#isBursting ? 1 : Math.min(this.#burstPackets, this.packetsLeft);
    return packets * this.packetSizeBytes;
  }

  get #isDue(): boolean {
    return this.#schedule === null || this.#schedule.allows(this.packetSizeBytes);
  }
}
