import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planOrders } from '../../src/sweep/plan.js';
import { autoSizes, maxDataBytes } from '../../src/sweep/sizes.js';
import type { Way } from '../../src/sweep/types.js';
import { fragmentCount, ipPacketBytes, largestDataBytes } from '../../src/sweep/wire-size.js';
import { Prng } from '../support/prng.js';

const HEAD_BYTES = 40;
const carrier = (way: Way, family: 4 | 6 = 4) => ({
  way,
  family,
  datagramBytes: (data: number) => data + HEAD_BYTES,
});

const PLAN = { ways: ['udp', 'tcp'], directions: ['up', 'down'], rounds: 7, seed: 11 } as const;

test('each round measures everything once, in an order that its seed repeats', () => {
  const sizes = [512, 1400, 9000];
  const orders = planOrders(PLAN, sizes);
  const perRound = sizes.length * 4;
  assert.equal(orders.length, 7 * perRound);
  const keys = orders.map(({ way, sizeBytes, direction }) => `${way} ${sizeBytes} ${direction}`);
  for (let round = 0; round < 7; round++) {
    const part = orders.slice(round * perRound, (round + 1) * perRound);
    assert.ok(part.every((order) => order.round === round));
    assert.equal(new Set(keys.slice(round * perRound, (round + 1) * perRound)).size, perRound);
  }
  assert.notDeepEqual(keys.slice(0, perRound), keys.slice(perRound, 2 * perRound));
  assert.deepEqual(planOrders(PLAN, sizes), orders);
  assert.notDeepEqual(planOrders({ ...PLAN, seed: 12 }, sizes), orders);
});

test('every order of a round is as likely as any other', () => {
  const counts = new Map<string, number>();
  const rounds = 6000;
  const plan = { ways: ['udp'], directions: ['up'], rounds, seed: 3 } as const;
  const orders = planOrders(plan, [1, 2, 3]);
  for (let at = 0; at < orders.length; at += 3) {
    const key = orders.slice(at, at + 3).map(({ sizeBytes }) => sizeBytes);
    counts.set(key.join(), (counts.get(key.join()) ?? 0) + 1);
  }
  assert.equal(counts.size, 6);
  // Five standard deviations of a binomial of 6000 and 1/6.
  for (const [key, count] of counts) assert.ok(Math.abs(count - 1000) < 145, `${key}: ${count}`);
});

test('auto sizes stand around the edge of the MTU and among the classic ones', () => {
  const sizes = autoSizes([carrier('udp')], [1500], 64_000_000);
  const edge = 1500 - 28 - HEAD_BYTES;
  for (const offset of [-28, -8, -1, 0, 1, 8, 28]) assert.ok(sizes.includes(edge + offset), `${offset}`);
  for (const classic of [512, 1200, 1280, 1400, 1472, 1500, 4000, 8972, 9000, 16_000, 64_000]) {
    assert.ok(sizes.includes(classic), `${classic}`);
  }
  assert.deepEqual(
    sizes,
    [...new Set(sizes)].sort((a, b) => a - b),
  );
});

test('auto sizes keep to what a datagram carries, to the largest packet, and to TCP alone', () => {
  const heavy = { way: 'udp', family: 4, datagramBytes: (data: number) => data + 3000 } as const;
  assert.equal(maxDataBytes(heavy), 62_507);
  assert.equal(Math.max(...autoSizes([heavy], [], 64_000_000)), 62_507);
  assert.equal(Math.max(...autoSizes([carrier('udp')], [65_535], 4000)), 4000);
  assert.equal(Math.max(...autoSizes([carrier('tcp')], [], 64_000_000)), 5_000_000);
  assert.equal(Math.max(...autoSizes([carrier('tcp'), carrier('udp')], [], 64_000_000)), 64_000);
});

test('the largest data of a datagram is exact, also where its head grows with it', () => {
  const prng = new Prng(5);
  for (let trial = 0; trial < 300; trial++) {
    const [head, step] = [prng.below(100), 1 + prng.below(500)];
    const link = { datagramBytes: (data: number) => data + head + Math.floor(data / step) };
    const limit = 150 + prng.below(65_000);
    const most = largestDataBytes(link, limit);
    assert.ok(link.datagramBytes(most) <= limit && link.datagramBytes(most + 1) > limit);
  }
  assert.equal(largestDataBytes({ datagramBytes: (data) => data + 100 }, 50), 0);
});

test('fragments are counted as IP cuts them', () => {
  const cases: readonly (readonly [family: 4 | 6, datagramBytes: number, mtu: number, fragments: number])[] =
    [
      [4, 1472, 1500, 1],
      [4, 1473, 1500, 2],
      // 2 x 1480 bytes of IP payload, 8 of them the UDP header.
      [4, 2952, 1500, 2],
      [4, 2953, 1500, 3],
      [4, 65_507, 1500, 45],
      [6, 1452, 1500, 1],
      [6, 1453, 1500, 2],
      // A fragment of IPv6 has 1500 - 40 - 8 = 1452 bytes, of which 1448 in all but the last.
      [6, 2892, 1500, 2],
      [6, 2893, 1500, 3],
      [4, 1373, 1400, 2],
    ];
  for (const [family, datagramBytes, mtu, fragments] of cases) {
    assert.equal(fragmentCount(family, datagramBytes, mtu), fragments, `${family} ${datagramBytes} ${mtu}`);
  }
  assert.equal(ipPacketBytes(4, 1472), 1500);
  assert.equal(ipPacketBytes(6, 1452), 1500);
});
