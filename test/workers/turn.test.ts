import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Turn } from '../../workers/turn.js';

const MB = 1 << 20;

/** The loop turns once: what was asked for before runs first. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A connection that writes 1 MB so many times: whenever it may, and again when that was taken over. */
class Writer {
  written = 0;
  #left: number;
  readonly #turn: Turn;

  constructor(turn: Turn, writesLeft: number) {
    this.#turn = turn;
    this.#left = writesLeft;
  }

  readonly write = (): void => {
    if (this.#left === 0 || !this.#turn.take(MB, this.write)) return;
    this.#left--;
    this.written++;
    queueMicrotask(this.write);
  };
}

/** All that can be written in this turn is. */
function endOfWrites(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

describe('a turn of the loop of a shard', () => {
  it('lets 4 MB be written, and the rest in the turns after it', async () => {
    const writer = new Writer(new Turn(), 10);
    writer.write();
    await endOfWrites();
    assert.equal(writer.written, 4);
    await nextTurn();
    assert.equal(writer.written, 8);
    await nextTurn();
    assert.equal(writer.written, 10);
  });

  it('lets a write through that is larger than what is left, so that any write can be made', () => {
    const turn = new Turn();
    assert.ok(turn.take(100 * MB, () => {}));
    assert.ok(!turn.take(1, () => {}));
  });

  it('goes round: nobody waits for more than the writes of the others', async () => {
    const turn = new Turn();
    const writers = Array.from({ length: 10 }, () => new Writer(turn, 100));
    for (const writer of writers) writer.write();
    for (let turns = 1; turns < 20; turns++) {
      await endOfWrites();
      const written = writers.map((writer) => writer.written);
      assert.equal(
        written.reduce((sum, n) => sum + n, 0),
        4 * turns,
      );
      assert.ok(Math.max(...written) - Math.min(...written) <= 1, String(written));
      await nextTurn();
    }
  });

  it('starts with a full measure after turns in which nothing was asked for', async () => {
    const turn = new Turn();
    assert.ok(turn.take(4 * MB, () => {}));
    await nextTurn();
    await nextTurn();
    assert.ok(turn.take(4 * MB, () => {}));
  });
});
