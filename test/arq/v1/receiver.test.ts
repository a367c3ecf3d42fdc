import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Receiver, SLOT } from '../../../src/arq/v1/receiver.js';

const MESSAGE = Buffer.from('["Latency",["Ping"]]');
const BULK = Buffer.from('%%%%');

function give(receiver: Receiver, index: number, data: Uint8Array = BULK, nowUs = 0): boolean {
  return receiver.handle(nowUs, index, data, 0, data.length, -1);
}

/** Takes all that is in order; returns the indices. */
function drain(receiver: Receiver): number[] {
  const taken: number[] = [];
  while (receiver.peek() !== SLOT.empty) {
    taken.push(receiver.next);
    receiver.take();
  }
  return taken;
}

describe('packets of a peer', () => {
  test('are acknowledged every 20th time, copies counted', () => {
    const receiver = new Receiver();
    const acked: number[] = [];
    for (let i = 0; i < 60; i++) if (give(receiver, Math.min(i, 30))) acked.push(i);
    assert.deepEqual(acked, [19, 39, 59]);
    assert.equal(receiver.duplicates, 29);
  });

  test('are taken in order, a hole being lost when the 35th packet behind it comes', () => {
    const receiver = new Receiver();
    give(receiver, 0);
    for (let index = 2; index < 36; index++) {
      give(receiver, index);
      assert.deepEqual(drain(receiver), index === 2 ? [0] : []);
    }
    assert.deepEqual([receiver.lost, receiver.delayed], [0, 1]);
    give(receiver, 36);
    assert.equal(drain(receiver).length, 35);
    assert.deepEqual([receiver.lost, receiver.delayed], [1, 0]);
  });

  test('that come late fill their hole, and are reordered ones', () => {
    const receiver = new Receiver();
    for (const index of [0, 2, 3, 1]) give(receiver, index);
    assert.deepEqual(drain(receiver), [0, 1, 2, 3]);
    assert.deepEqual([receiver.reordered, receiver.lost, receiver.delayed], [1, 0, 0]);
  });

  test('that come after their place was given up are not taken any more', () => {
    const receiver = new Receiver();
    give(receiver, 1);
    receiver.skipHoles();
    give(receiver, 0);
    assert.deepEqual(drain(receiver), [1]);
    assert.deepEqual([receiver.lost, receiver.duplicates], [1, 1]);
  });

  test('are kept as messages, bulk only as its size', () => {
    const receiver = new Receiver();
    give(receiver, 0, MESSAGE);
    give(receiver, 1, BULK);
    assert.equal(receiver.peek(), SLOT.message);
    assert.deepEqual(Buffer.from(receiver.take()), MESSAGE);
    assert.equal(receiver.peek(), SLOT.bulk);
    assert.equal(receiver.take().length, 0);
    assert.equal(receiver.sizeBytes, BULK.length);
  });

  test('are copied: what comes next may overwrite the buffer', () => {
    const receiver = new Receiver();
    const buffer = Buffer.from(MESSAGE);
    give(receiver, 0, buffer);
    buffer.fill(0);
    assert.deepEqual(Buffer.from(receiver.take()), MESSAGE);
  });

  test('wait behind a hole since they came, whatever was given up before', () => {
    const receiver = new Receiver();
    give(receiver, 1, BULK, 100);
    give(receiver, 3, BULK, 200);
    assert.equal(receiver.blockedUs, 100);
    receiver.skipHoles();
    assert.deepEqual(drain(receiver), [1]);
    assert.equal(receiver.blockedUs, 200);
    receiver.skipHoles();
    drain(receiver);
    assert.equal(receiver.blockedUs, Number.POSITIVE_INFINITY);
  });

  test('far ahead are followed at the price of what is between; absurdly far ahead they are refused', () => {
    const receiver = new Receiver();
    assert.equal(receiver.accepts(-1), false);
    assert.equal(receiver.accepts(1e6), false);
    assert.ok(receiver.accepts(1000));
    give(receiver, 1000);
    drain(receiver);
    receiver.skipHoles();
    assert.deepEqual(drain(receiver), [1000]);
    assert.equal(receiver.lost, 1000);
  });

  test('are each taken at most once and in order, whatever comes', () => {
    const indices = fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 400 });
    fc.assert(
      fc.property(indices, (order) => {
        const receiver = new Receiver();
        const taken: number[] = [];
        for (const index of order) {
          give(receiver, index);
          taken.push(...drain(receiver));
          assert.ok(receiver.delayed >= 0 && receiver.delayed < 35);
        }
        assert.deepEqual(
          taken,
          [...new Set(taken)].sort((a, b) => a - b),
        );
        assert.equal(taken.length + receiver.lost, receiver.next);
        const held = receiver.packetsReceived - receiver.duplicates - taken.length;
        assert.equal(receiver.highest + 1 - receiver.next, Math.max(0, held + receiver.delayed));
      }),
      { numRuns: 500 },
    );
  });
});
