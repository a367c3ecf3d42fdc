/** The reading side of a page: the main thread's.
 *
 *  Each slot has a seqlock of its own. With one for the page, a reader of one connection would be turned
 *  away by the publications of fifteen others, and a shard that died while writing would hide them all.
 *
 *  The words between the two looks at the sequence are read plainly: an Atomics.load is a call of 20 ns in
 *  V8, and a thousand connections have millions of words. So the second look is no load, which plain reads
 *  may be put behind, but adds 0: a read-modify-write that finds the sequence unchanged comes before the
 *  writer's next one, synchronizes with it, and so all reads before it happen before all writes of the
 *  next section (ECMA-262, Memory Model, "happens-before"; the "read-don't-modify-write" of H. Boehm, "Can
 *  Seqlocks Get Along With Programming Language Memory Models?", MSPC 2012). */
import {
  BLOCK_LENGTH,
  BLOCK_SHIFT,
  BLOCK_WORDS,
  blocksAt,
  COUNTERS,
  countsAt,
  HISTOGRAMS,
  PAGE,
  PAGE_BYTES,
  PAGE_MAGIC,
  PAGE_SLOTS,
  SLOT,
  SLOT_STATE,
  slotBase,
  UTILIZATION_UNIT,
  WORD_RANGE,
} from './layout.js';
import { BlockCounts, type SlotSnapshot } from './slot-snapshot.js';

/** Looks at an odd sequence before giving up: about 0.1 ms, many times a section of one connection. A
 *  writer that is off its core or dead isn't waited for; the next interval comes. */
const MAX_SPINS = 10_000;
/** Copies thrown away because the slot was published meanwhile. A shard publishes every 50 ms and a copy
 *  takes microseconds: a second one is rare, the eighth means that something else is wrong. */
const MAX_COPIES = 8;
const STILL_WRITING = -1;

export class PageReader {
  readonly #words: Int32Array;
  /** All slots' words before the histograms, as views: copying one of them is a single call. */
  readonly #heads: readonly Int32Array[];
  readonly #head = new Int32Array(SLOT.headEnd);
  readonly #histograms = HISTOGRAMS.map(() => new BlockCounts());

  /** @throws Error when the buffer is no page of this layout. */
  constructor(buffer: SharedArrayBuffer) {
    if (buffer.byteLength !== PAGE_BYTES) {
      throw new Error(`a statistics page has ${PAGE_BYTES} bytes, this buffer has ${buffer.byteLength}`);
    }
    this.#words = new Int32Array(buffer);
    const magic = Atomics.load(this.#words, PAGE.magic);
    if (magic !== PAGE_MAGIC) {
      throw new Error(`a statistics page starts with ${PAGE_MAGIC}, this buffer starts with ${magic}`);
    }
    this.#heads = Array.from({ length: PAGE_SLOTS }, (_, slot) =>
      this.#words.subarray(slotBase(slot), slotBase(slot) + SLOT.headEnd),
    );
  }

  /** The shard that writes this page. */
  get shard(): number {
    return Atomics.load(this.#words, PAGE.shard);
  }

  /** Share of time, 0 to 1, that the shard's event loop was busy, as it last said. */
  get utilization(): number {
    return Atomics.load(this.#words, PAGE.utilization) / UTILIZATION_UNIT;
  }

  /** Fills the snapshot with one publication of the slot. False when the slot is empty, or is being written
   *  for too long: the snapshot then keeps what it had. */
  read(slot: number, into: SlotSnapshot): boolean {
    const base = slotBase(slot);
    for (let copies = 0; copies < MAX_COPIES; copies++) {
      const sequence = this.#awaitEven(base);
      if (sequence === STILL_WRITING) return false;
      this.#copy(slot);
      if (Atomics.add(this.#words, base + SLOT.sequence, 0) !== sequence) continue;
      if (this.#head[SLOT.state] !== SLOT_STATE.open) return false;
      this.#deliver(into);
      return true;
    }
    return false;
  }

  #awaitEven(base: number): number {
    for (let spins = 0; spins < MAX_SPINS; spins++) {
      const sequence = Atomics.load(this.#words, base + SLOT.sequence);
      if ((sequence & 1) === 0) return sequence;
    }
    return STILL_WRITING;
  }

  #copy(slot: number): void {
    this.#head.set(this.#heads[slot]!);
    const isOpen = this.#head[SLOT.state] === SLOT_STATE.open;
    for (let histogram = 0; histogram < HISTOGRAMS.length; histogram++) {
      this.#histograms[histogram]!.blockCount = 0;
      if (isOpen) this.#copyHistogram(slotBase(slot), histogram);
    }
  }

  /** Copies runs of touched blocks: a run costs one copy by the engine, ten times faster than a loop. */
  #copyHistogram(base: number, histogram: number): void {
    const head = this.#head;
    const into = this.#histograms[histogram]!;
    const masksAt = blocksAt(histogram);
    const start = base + countsAt(histogram);
    let first = 0;
    let end = 0;
    for (let word = 0; word < BLOCK_WORDS; word++) {
      for (let rest = head[masksAt + word]!; rest !== 0; rest &= rest - 1) {
        const block = (word << BLOCK_SHIFT) + 31 - Math.clz32(rest & -rest);
        if (block !== end) {
          this.#copyRun(into, start, first, end);
          first = block;
        }
        end = block + 1;
      }
    }
    this.#copyRun(into, start, first, end);
  }

  #copyRun(into: BlockCounts, countsStart: number, first: number, end: number): void {
    if (first === end) return;
    const counts = this.#words.subarray(countsStart + first * BLOCK_LENGTH, countsStart + end * BLOCK_LENGTH);
    into.append(first, counts);
  }

  /** Histograms change hands instead of being copied once more. */
  #deliver(into: SlotSnapshot): void {
    const head = this.#head;
    into.key = uint53(head, SLOT.key);
    into.generation = head[SLOT.generation]! >>> 0;
    for (let counter = 0; counter < COUNTERS.length; counter++) {
      into.counters[counter] = uint53(head, SLOT.counters + 2 * counter);
    }
    for (let histogram = 0; histogram < HISTOGRAMS.length; histogram++) {
      const spare = into.histograms[histogram]!;
      into.histograms[histogram] = this.#histograms[histogram]!;
      this.#histograms[histogram] = spare;
    }
  }
}

function uint53(words: Int32Array, at: number): number {
  return (words[at]! >>> 0) + (words[at + 1]! >>> 0) * WORD_RANGE;
}
