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
  #isDoneSent = false;
  #elapsedUs = 0;

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

  get sent(): SentPhase {
    const { packets, bytes, resent, spurious } = this.#transport.sent;
    return { packets, bytes, elapsedUs: this.#elapsedUs, resent, spurious };
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

  /** Says Done when the last data is on its way: only then it knows how much that was. */
  handleProgress(nowUs: number): void {
    if (this.#isDoneSent || !this.#transport.isBulkDone) return;
    this.#transport.stopBulk();
    this.#isDoneSent = true;
    this.stopUs = Number.POSITIVE_INFINITY;
    this.#elapsedUs = Math.round(nowUs - this.startUs);
    const { packets, bytes, elapsedUs, resent } = this.sent;
    this.#transport.noteBulkSent(packets, this.packetSizeBytes);
    this.#transport.sendMessage(
      encodeV2Message({ kind: 'done', phase: this.id, packets, bytes, elapsedUs, resent }),
    );
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
