import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Transit } from '../../../src/arq/v2/transit.js';
import { Prng } from '../../support/prng.js';
import { testSeed, withSeed } from '../../support/seed.js';

describe('Transit', () => {
  it('hands out each delay above the least so far, those of a run together', () => {
    const told: [owdNs: number, times: number][] = [];
    const transit = new Transit({ handleRtt: () => {}, handleOwd: (ns, times) => told.push([ns, times]) });
    for (const [nowNs, sentNs] of [
      [1000, 300],
      [1000, 300],
      [1000, 500],
      [1000, 400],
    ] as const) {
      transit.handleStamp(nowNs, sentNs, true);
    }
    assert.deepEqual(told, [
      [0, 2],
      [0, 1],
    ]);
    transit.flush();
    transit.flush();
    assert.deepEqual(told.slice(2), [[100, 1]]);
  });

  it('tells the same whenever it is flushed', () => {
    withSeed(testSeed(), (seed) => {
      const prng = new Prng(seed);
      const stamps = Array.from(
        { length: 2000 },
        (_, i) => [1000 * i, 1000 * i - prng.pick([700, 700, 600, 900])] as const,
      );
      const all = (flushEvery: number): number[] => {
        const owdsNs: number[] = [];
        const handleOwd = (ns: number, times: number) => owdsNs.push(...Array<number>(times).fill(ns));
        const transit = new Transit({ handleRtt: () => {}, handleOwd });
        for (const [i, [nowNs, sentNs]] of stamps.entries()) {
          transit.handleStamp(nowNs, sentNs, true);
          if (i % flushEvery === 0) transit.flush();
        }
        transit.flush();
        return owdsNs;
      };
      assert.deepEqual(all(1), all(50));
      assert.equal(all(1).length, stamps.length);
    });
  });
});
