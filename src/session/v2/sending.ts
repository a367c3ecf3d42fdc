import { CATCH_UP_US } from '../../arq/v2/limits.js';
import { encodeV2Message, type Start } from '../../wire/v2/message.js';
import type { PhaseDirection, SentPhase } from '../event.js';
import type { RunningPhase } from '../session.js';
import type { TransportV2 } from './transport.js';

/** How soon a phase that is over its time, and whose rate is owed packets, asks again. */
const OWED_INTERVAL_US = 1000;

/** A phase whose data this side sends: from its Start to the receiver's last report. */
export class SendingPhase implements RunningPhase {
  readonly received = false;
  readonly id: number;
  readonly direction: PhaseDirection;
  readonly packets: number;
  readonly packetSizeBytes: number;
  readonly startUs: number;
  isRefused = false;
  /** When time ends the data; Infinity once it has, or where a count does. */
  stopUs: number;
  readonly #transport: TransportV2;
  /** When even a rate that is owed packets waits no longer. */
  readonly #lastStopUs: number;
  /** What Done says; it grows until all of it has arrived, and is null before all of it was sent. */
  #sent: SentPhase | null = null;
  #isDoneSent = false;

  constructor(start: Start, transport: TransportV2, nowUs: number) {
    this.id = start.phase;
    this.direction = start.direction;
    this.packetSizeBytes = start.packetSizeBytes;
    this.startUs = nowUs;
    this.packets = packetsOf(start);
    this.stopUs = start.bound.kind === 'time' ? nowUs + start.bound.us : Number.POSITIVE_INFINITY;
    this.#lastStopUs = this.stopUs + CATCH_UP_US;
    this.#transport = transport;
    const { packetSizeBytes, reliable, rateBps, cc } = start;
    transport.startBulk(nowUs, { packetSizeBytes, reliable, rateBps, cc, packets: this.packets });
  }

  get isDone(): boolean {
    return this.#isDoneSent;
  }

  /** As it was told by Done. */
  get sent(): SentPhase {
    return this.#sent ?? { ...this.#transport.sent, elapsedUs: 0 };
  }

  /** The listener doesn't serve it: what is under way still arrives, and is told by Done. */
  refuse(nowUs: number): void {
    this.isRefused = true;
    this.#stop();
    this.handleProgress(nowUs);
  }

  handleTimeout(nowUs: number): void {
    if (nowUs < this.stopUs) return;
    if (nowUs < this.#lastStopUs && this.#transport.isBulkBehind(nowUs)) {
      this.stopUs = nowUs + OWED_INTERVAL_US;
      return;
    }
    this.#stop();
    this.handleProgress(nowUs);
  }

  /** Says Done when the last data has arrived: only then it knows how often it was sent. */
  handleProgress(nowUs: number): void {
    const transport = this.#transport;
    if (this.#isDoneSent || !transport.isBulkDone) return;
    if (this.#sent === null) this.#endData(nowUs);
    if (!transport.isBulkAcked) return;
    this.#isDoneSent = true;
    const { resent, spurious } = transport.sent;
    this.#sent = { ...this.sent, resent, spurious };
    transport.noteBulkSent(this.sent.packets, this.packetSizeBytes);
    transport.sendMessage(encodeV2Message({ kind: 'done', phase: this.id, ...this.sent }));
  }

  #endData(nowUs: number): void {
    this.#transport.stopBulk();
    this.stopUs = Number.POSITIVE_INFINITY;
    this.#sent = { ...this.#transport.sent, elapsedUs: Math.round(nowUs - this.startUs) };
  }

  #stop(): void {
    if (this.#isDoneSent) return;
    this.stopUs = Number.POSITIVE_INFINITY;
    this.#transport.stopBulk();
  }
}

/** How many packets a phase has; Infinity where a time ends it. */
export function packetsOf({ bound, packetSizeBytes }: Start): number {
  switch (bound.kind) {
    case 'time':
      return Number.POSITIVE_INFINITY;
    case 'packets':
      return bound.packets;
    case 'bytes':
      return Math.ceil(bound.bytes / Math.max(1, packetSizeBytes));
  }
}
