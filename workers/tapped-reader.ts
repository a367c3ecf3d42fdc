import type { PacketHead, Session } from '../src/session/session.js';
import type { CarrierHost } from './carrier.js';
import type { PacketTap } from './packet-tap.js';

/** Notes what is received before the session gets it. */
export class TappedReader implements Pick<Session, keyof CarrierHost['reader']> {
  readonly #session: Session;
  readonly #tap: PacketTap;
  readonly #key: number;
  /** Where the data of the running phase starts, and that of the phase that ended last. */
  #firstIndex = -1;
  #endedFirstIndex = -1;

  constructor(session: Session, tap: PacketTap, key: number) {
    this.#session = session;
    this.#tap = tap;
    this.#key = key;
  }

  handleMessage(nowUs: number, data: Uint8Array, head: PacketHead): void {
    const { phase } = this.#session;
    this.#tap.message(this.#key, 'received', head.index, data);
    this.#session.handleMessage(nowUs, data, head);
    if (this.#session.phase === phase) return;
    this.#endedFirstIndex = this.#firstIndex;
    this.#firstIndex = head.index + 1;
  }

  handleCounted(nowUs: number, bulkBytes: number): void {
    const { phase } = this.#session;
    if (phase !== null) this.#noteData(this.#firstIndex, phase.packets, phase.packetSizeBytes);
    this.#session.handleCounted(nowUs, bulkBytes);
  }

  handleRepeated(): void {
    this.#session.handleRepeated();
  }

  handleBye(reason: string): void {
    this.#session.handleBye(reason);
  }

  /** In version 2 the number of packets is known when the phase is over. */
  handlePhase(packets: number, packetSizeBytes: number): void {
    this.#noteData(this.#endedFirstIndex, packets, packetSizeBytes);
  }

  #noteData(index: number, packets: number, packetSizeBytes: number): void {
    this.#tap.bulk(this.#key, 'received', index, packets, packetSizeBytes);
  }
}
