import type { ToShard } from './messages.js';

/** --omit: the shards are asked to forget what they have counted, and are waited for. */
export class Omission {
  readonly #shards: number;
  readonly #send: (shard: number, message: ToShard) => void;
  readonly #done: () => void;
  readonly #waitsFor = new Set<number>();

  /** @param done called once all have forgotten */
  constructor(shards: number, send: (shard: number, message: ToShard) => void, done: () => void) {
    this.#shards = shards;
    this.#send = send;
    this.#done = done;
  }

  get isUnderWay(): boolean {
    return this.#waitsFor.size > 0;
  }

  start(): void {
    for (let shard = 0; shard < this.#shards; shard++) {
      this.#waitsFor.add(shard);
      this.#send(shard, { type: 'restart' });
    }
  }

  /** Or it has died, and its successor has counted nothing yet. */
  handleRestarted(shard: number): void {
    if (this.#waitsFor.delete(shard) && !this.isUnderWay) this.#done();
  }
}
