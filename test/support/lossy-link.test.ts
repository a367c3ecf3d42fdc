import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LossyLink, type LossyLinkOptions } from './lossy-link.js';
import { Prng } from './prng.js';

const N = 20_000;

/** Sends N datagrams of 100 bytes, one each 100 us, numbered; returns the link and what came, in order. */
function run(options: LossyLinkOptions): { link: LossyLink; came: number[]; delaysUs: number[] } {
  const link = new LossyLink(new Prng(1), options);
  const came: number[] = [];
  const delaysUs: number[] = [];
  const take = (untilUs: number) => {
    while (link.nextUs() <= untilUs) {
      const nowUs = link.nextUs();
      const n = Buffer.from(link.receive(nowUs)!).readUInt32BE(0);
      came.push(n);
      delaysUs.push(nowUs - n * 100);
    }
  };
  for (let n = 0; n < N; n++) {
    const datagram = Buffer.alloc(100);
    datagram.writeUInt32BE(n);
    take(n * 100);
    link.send(n * 100, datagram);
  }
  take(1e12);
  assert.equal(link.nextUs(), Number.POSITIVE_INFINITY);
  return { link, came, delaysUs };
}

function assertNear(value: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(value - expected) <= tolerance, `${value} is not ${expected} within ${tolerance}`);
}

describe('a lossy link', () => {
  test('is perfect unless told otherwise', () => {
    const { came, delaysUs } = run({ delayUs: 5000 });
    assert.deepEqual(
      came,
      Array.from({ length: N }, (_, n) => n),
    );
    assert.ok(delaysUs.every((delayUs) => delayUs === 5000));
  });

  test('loses, copies and reorders at the rates that were set', () => {
    const { link, came } = run({ delayUs: 5000, loss: 0.1, duplicate: 0.05, reorder: 0.02 });
    const { sent, dropped, duplicated, reordered, delivered } = link.counters;
    assert.equal(sent, N);
    assertNear(dropped / N, 0.1, 0.01);
    assertNear(duplicated / N, 0.9 * 0.05, 0.01);
    assertNear(reordered / N, 0.945 * 0.02, 0.005);
    assert.equal(delivered, N - dropped + duplicated);
    assert.equal(came.length, delivered);
    assert.ok(came.some((n, i) => i > 0 && n < came[i - 1]!));
  });

  test('loses in bursts as Gilbert and Elliott have it', () => {
    const { link } = run({ delayUs: 1, burst: { pGoodToBad: 0.01, pBadToGood: 0.09, lossBad: 0.5 } });
    assertNear(link.counters.dropped / N, 0.1 * 0.5, 0.01);
  });

  test('keeps its rate, and drops what finds the queue full', () => {
    // 100 bytes each 100 us are 8 Mbit/s: half of it fits.
    const { link, delaysUs } = run({ delayUs: 0, rateBps: 4e6, queueBytes: 1000 });
    assertNear(link.counters.dropped / N, 0.5, 0.01);
    assert.ok(Math.max(...delaysUs) <= 2001);
  });

  test('jitters without reordering', () => {
    const { came, delaysUs } = run({ delayUs: 1000, jitterUs: 3000 });
    assert.ok(came.every((n, i) => n === i));
    assert.ok(Math.max(...delaysUs) > 3000 && Math.min(...delaysUs) >= 1000);
  });

  test('drops what is larger than its MTU, sent into a blackhole, or picked out', () => {
    assert.equal(run({ delayUs: 1, mtuBytes: 99 }).came.length, 0);
    assert.equal(run({ delayUs: 1, mtuBytes: 100 }).came.length, N);
    assert.equal(run({ delayUs: 1, blackhole: [[0, 1_000_000]] }).came[0], 10_000);
    assert.deepEqual(run({ delayUs: 1, drop: (n) => n > 2 }).came, [0, 1, 2]);
  });

  test('damages one byte of a copy of its own', () => {
    const link = new LossyLink(new Prng(1), { delayUs: 0, corrupt: 1 });
    const datagram = new Uint8Array(50);
    link.send(0, datagram);
    const damaged = link.receive(0)!;
    assert.equal(damaged.filter((byte) => byte !== 0).length, 1);
    assert.ok(datagram.every((byte) => byte === 0));
    assert.equal(link.counters.corrupted, 1);
  });

  test('does the same again with the same seed', () => {
    const options = { delayUs: 5000, jitterUs: 700, loss: 0.1, duplicate: 0.1, reorder: 0.1, corrupt: 0.1 };
    assert.deepEqual(run(options).delaysUs, run(options).delaysUs);
  });
});
