import { BLOCK_COUNT, BLOCK_LENGTH, COUNTERS } from './layout.js';

/** One connection's figures as of one publication. Keep one for as long as the connection lives: it is
 *  filled in place and holds the last good figures when a read gives none. */
export class SlotSnapshot {
  /** The connection's key, as given to PageWriter.open. */
  key = 0;
  /** Counts the connections that this slot has had: another one, another connection. */
  generation = 0;
  /** By COUNTER; integers from 0 to 2^53 - 1. */
  readonly counters = new Float64Array(COUNTERS.length);
  /** The latency histogram; replaced by another at every read. */
  histogram = new BlockCounts();
}

/** A histogram without its empty parts: block number b is the BLOCK_LENGTH counts from bucket index
 *  b * BLOCK_LENGTH. */
export class BlockCounts {
  blockCount = 0;
  /** The first `blockCount` are block numbers, ascending. */
  readonly blocks = new Uint16Array(BLOCK_COUNT);
  /** BLOCK_LENGTH counts for each of `blocks`, one block after the other. Grows on demand. */
  counts = new Uint32Array(BLOCK_LENGTH);

  /** Adds a block number; returns where in `counts` its counts go. They are not zeroed. */
  push(block: number): number {
    const start = this.blockCount * BLOCK_LENGTH;
    if (start === this.counts.length) this.#grow();
    this.blocks[this.blockCount++] = block;
    return start;
  }

  #grow(): void {
    const grown = new Uint32Array(this.counts.length * 2);
    grown.set(this.counts);
    this.counts = grown;
  }
}
