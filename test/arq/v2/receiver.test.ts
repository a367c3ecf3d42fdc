import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bufferedDatagrams } from '../../../src/arq/v2/buffer-room.js';
import {
  MAX_ACK_DELAY_US,
  MAX_HELD_MESSAGES,
  MAX_WINDOW,
  PACKET_OVERHEAD_BYTES,
  SACK_EVERY,
} from '../../../src/arq/v2/limits.js';
import { RangeSet } from '../../../src/arq/v2/range-set.js';
import { Receiver } from '../../../src/arq/v2/receiver.js';
import { SackView } from '../../../src/wire/v2/sack.js';

const NO_STAMP = new DataView(new ArrayBuffer(0));

/** A receiver that was given bulk packets without data, as [index, copy], 1 µs apart. */
function received(...packets: readonly (readonly [index: number, copy: number])[]): Receiver {
  const receiver = new Receiver(MAX_WINDOW, Number.POSITIVE_INFINITY, null);
  packets.forEach(([index, copy], n) => {
    receiver.handleBulk(n, index, copy, NO_STAMP, 0, 0);
  });
  return receiver;
}

function sackOf(receiver: Receiver, nowUs = 100): SackView {
  const sack = new SackView();
  receiver.fillSack(nowUs, sack);
  assert.ok(sack.isOrdered);
  return sack;
}

function rangesOf(sack: SackView): number[][] {
  return Array.from({ length: sack.nRanges }, (_, i) => [sack.from[i]!, sack.to[i]!]);
}

/** What is in a set, from its definition. */
function naiveRanges(indices: ReadonlySet<number>): number[][] {
  const ranges: number[][] = [];
  for (const index of [...indices].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.[1] === index - 1) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges.reverse();
}

