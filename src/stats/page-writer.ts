/** The writing side of a page: a shard's, and only one shard's.
 *
 *  Every write to shared words is an Atomics.store, the data's too. A seqlock in C has fences around plain
 *  stores; JavaScript has none, and only sequentially consistent atomics are ordered among each other. To
 *  keep that cheap, only words that differ from the last published ones are stored. The sequence moves by
 *  Atomics.add, since the reader's proof needs a read-modify-write here: see page-reader.ts. Reads by the
 *  writer are plain: nobody else changes a word. */
import { bucketIndex } from './histogram.js';
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

/** Samples that the correction may add for one late answer: they take under a millisecond, and
 *  only an interval under a 10,000th of the delay meets it. The longest, newest ones are added. */
export const MAX_SYNTHETIC_SAMPLES = 10_000;

const ALL_SLOTS = 2 ** PAGE_SLOTS - 1;
/** A bucket that has reached 2^32 - 1 stays there: at a million packets a second, after 71 minutes. */
const SATURATED = 2 ** 32 - 1;

export class PageWriter {
  /** To be handed to the main thread once. */
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  /** What the counters of all slots say in shared memory. */
  readonly #published: Float64Array;
  /** Bit masks over the slots: given out by alloc, open, entered in this section. */
  #taken = 0;
  #opened = 0;
  #entered = 0;
  #inSection = false;

