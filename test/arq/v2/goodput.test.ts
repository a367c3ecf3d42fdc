import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { BULK, measureBps, openPair } from './transfer.js';

/** Compiled tests run in dist; the table lies beside its source. */
const GOLDEN = new URL('../../../../test/arq/v2/golden/goodput.txt', import.meta.url);

const LOSSES = [0, 0.001, 0.01, 0.05];
const DELAYS_US = [500, 10_000, 50_000];
/** Of the path's bandwidth-delay product. */
const BUFFERS = [0.25, 1, 4];
const RATE_BPS = 20e6;

function noneBps(loss: number): number {
  return measureBps(openPair({ delayUs: 10_000, loss }), { ...BULK, cc: 'none' }, 500_000, 1_500_000);
}

describe('goodput', () => {
  for (const loss of [0.01, 0.05]) {
    it(`at ${loss * 100} % loss without congestion control is at least 0.9 of what is left of the lossless`, () => {
      const ratio = noneBps(loss) / noneBps(0);
      assert.ok(ratio >= 0.9 * (1 - loss), `it is ${ratio}`);
    });
  }

  it('is what it was, over loss, delay and buffer (CONNTEST_UPDATE=1 writes the table anew)', () => {
    const table = throughputTable();
    if (process.env.CONNTEST_UPDATE === '1') writeFileSync(GOLDEN, table);
    assert.equal(table, readFileSync(GOLDEN, 'utf8'));
  });
});

function throughputTable(): string {
  const lines = ['cc       loss   delay_ms buffer_bdp goodput_mbps'];
  for (const cc of ['cubic', 'newreno'] as const) {
    for (const loss of LOSSES) {
      for (const delayUs of DELAYS_US) {
        for (const buffer of BUFFERS) {
          const queueBytes = Math.max(6000, (buffer * 2 * delayUs * RATE_BPS) / 8e6);
          const pair = openPair({ delayUs, loss, rateBps: RATE_BPS, queueBytes }, 7);
          const bps = measureBps(pair, { ...BULK, cc }, 1_000_000, 3_000_000);
          const cells = [
            cc.padEnd(8),
            `${loss}`.padEnd(6),
            `${delayUs / 1000}`.padEnd(8),
            `${buffer}`.padEnd(10),
          ];
          lines.push(`${cells.join(' ')} ${(bps / 1e6).toFixed(3)}`);
        }
      }
    }
  }
  return `${lines.join('\n')}\n`;
}
