import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, compareWithKernel, type MtuFound, MtuSearch } from '../../src/sweep/mtu-search.js';
import { type IpFamily, ipPacketBytes, maxDatagramBytes } from '../../src/sweep/wire-size.js';
import { Prng } from '../support/prng.js';
import { testSeed, withSeed } from '../support/seed.js';

interface VirtualPath {
  readonly family: IpFamily;
  /** Of the narrowest link. */
  readonly mtuBytes: number;
  /** Of our own device, which refuses what is larger; null: nobody refuses. */
  readonly deviceBytes: number | null;
  /** Whether the refusal names the MTU. */
  readonly tells: boolean;
  readonly loss: number;
  readonly hintBytes: number | null;
}

/** Far more than any search takes: one that does not end is found. */
const MAX_PROBES = 400;

function search(path: VirtualPath, prng: Prng): MtuFound {
  const found = new MtuSearch(path.family, path.hintBytes);
  for (let probes = 0; probes < MAX_PROBES; probes++) {
    const size = found.next();
    if (size === null) return found.result;
    found.handle(size, send(path, size, prng));
  }
  throw new Error(`no end after ${MAX_PROBES} probes: ${JSON.stringify(path)}`);
}

function send(path: VirtualPath, packetBytes: number, prng: Prng): Answer {
  const { mtuBytes, deviceBytes, tells, loss } = path;
  if (deviceBytes !== null && packetBytes > deviceBytes) {
    return { kind: 'refused', mtuBytes: tells ? deviceBytes : null };
  }
  const isLost = packetBytes > mtuBytes || prng.below(1000) < loss * 1000;
  return { kind: isLost ? 'lost' : 'arrived' };
}

function maxPacketBytes(family: IpFamily): number {
  return ipPacketBytes(family, maxDatagramBytes(family));
}

function drawPath(prng: Prng, loss: number): VirtualPath {
  const family = prng.pick([4, 6] as const);
  const least = family === 4 ? 576 : 1280;
  const mtuBytes = prng.pick([
    least + prng.below(maxPacketBytes(family) - least + 1),
    least + prng.below(1500 - least + 1),
    prng.pick([1280, 1400, 1420, 1492, 1500, 9000, 65_535]),
  ]);
  const deviceBytes = prng.pick([null, mtuBytes, mtuBytes + prng.below(3000), Math.max(1500, mtuBytes)]);
  const hintBytes = prng.pick([null, deviceBytes, mtuBytes, least, 65_536, 1500]);
  return { family, mtuBytes, deviceBytes, tells: prng.below(2) === 0, loss, hintBytes };
}

test('the MTU of a path without loss is found to the byte, whatever it is and whoever tells what', () => {
  withSeed(testSeed(), (seed) => {
    const prng = new Prng(seed);
    for (let trial = 0; trial < 4000; trial++) {
      const path = drawPath(prng, 0);
      const { mtuBytes, above } = search(path, prng);
      assert.equal(mtuBytes, path.mtuBytes, JSON.stringify(path));
      const isLargest = path.mtuBytes === maxPacketBytes(path.family);
      const isRefused = path.deviceBytes === path.mtuBytes;
      assert.equal(above, isLargest ? 'none' : isRefused ? 'refused' : 'lost', JSON.stringify(path));
    }
  });
});

test('with up to 20 % loss the MTU found is never too large, and nearly always exact', () => {
  withSeed(testSeed(), (seed) => {
    const prng = new Prng(seed);
    const trials = 3000;
    let exact = 0;
    for (let trial = 0; trial < trials; trial++) {
      const path = drawPath(prng, prng.below(201) / 1000);
      const { mtuBytes } = search(path, prng);
      assert.ok((mtuBytes ?? 0) <= path.mtuBytes, JSON.stringify(path));
      if (mtuBytes === path.mtuBytes) exact++;
    }
    assert.ok(exact > 0.95 * trials, `${exact} of ${trials} were exact`);
  });
});

test('an ordinary path takes a handful of probes, a black hole not many more', () => {
  const prng = new Prng(1);
  const plain = {
    family: 4,
    mtuBytes: 1500,
    deviceBytes: 1500,
    tells: true,
    loss: 0,
    hintBytes: 1500,
  } as const;
  assert.equal(search(plain, prng).probes, 3);
  assert.ok(search({ ...plain, mtuBytes: 1420 }, prng).probes <= 10);
  assert.ok(search({ ...plain, mtuBytes: 1391 }, prng).probes <= 15);
  assert.ok(search({ ...plain, mtuBytes: 61_234, deviceBytes: null, hintBytes: null }, prng).probes <= 30);
});

test('a path that carries nothing with DF set has no MTU', () => {
  const none = {
    family: 4,
    mtuBytes: 100,
    deviceBytes: null,
    tells: false,
    loss: 0,
    hintBytes: 1500,
  } as const;
  const { mtuBytes, above } = search(none, new Prng(1));
  assert.deepEqual([mtuBytes, above], [null, 'lost']);
});

test("the size that ends the search is asked three times before silence is believed, a refusal's once", () => {
  const asked = new Map<number, number>();
  const found = new MtuSearch(4, 1500);
  for (let size = found.next(); size !== null; size = found.next()) {
    asked.set(size, (asked.get(size) ?? 0) + 1);
    found.handle(size, size > 1450 ? { kind: 'lost' } : { kind: 'arrived' });
  }
  assert.equal(asked.get(1451), 3);
  assert.ok([...asked].every(([size, times]) => times === 1 || size === 1451));
});

test('what our system believes is held against what was found', () => {
  const found = (mtuBytes: number | null) =>
    ({ mtuBytes, above: 'lost', refusedMtuBytes: null, probes: 1 }) as const;
  assert.equal(compareWithKernel(found(1400), 1500, 4), 'kernel-more');
  assert.equal(compareWithKernel(found(1400), 1400, 4), 'same');
  assert.equal(compareWithKernel(found(1500), 1400, 4), 'kernel-less');
  assert.equal(compareWithKernel(found(65_535), 65_536, 4), 'same');
  assert.equal(compareWithKernel(found(1500), null, 4), null);
  assert.equal(compareWithKernel(found(null), 1500, 4), null);
});
