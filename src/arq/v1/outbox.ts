import { MAX_MESSAGE_BYTES, MAX_QUEUED_ITEMS } from '../../wire/limits.js';
import { MAX_V1_DATA_BYTES } from './limits.js';

/** Packets whose content is still known by index: more than a peer's ring and our window can hold. */
const SLOTS = 64;
const SLOT_MASK = SLOTS - 1;

/** Equal packets in a row: `data` is null for '%' of `sizeBytes`. */
interface Run {
  packetsLeft: number;
  readonly sizeBytes: number;
  readonly data: Uint8Array | null;
  /** Whether it ends a phase: lost data of that phase may have to be made up for in front of it. */
  isBehindBulk: boolean;
}

/** What is to be said, in order, and what was said last, by index. Of bulk packets only the size is kept. */
export class Outbox {
  /** The index of the packet that was watched for last; -1 while it waits. */
  watchedIndex = -1;

  readonly #runs: Run[] = [];
  readonly #sizes = new Float64Array(SLOTS);
  readonly #data: (Uint8Array | null)[] = new Array<Uint8Array | null>(SLOTS).fill(null);
  #isLastBulk = false;
  #watched: Uint8Array | null = null;

  get isEmpty(): boolean {
    return this.#runs.length === 0;
  }

  get isCrowded(): boolean {
    return this.#runs.length >= MAX_QUEUED_ITEMS / 2;
  }

  /** Whether what was queued last is bulk data. */
  get isLastBulk(): boolean {
    return this.#isLastBulk;
  }

  /** Whether the next packet is the first behind the data of a phase. */
  get isBehindBulk(): boolean {
    return this.#runs[0]?.isBehindBulk ?? false;
  }

  /** Queues `copies` packets with this data, which must not change.
   *  @throws RangeError above MAX_MESSAGE_BYTES, or with MAX_QUEUED_ITEMS waiting. */
  pushMessage(data: Uint8Array, copies = 1): void {
    if (data.length > MAX_MESSAGE_BYTES) {
      throw new RangeError(`a control message has at most ${MAX_MESSAGE_BYTES} bytes, not ${data.length}`);
    }
    this.#push({ packetsLeft: copies, sizeBytes: data.length, data, isBehindBulk: this.#isLastBulk });
    this.#isLastBulk = false;
  }

  /** @throws RangeError for what is no packet count or doesn't fit into a datagram, or with
   *  MAX_QUEUED_ITEMS waiting. */
  pushBulk(nPackets: number, sizeBytes: number): void {
    if (!Number.isSafeInteger(nPackets) || nPackets < 0) {
      throw new RangeError(`the number of packets is an integer >= 0, not ${nPackets}`);
    }
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0 || sizeBytes > MAX_V1_DATA_BYTES) {
      throw new RangeError(`a UDP packet has 0 to ${MAX_V1_DATA_BYTES} bytes of data, not ${sizeBytes}`);
    }
    if (nPackets === 0) return;
    this.#push({ packetsLeft: nPackets, sizeBytes, data: null, isBehindBulk: false });
    this.#isLastBulk = true;
  }

  /** Puts packets that make up for lost data in front of the message that is behind its phase. */
  insertPads(data: Uint8Array, copies: number): void {
    this.#runs[0]!.isBehindBulk = false;
    if (copies > 0)
      this.#runs.unshift({ packetsLeft: copies, sizeBytes: data.length, data, isBehindBulk: false });
  }

  /** From now on `watchedIndex` tells the index of the next packet with just this data. */
  watch(data: Uint8Array): void {
    this.#watched = data;
    this.watchedIndex = -1;
  }

  /** Gives the next packet that waits this index; there must be one. */
  assign(index: number): void {
    const run = this.#runs[0]!;
    this.#sizes[index & SLOT_MASK] = run.sizeBytes;
    this.#data[index & SLOT_MASK] = run.data;
    if (run.data === null || run.data !== this.#watched) return;
    this.#watched = null;
    this.watchedIndex = index;
  }

  /** The packet that has been assigned last is on its way. */
  advance(): void {
    const run = this.#runs[0]!;
    run.packetsLeft--;
    if (run.packetsLeft === 0) this.#runs.shift();
  }

  sizeOf(index: number): number {
    return this.#sizes[index & SLOT_MASK]!;
  }

  /** null for bulk data. */
  messageOf(index: number): Uint8Array | null {
    return this.#data[index & SLOT_MASK]!;
  }

  #push(run: Run): void {
    if (this.#runs.length >= MAX_QUEUED_ITEMS) {
      throw new RangeError(`${MAX_QUEUED_ITEMS} items are waiting to be sent already`);
    }
    this.#runs.push(run);
  }
}