  private constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
    this.#published = new Float64Array(PAGE_SLOTS * COUNTERS.length);
  }

  /** A page with all slots free. Its memory is mapped as it is touched. */
  static create(shard: number): PageWriter {
    const writer = new PageWriter(new SharedArrayBuffer(PAGE_BYTES));
    Atomics.store(writer.#words, PAGE.shard, shard);
    Atomics.store(writer.#words, PAGE.magic, PAGE_MAGIC);
    return writer;
  }

  /** Takes the lowest free slot, so that few pages of memory are touched; -1: all are taken. */
  alloc(): number {
    const free = ALL_SLOTS & ~this.#taken;
    if (free === 0) return -1;
    const slot = lowestSlot(free);
    this.#taken |= 1 << slot;
    return slot;
  }

  /** Gives an allocated slot to a connection: counters and histograms 0, a new generation. Outside a section
   *  it is one of its own.
   *  @throws Error when the slot is not allocated or already open. */
  open(slot: number, key: number): void {
    const bit = slotBit(slot);
    if ((this.#taken & bit) === 0) throw new Error(`slot ${slot} is not allocated: take one with alloc()`);
    if ((this.#opened & bit) !== 0) throw new Error(`slot ${slot} is already open: close it first`);
    this.#inOneSection(() => {
      this.#opened |= bit;
      const base = this.#enter(slot);
      this.#clear(slot, base);
      this.#store53(base + SLOT.key, key);
      Atomics.store(this.#words, base + SLOT.generation, this.#words[base + SLOT.generation]! + 1);
      Atomics.store(this.#words, base + SLOT.state, SLOT_STATE.open);
    });
  }

  /** Sets all counters and histograms of an open slot to 0. Outside a section it is one of its own.
   *  @throws Error when the slot is not open. */
  clear(slot: number): void {
    this.#inOneSection(() => this.#clear(slot, this.#enter(slot)));
  }

  /** Frees a slot: readers find it empty at once, so its last figures have to be fetched before. Outside a
   *  section it is one of its own.
   *  @throws Error when the slot is not open. */
  close(slot: number): void {
    this.#inOneSection(() => {
      Atomics.store(this.#words, this.#enter(slot) + SLOT.state, SLOT_STATE.free);
      this.#opened &= ~slotBit(slot);
      this.#taken &= ~slotBit(slot);
    });
  }

  /** Starts a section: what is written to a slot until {@link end} becomes visible together. Readers of the
   *  slots written wait meanwhile, so keep it short: best one connection in a section.
   *  @throws Error inside a section. */
  begin(): void {
    if (this.#inSection) throw new Error('begin() inside a section: call end() first');
    this.#inSection = true;
  }

  /** @throws Error outside a section. */
  end(): void {
    if (!this.#inSection) throw new Error('end() outside a section: call begin() first');
    for (let rest = this.#entered; rest !== 0; rest &= rest - 1) this.#advance(slotBase(lowestSlot(rest)));
    this.#entered = 0;
    this.#inSection = false;
  }

  /** Publishes one counter, an integer from 0 to 2^53 - 1 (a fraction is cut).
   *  @throws Error outside a section or when the slot is not open; RangeError for any other value. */
  set(slot: number, counter: number, value: number): void {
    this.#publish(slot, this.#enter(slot), counter, value);
  }

  /** Publishes all counters, in the order of COUNTERS. Throws as {@link set}. */
  publish(slot: number, values: Float64Array): void {
    const base = this.#enter(slot);
    for (let counter = 0; counter < COUNTERS.length; counter++) {
      this.#publish(slot, base, counter, values[counter]!);
    }
  }

  /** Counts a time that was measured so many times in one of the histograms (by HISTOGRAM). Where it is a latency (half a round trip) of pings
   *  that were due at an interval: also the samples that a late answer kept from being taken, the round trips
   *  2v - i, 2v - 2i, ... down to i at interval i, halved. 0 is no correction. The counters of the histogram are
   *  the caller's to publish.
   *  Source: HdrHistogram, `recordValueWithExpectedInterval`.
   *  @throws Error outside a section or when the slot is not open. */
  record(slot: number, histogram: number, valueNs: number, expectedIntervalNs: number, times = 1): void {
    const base = this.#enter(slot);
    this.#count(base, histogram, bucketIndex(valueNs), times);
    const stepNs = expectedIntervalNs / 2;
    if (!(stepNs > 0)) return;
    let missingNs = valueNs - stepNs;
    for (let added = 0; missingNs >= stepNs && added < MAX_SYNTHETIC_SAMPLES; added++) {
      this.#count(base, histogram, bucketIndex(missingNs), times);
      missingNs -= stepNs;
    }
  }

  /** Share of time, 0 to 1, that the shard's event loop was busy. One word: needs no section. */
  setUtilization(share: number): void {
    Atomics.store(this.#words, PAGE.utilization, Math.round(share * UTILIZATION_UNIT));
  }

  #inOneSection(write: () => void): void {
    if (this.#inSection) {
      write();
      return;
    }
    this.begin();
    try {
      write();
    } finally {
      this.end();
    }
  }

  /** Makes the slot's sequence odd at its first write in a section: other slots' readers don't notice.
   *  Returns the slot's base. */
  #enter(slot: number): number {
    const bit = slotBit(slot);
    if (!this.#inSection) throw new Error(`slot ${slot} written outside a section: call begin() first`);
    if ((this.#opened & bit) === 0) throw new Error(`slot ${slot} is not open: call open() first`);
    const base = slotBase(slot);
    if ((this.#entered & bit) === 0) {
      this.#entered |= bit;
      this.#advance(base);
    }
    return base;
  }

  #advance(base: number): void {
    Atomics.add(this.#words, base + SLOT.sequence, 1);
  }

  #publish(slot: number, base: number, counter: number, value: number): void {
    const at = slot * COUNTERS.length + counter;
    if (this.#published[at] === value) return;
    this.#store53(base + SLOT.counters + 2 * counter, value);
    this.#published[at] = value;
  }

  #store53(at: number, value: number): void {
    if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) {
      throw new RangeError(`${value} can't be published: it must be an integer from 0 to 2^53 - 1`);
    }
    this.#storeChanged(at, value | 0);
    this.#storeChanged(at + 1, Math.trunc(value / WORD_RANGE));
  }

  #storeChanged(at: number, word: number): void {
    if (this.#words[at] !== word) Atomics.store(this.#words, at, word);
  }

  #count(base: number, histogram: number, index: number, times: number): void {
    const words = this.#words;
    const at = base + countsAt(histogram) + index;
    const count = words[at]! >>> 0;
    if (count === SATURATED) return;
    Atomics.store(words, at, Math.min(SATURATED, count + times) | 0);
    const block = index >>> BLOCK_SHIFT;
    const maskAt = base + blocksAt(histogram) + (block >>> BLOCK_SHIFT);
    this.#storeChanged(maskAt, words[maskAt]! | (1 << (block & 31)));
  }

  #clear(slot: number, base: number): void {
    for (let counter = 0; counter < COUNTERS.length; counter++) this.#publish(slot, base, counter, 0);
    for (let histogram = 0; histogram < HISTOGRAMS.length; histogram++) this.#clearHistogram(base, histogram);
  }

  #clearHistogram(base: number, histogram: number): void {
    for (let word = 0; word < BLOCK_WORDS; word++) {
      const maskAt = base + blocksAt(histogram) + word;
      for (let rest = this.#words[maskAt]!; rest !== 0; rest &= rest - 1) {
        this.#clearBlock(base + countsAt(histogram), (word << BLOCK_SHIFT) + lowestSlot(rest));
      }
      this.#storeChanged(maskAt, 0);
    }
  }

  #clearBlock(countsStart: number, block: number): void {
    const start = countsStart + block * BLOCK_LENGTH;
    for (let at = start; at < start + BLOCK_LENGTH; at++) this.#storeChanged(at, 0);
  }
}

function slotBit(slot: number): number {
  if (!(slot >= 0 && slot < PAGE_SLOTS)) {
    throw new RangeError(`slot ${slot} does not exist: slots are 0 to ${PAGE_SLOTS - 1}`);
  }
  return 1 << slot;
}

/** Position of the lowest bit set. */
function lowestSlot(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}