describe('a receiver', () => {
  it('counts what a later copy repaired as lost and recovered', () => {
    const { figures, delayed } = received([0, 0], [2, 0], [1, 2]);
    assert.deepEqual([figures.lost, figures.recovered, figures.reordered, delayed], [2, 2, 0, 0]);
  });

  it('takes a loss back when the earlier copy comes after all', () => {
    const { figures } = received([1, 0], [0, 1], [0, 0], [0, 0]);
    assert.deepEqual([figures.lost, figures.duplicates, figures.bulkPackets], [0, 2, 2]);
  });

  it('knows what of it was messages, which are no data of a phase, and takes no loss of data back for one of theirs', () => {
    const receiver = received([0, 1]);
    receiver.handleControl(5, 1, 2, new Uint8Array(10));
    const { figures } = receiver;
    assert.deepEqual([figures.lost, figures.recovered, figures.controlLost], [3, 3, 2]);
    receiver.resetPhase();
    receiver.handleControl(6, 2, 1, new Uint8Array(10));
    receiver.handleBulk(7, 0, 0, NO_STAMP, 0, 0);
    assert.deepEqual([figures.lost, figures.recovered, figures.controlLost], [4, 4, 3]);
    receiver.handleControl(8, 2, 0, new Uint8Array(10));
    assert.deepEqual([figures.lost, figures.recovered, figures.controlLost], [3, 3, 2]);
  });

  it('counts a first copy that comes late as reordered, and not as lost', () => {
    const { figures } = received([1, 0], [2, 0], [0, 0], [0, 1]);
    assert.deepEqual([figures.lost, figures.reordered, figures.duplicates, figures.resent], [0, 1, 1, 1]);
  });

  it('shows holes as delayed while they last', () => {
    assert.equal(received([3, 0], [5, 0]).delayed, 4);
    assert.equal(received([3, 0], [5, 0], [0, 0], [1, 1]).delayed, 2);
  });

  it('drops what lies beyond its window, and a message too many, and says so at once', () => {
    const receiver = received([MAX_WINDOW, 0]);
    for (let n = 0; n <= MAX_HELD_MESSAGES; n++) receiver.handleControl(5, n + 1, 0, new Uint8Array(10));
    assert.equal(receiver.figures.refused, 2);
    assert.equal(receiver.acks.deadlineUs, 5);
    receiver.handleControl(6, 0, 0, new Uint8Array(10));
    assert.equal(receiver.takeMessage(7), undefined);
  });

  it('gives a window of the packets that it is told to expect, before the first of them has come', () => {
    const receiver = new Receiver(MAX_WINDOW, 9_000_000, null);
    for (const packetSizeBytes of [100, 60_000, 100]) {
      receiver.expectBulk(packetSizeBytes, 0);
      const holds = bufferedDatagrams(9_000_000, packetSizeBytes + PACKET_OVERHEAD_BYTES);
      assert.equal(sackOf(receiver).window, holds);
    }
  });

  it('delivers messages in the order of their indices, whatever the order of arrival', () => {
    const receiver = received([1, 0]);
    for (const index of [4, 2, 3, 0]) receiver.handleControl(5, index, 0, Uint8Array.of(index));
    const order = Array.from({ length: 5 }, () => receiver.takeMessage(6)?.[0]);
    assert.deepEqual(order, [0, 2, 3, 4, undefined]);
  });

  it('is in time with its Sacks: at once for news of holes, else in batches, never after 5 ms', () => {
    assert.equal(received([0, 0]).acks.deadlineUs, MAX_ACK_DELAY_US);
    assert.equal(received([0, 0], [2, 0]).acks.deadlineUs, 1);
    assert.equal(received([1, 0], [0, 0]).acks.deadlineUs, 1);
    const receiver = received([0, 0]);
    sackOf(receiver, 100);
    receiver.handleBulk(200, 1, 0, NO_STAMP, 0, 0);
    receiver.handleBulk(201, 2, 0, NO_STAMP, 0, 0);
    assert.equal(receiver.acks.deadlineUs, 1100);
    for (let index = 3; index <= SACK_EVERY; index++) receiver.handleBulk(300, index, 0, NO_STAMP, 0, 0);
    assert.equal(receiver.acks.deadlineUs, 300);
  });

  it('tells the newest arrival, and how long it was held', () => {
    const sack = sackOf(received([0, 0], [4, 0], [2, 3]), 50);
    assert.deepEqual([sack.next, sack.lastIndex, sack.lastCopy, sack.delayUs], [1, 2, 3, 48]);
    assert.deepEqual(rangesOf(sack), [
      [4, 4],
      [2, 2],
    ]);
  });

  it('tells all ranges, or the highest and those that changed last', () => {
    const odd = Array.from({ length: 100 }, (_, n) => [2 * n + 1, 0] as const);
    const receiver = received(...odd);
    for (const index of [10, 12, 50]) receiver.handleBulk(200, index, 1, NO_STAMP, 0, 0);
    const ranges = rangesOf(sackOf(receiver));
    assert.deepEqual(
      ranges.slice(0, 32),
      odd
        .slice(-32)
        .reverse()
        .map(([index]) => [index, index]),
    );
    assert.deepEqual(ranges.slice(32), [
      [49, 51],
      [9, 13],
    ]);
  });

  it('takes any order of arrival: everything once, in a window that moves on', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 300 }), { maxLength: 600 }), (indices) => {
        const receiver = received(...indices.map((index) => [index, 0] as const));
        const seen = new Set(indices);
        let next = 0;
        while (seen.has(next)) next++;
        assert.equal(receiver.figures.bulkPackets, seen.size);
        assert.equal(receiver.figures.duplicates, indices.length - seen.size);
        assert.equal(receiver.next, next);
        assert.equal(receiver.delayed, Math.max(next, Math.max(-1, ...seen) + 1) - seen.size);
      }),
    );
  });
});

describe('a set of ranges', () => {
  it('holds what was added and not taken, as its definition says', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 400 })), fc.nat({ max: 5 }), (indices, takeEvery) => {
        const ranges = new RangeSet();
        const naive = new Set<number>();
        indices.forEach((index, n) => {
          ranges.add(index);
          naive.add(index);
          if (n % 10 !== takeEvery) return;
          const lowest = Math.min(...naive);
          const next = ranges.takeFrom(lowest);
          assert.equal(ranges.takeFrom(next), next);
          for (let taken = lowest; taken < next; taken++) assert.ok(naive.delete(taken));
        });
        const held = Array.from({ length: ranges.count }, (_, n) => [ranges.fromOf(n), ranges.toOf(n)]);
        assert.deepEqual(held, naiveRanges(naive));
        for (const [n, [from, to]] of held.entries()) {
          assert.deepEqual([ranges.find(from!), ranges.find(to!), ranges.find(to! + 1)], [n, n, -1]);
        }
      }),
    );
  });
});
