import type { BulkPlan, ReceiverLoad, TransportV2 } from '../../../src/session/v2/transport.js';

const NOTHING = { packets: 0, bytes: 0, resent: 0, spurious: 0 };
const NOTHING_RECEIVED = {
  packets: 0,
  bytes: 0,
  lost: 0,
  recovered: 0,
  residual: 0,
  reordered: 0,
  duplicates: 0,
  resent: 0,
  jitterNs: 0,
  owdMinNs: null,
};

/** Keeps what a v2 session asks for as text, in order. Bulk data is sent when `finishBulk` says so. */
export class FakeTransportV2 implements TransportV2 {
  isValidated = true;
  maxMessageBytes = 65_536;
  isBulkDone = true;
  isCrowded = false;
  isBehind = false;
  isBulkAcked = true;
  histogram = '';
  sent = NOTHING;
  received = NOTHING_RECEIVED;
  load: ReceiverLoad = { busyUs: 0, queueDrops: null };
  #asked: string[] = [];

  sendMessage(data: Uint8Array): void {
    this.#asked.push(Buffer.from(data).toString());
  }

  sendAccept(token: string, data: Uint8Array): void {
    this.#asked.push(`accept ${token} ${Buffer.from(data)}`);
  }

  sendBye(_nowUs: number, reason: string): void {
    this.#asked.push(`bye ${reason}`);
  }

  startBulk(_nowUs: number, { packets, packetSizeBytes }: BulkPlan): void {
    this.isBulkDone = false;
    this.#asked.push(`send ${packets} x ${packetSizeBytes}`);
  }

  noteBulkSent(): void {}

  stopBulk(): void {
    this.#asked.push('stop');
  }

  isBulkBehind(): boolean {
    return this.isBehind;
  }

  finishBulk(packets: number, packetSizeBytes: number): void {
    this.isBulkDone = true;
    this.sent = { ...NOTHING, packets, bytes: packets * packetSizeBytes };
  }

  expectBulk(): void {}

  finishDatagrams(packets: number): void {
    this.#asked.push(`finish ${packets}`);
  }

  resetPhase(): void {
    this.received = NOTHING_RECEIVED;
  }

  owdHistogram(): string {
    return this.histogram;
  }

  /** What was asked for since the last call. */
  take(): string[] {
    const asked = this.#asked;
    this.#asked = [];
    return asked;
  }
}
