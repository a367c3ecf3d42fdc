import type { SackView } from '../../wire/v2/sack.js';
import { ASSUMED_PEER_WINDOW, PACKET_OVERHEAD_BYTES, USUAL_BULK_BYTES } from './limits.js';

/**
 * How far a sender may go. A window counts packets and the peer's buffer bytes, so a window is worth less when the packets
 * grow: until the peer has seen the first of the larger ones, its windows are taken for as many bytes.
 */
export class PeerWindow {
  /** The first index that the peer has no room for. */
  limit = ASSUMED_PEER_WINDOW;
  #sackedNext = 0;
  #packetBytes = USUAL_BULK_BYTES + PACKET_OVERHEAD_BYTES;
  /** Windows of Sacks up to this index are in packets of the size before: this part of them holds. */
  #scaledUntil = 0;
  #scale = 1;

  /** Packets from index `next` on have this size. */
  setPacketBytes(packetBytes: number, next: number): void {
    this.#scale = Math.min(1, this.#packetBytes / packetBytes);
    this.#scaledUntil = next;
    this.#packetBytes = packetBytes;
    this.limit = next + this.#scaled(this.limit - next);
  }

  /** The newest one counts, even where it takes room back; one that was overtaken does not. */
  handleSack({ next, window }: SackView): void {
    if (next < this.#sackedNext) return;
    this.#sackedNext = next;
    this.limit = next + (next > this.#scaledUntil ? window : this.#scaled(window));
  }

  #scaled(packets: number): number {
    return packets <= 0 ? 0 : Math.max(1, Math.floor(packets * this.#scale));
  }
}
