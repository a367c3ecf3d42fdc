/** Indices are kept as their low bits; the window is far smaller, so they can be told from each other. */
const INDEX_MASK = 0xffff;
const INITIAL_ROOM = 256;
/** Twice the largest window: a window of packets on their way and as many transmissions that are history. */
const MAX_LOG = 32_768;

/** All transmissions from the oldest whose fate is open, in their order: what was sent when. */
export class TransmitLog {
  /** Transmissions `oldest` to `next - 1` are here. */
  oldest = 0;
  next = 0;
  #indices = new Uint16Array(INITIAL_ROOM);
  #sentUs = new Float64Array(INITIAL_ROOM);

  get hasRoom(): boolean {
    return this.next - this.oldest < MAX_LOG;
  }

  /** Returns the transmission's number. */
  add(nowUs: number, index: number): number {
    if (this.next - this.oldest === this.#sentUs.length) this.#grow();
    const at = this.next & (this.#sentUs.length - 1);
    this.#indices[at] = index & INDEX_MASK;
    this.#sentUs[at] = nowUs;
    return this.next++;
  }

  sentUs(transmission: number): number {
    return this.#sentUs[transmission & (this.#sentUs.length - 1)]!;
  }

  /** The index that was sent, where it is at least `una`; some larger one otherwise. */
  index(transmission: number, una: number): number {
    const low = this.#indices[transmission & (this.#sentUs.length - 1)]!;
    return una + ((low - una) & INDEX_MASK);
  }

  #grow(): void {
    const room = this.#sentUs.length;
    const indices = new Uint16Array(2 * room);
    const sentUs = new Float64Array(2 * room);
    for (let transmission = this.oldest; transmission < this.next; transmission++) {
      indices[transmission & (2 * room - 1)] = this.#indices[transmission & (room - 1)]!;
      sentUs[transmission & (2 * room - 1)] = this.#sentUs[transmission & (room - 1)]!;
    }
    this.#indices = indices;
    this.#sentUs = sentUs;
  }
}
