/** Bandwidth monitoring switched on and off while a session runs, in both versions. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MeasurePlan } from '../../src/options/types.js';
import { VersionedPair } from '../support/versioned-pair.js';
import { MEASURE, VirtualPair } from '../support/virtual-pair.js';

const SECOND_US = 1e6;

function switchable(isOn: boolean): MeasurePlan & { monitorBandwidth: boolean } {
  return {
    ...MEASURE,
    pingIntervalUs: 500_000,
    bound: { kind: 'time', phaseUs: 100_000 },
    monitorBandwidth: isOn,
  };
}

const PAIRS = {
  'version 1': (measure: MeasurePlan) => {
    const pair = new VirtualPair({ measure });
    return { pair, latencies: () => pair.client.latenciesUs.length };
  },
  'version 2': (measure: MeasurePlan) => {
    const pair = new VersionedPair({ measure });
    return { pair, latencies: () => pair.client.latenciesUs(false).length };
  },
};

for (const [version, makePair] of Object.entries(PAIRS)) {
  describe(`a client of ${version} whose monitoring is switched`, () => {
    it('measures bandwidth both ways from the next round on', () => {
      const measure = switchable(false);
      const { pair } = makePair(measure);
      pair.start();
      pair.clock.runFor(2 * SECOND_US);
      assert.deepEqual(pair.client.phases('up'), []);

      measure.monitorBandwidth = true;
      pair.runUntil(() => pair.client.phases('down').length >= 2);
      assert.ok(pair.client.phases('up').length >= 2);
      assert.equal(pair.isFailed, false);
    });

    it('ends the round that it is in, and goes on with latency alone', () => {
      const measure = switchable(true);
      const { pair, latencies } = makePair(measure);
      pair.start();
      pair.runUntil(() => pair.client.phases('up').length >= 2);

      measure.monitorBandwidth = false;
      pair.clock.runFor(SECOND_US);
      const { length: downs } = pair.client.phases('down');
      assert.equal(downs, pair.client.phases('up').length, 'a round was left in its middle');
      const before = latencies();
      pair.clock.runFor(2 * SECOND_US);
      assert.equal(pair.client.phases('down').length, downs);
      assert.ok(latencies() >= before + 3, 'pings every 500 ms');
      assert.equal(pair.isFailed, false);
    });
  });
}
