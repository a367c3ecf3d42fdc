import { HISTOGRAM_LENGTH } from './histogram.js';
import { BLOCK_LENGTH, COUNTERS, HISTOGRAMS } from './layout.js';

/** One connection's figures as of one publication. Keep one for as long as the connection lives: it is
 *  filled in place and holds the last good figures when a read gives none. */
export class SlotSnapshot {
  /** The connection's key, as given to PageWriter.open. */
  key = 0;
  /** Counts the connections that this slot has had: another one, another connection. */
  generation = 0;
  /** By COUNTER; integers from 0 to 2^53 - 1. */
  readonly counters = new Float64Array(COUNTERS.length);
  /** By HISTOGRAM; replaced by others at every read. */
  readonly histograms: BlockCounts[] = HISTOGRAMS.map(() => new BlockCounts());
}

const NO_BLOCKS = new Uint16Array(0);
const NO_COUNTS = new Uint32Array(0);

/** A histogram without its empty parts: block number b is the BLOCK_LENGTH counts from bucket index
 *  b * BLOCK_LENGTH. Most connections leave most of their histograms empty: those take no memory. */
export class BlockCounts {
  blockCount = 0;
  /** The first `blockCount` are block numbers, ascending. Grows on demand. */
  blocks: Uint16Array = NO_BLOCKS;
  /** BLOCK_LENGTH counts for each of `blocks`, one block after the other. Grows on demand. */
  counts: Uint32Array = NO_COUNTS;

  /** Adds the counts of neighbouring blocks, the first of them `block`. */
  append(block: number, counts: Int32Array): void {
    const start = this.blockCount * BLOCK_LENGTH;
    if (start + counts.length > this.counts.length) this.#grow(start + counts.length);
    this.counts.set(counts, start);
    for (let i = 0; i * BLOCK_LENGTH < counts.length; i++) this.blocks[this.blockCount++] = block + i;
  }

  /** At least doubles, so that a histogram that widens bucket by bucket isn't copied each time. */
  #grow(length: number): void {
    const counts = new Uint32Array(Math.min(Math.max(length, 2 * this.counts.length), HISTOGRAM_LENGTH));
    counts.set(this.counts);
    this.counts = counts;
    const blocks = new Uint16Array(counts.length / BLOCK_LENGTH);
    blocks.set(this.blocks);
    this.blocks = blocks;
  }
}
