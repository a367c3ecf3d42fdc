import { PageReader } from '../stats/page-reader.js';
import { SlotSnapshot } from '../stats/slot-snapshot.js';
import type { SlotPlace } from './messages.js';

interface Place {
  readonly reader: PageReader;
  readonly slot: number;
  readonly snapshot: SlotSnapshot;
}

/** The shared memory of all shards, by connection: key -> its newest figures. */
export class Pages {
  /** By shard; a shard that is replaced starts anew with its page 0. */
  readonly #pages: PageReader[][];
  readonly #places = new Map<number, Place>();

  constructor(shards: number) {
    this.#pages = Array.from({ length: shards }, () => []);
  }

  addPage(shard: number, page: number, buffer: SharedArrayBuffer): void {
    this.#pages[shard]![page] = new PageReader(buffer);
  }

  /** A connection keeps its place, so that a second call for the same key is for a reconnect or a new shard. */
  place(key: number, shard: number, { page, slot }: SlotPlace): void {
    const reader = this.#pages[shard]?.[page];
    if (reader !== undefined) this.#places.set(key, { reader, slot, snapshot: new SlotSnapshot() });
  }

  /** The figures of now; the last good ones where the shard is writing or dead; undefined: none yet. */
  read(key: number): SlotSnapshot | undefined {
    const place = this.#places.get(key);
    if (place === undefined) return undefined;
    place.reader.read(place.slot, place.snapshot);
    return place.snapshot.key === key ? place.snapshot : undefined;
  }

  forget(key: number): void {
    this.#places.delete(key);
  }

  handleShardDied(shard: number): void {
    this.#pages[shard] = [];
  }

  /** Share of the time that a shard's loop was busy. */
  utilization(shard: number): number {
    return this.#pages[shard]?.[0]?.utilization ?? 0;
  }
}
