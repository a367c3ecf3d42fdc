import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SendRun } from '../../../src/arq/send-run.js';
import { Bulk } from '../../../src/arq/v2/bulk.js';
import { Pacer } from '../../../src/arq/v2/pacer.js';
import { Prng } from '../../support/prng.js';
import { testSeed, withSeed } from '../../support/seed.js';
import { BULK, measureBps, openPair } from './transfer.js';

describe('pacing', () => {
  const seed = testSeed();

  it(`never lets more go in any time than its rate and one burst (CONNTEST_SEED=${seed})`, () => {
    withSeed(seed, () => {
      const rand = new Prng(seed);
      const bytesPerUs = 125;
      const pacer = new Pacer(2000, 0);
      pacer.setRate(0, bytesPerUs, 15_000);
      /** Bytes above the rate since the moment when that was least: the largest burst so far. */
      let excess = 0;
      for (let nowUs = 0, lastUs = 0; nowUs < 2e6; nowUs += rand.below(5000)) {
        excess = Math.max(0, excess - (nowUs - lastUs) * bytesPerUs);
        lastUs = nowUs;
        pacer.fill(nowUs);
        for (; pacer.allows(1500); excess += 1500) pacer.take(1500);
        assert.ok(excess <= pacer.burstBytes + 1, `${excess} bytes at once, at ${nowUs} µs`);
        assert.ok(pacer.readyUs(1500) > nowUs);
      }
    });
  });

  it('spreads a window over its round trip: no burst above the bound is on the path', () => {
    const pair = openPair({ delayUs: 20_000 });
    let inBurst = 0;
    let burstUs = 0;
    pair.client.handleSent = (nowUs, datagram) => {
      inBurst = nowUs === burstUs ? inBurst + datagram.length : datagram.length;
      burstUs = nowUs;
      const { burstBytes } = pair.client.engine;
      if (burstBytes > 0) assert.ok(inBurst <= burstBytes, `${inBurst} bytes at once; ${burstBytes} may be`);
    };
    assert.ok(measureBps(pair, { ...BULK, cc: 'none' }, 200_000, 500_000) > 0);
  });

  for (const rateBps of [1e5, 1e6, 50e6, 400e6]) {
    for (const reliable of [true, false]) {
      const sort = reliable ? 'reliable' : 'unreliable';
      it(`keeps a set rate of ${rateBps / 1e6} Mbit/s within 1 % (${sort})`, () => {
        const pair = openPair({ delayUs: 2000 });
        const durationUs = rateBps < 1e6 ? 30e6 : 1e6;
        const bps = measureBps(pair, { ...BULK, reliable, rateBps, cc: 'none' }, 500_000, durationUs);
        assert.ok(Math.abs(bps / rateBps - 1) < 0.01, `it is ${bps} bit/s`);
      });
    }
  }

  for (const [rateBps, sacksPerS] of [
    [1e6, 50],
    [5e6, 50],
    [20e6, 112],
    [100e6, 558],
    [400e6, 1116],
  ] as const) {
    it(`needs no more than ${sacksPerS} Sacks a second for ${rateBps / 1e6} Mbit/s, whose sender waits for them`, () => {
      const pair = openPair({ delayUs: 300 });
      pair.listener.engine.expectBulk(BULK.packetSizeBytes, rateBps);
      const bps = measureBps(pair, { ...BULK, rateBps }, 500_000, 2e6);
      const { sacks } = pair.listener.engine.sent;
      assert.ok(sacks > 0.7 * 2.5 * sacksPerS && sacks < 1.1 * 2.5 * sacksPerS, `${sacks} in 2.5 s`);
      assert.equal(pair.client.engine.sent.resent, 0);
      assert.ok(Math.abs(bps / rateBps - 1) < 0.01, `it is ${bps} bit/s`);
    });
  }

  for (const [rateBps, packetSizeBytes, atOnce] of [
    [5e6, 1400, 4],
    [2e6, 1400, 1],
    [4e6, 1400, 3],
    [100e6, 1400, 4],
    [80e3, 200, 1],
  ] as const) {
    it(`sends ${atOnce} packets of ${packetSizeBytes} bytes at a time at ${rateBps / 1e6} Mbit/s`, () => {
      const plan = { packetSizeBytes, reliable: true, rateBps, cc: 'none', packets: 101 } as const;
      const bulk = new Bulk(plan, 0);
      const bursts: number[] = [];
      let nowUs = 0;
      for (; bulk.packetsLeft > 0; nowUs = bulk.readyUs) {
        let burst = 0;
        for (bulk.fill(nowUs); bulk.packetsLeft > 0 && bulk.isReady; bulk.fill(nowUs), burst++)
          bulk.take(nowUs);
        bursts.push(burst);
      }
      assert.deepEqual(
        new Set(bursts.slice(1, -1)),
        new Set([atOnce]),
        'from the first that was waited for on',
      );
      const bps = (100 * packetSizeBytes * 8e6) / nowUs;
      assert.ok(bps > 0.9 * rateBps && bps < 1.02 * rateBps, `it is ${bps} bit/s`);
    });
  }

  it('keeps a set rate though its timers are up to 5 ms late', () => {
    const rand = new Prng(seed);
    const pair = openPair({ delayUs: 1000 });
    pair.client.engine.startBulk(pair.nowUs, { ...BULK, reliable: false, rateBps: 20e6 });
    const { engine } = pair.client;
    const run = new SendRun(new Uint8Array(65_507), 64);
    const startBytes = engine.sent.bulkBytes;
    const startUs = pair.nowUs;
    let nowUs = startUs;
    for (; nowUs < startUs + 2e6; nowUs += 500 + rand.below(5000))
      while (engine.pollTransmit(nowUs, run) > 0);
    const bps = ((engine.sent.bulkBytes - startBytes) * 8e6) / (nowUs - startUs);
    assert.ok(Math.abs(bps / 20e6 - 1) < 0.01, `it is ${bps} bit/s`);
  });
});
