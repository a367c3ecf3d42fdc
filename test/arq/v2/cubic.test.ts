import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Pair } from './pair.js';
import { BULK, measureBps } from './transfer.js';

// RFC 9438 §5.1
const C = 0.4;
const BETA = 0.7;

/** Packets, on average, where every 1/p-th is lost. */
function averageWindow(p: number, rttS: number): number {
  const factor = ((C * (3 + BETA)) / (4 * (1 - BETA))) ** 0.25;
  return (factor * rttS ** 0.75) / p ** 0.75;
}

describe('cubic', () => {
  for (const [every, rttS] of [
    [10_000, 0.1],
    [10_000, 0.2],
    [30_000, 0.1],
  ] as const) {
    it(`keeps the average rate of RFC 9438 with a loss every ${every} packets and a round trip of ${rttS} s`, () => {
      const delayUs = (rttS * 1e6) / 2;
      const window = averageWindow(1 / every, rttS);
      // Slow start ends near the model's window. From far above, fast convergence, which the model leaves out,
      // goes below it, and cubic needs minutes for what is left of the way.
      const first = Math.round(window);
      const drop = (n: number) => n >= first && (n - first) % every === 0;
      const pair = new Pair({ seed: 1, up: { delayUs, drop }, down: { delayUs } });
      pair.open();
      const bps = measureBps(pair, BULK, 20e6, 60e6);
      const expectedBps = (window / rttS) * BULK.packetSizeBytes * 8;
      const ratio = bps / expectedBps;
      assert.ok(Math.abs(ratio - 1) < 0.1, `it is ${ratio.toFixed(3)} of the model's`);
    });
  }
});
