import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stampedTemplate } from '../../../src/wire/v2/stream-template.js';
import { MARKED_ID, VersionedPair } from '../../support/versioned-pair.js';
import type { PhaseEvent } from '../../support/virtual-end.js';
import { LINK, MEASURE } from '../../support/virtual-pair.js';
import type { StreamPlan } from '../../support/virtual-stream.js';

const ROUNDS = 3;
const PHASE_US = 1_000_000;
const TIMED = { ...MEASURE, bound: { kind: 'time', phaseUs: PHASE_US } } as const;

interface Path {
  readonly bytesPerS: number;
  readonly packetSizeBytes: number;
  readonly maxChunkBytes: number;
}

/** From a bad mobile link to the memory of one machine. */
const PATHS: readonly Path[] = [
  { bytesPerS: 100e3, packetSizeBytes: 1400, maxChunkBytes: 1448 },
  { bytesPerS: 10e6, packetSizeBytes: 64_000, maxChunkBytes: 65_536 },
  { bytesPerS: 500e6, packetSizeBytes: 1_000_000, maxChunkBytes: 1 << 20 },
  { bytesPerS: 5e9, packetSizeBytes: 5_000_000, maxChunkBytes: 4 << 20 },
];

/** The system's buffer holds 10 ms: what it holds when the sender stops is part of the phase. */
function linkOf({ bytesPerS, maxChunkBytes }: Path, rttUs: number): StreamPlan {
  const sendBufferBytes = bytesPerS / 100;
  return { delayUs: rttUs / 2, bytesPerS, maxChunkBytes, sendBufferBytes, isHollow: true };
}

function goodputBps({ bytesPerS, packetSizeBytes }: Path): number {
  const template = stampedTemplate(MARKED_ID);
  const dataInHead = template.dataInHead(packetSizeBytes);
  const frameBytes = template.headBytes(1000, packetSizeBytes) - dataInHead + packetSizeBytes;
  return (bytesPerS * 8 * packetSizeBytes) / frameBytes;
}

function assertWithin(given: number, wanted: number, share: number, what: string): void {
  assert.ok(Math.abs(given / wanted - 1) <= share, `${what}: ${given} where ${wanted} was due`);
}

function phasesOf(pair: VersionedPair): PhaseEvent[] {
  return [pair.client, pair.listener].flatMap((end) => [...end.phases('up'), ...end.phases('down')]);
}

describe('phases bounded by time', () => {
  for (const path of PATHS) {
    for (const rttUs of [10, 40_000]) {
      it(`last 1 s at ${path.bytesPerS / 1e6} MB/s and a round trip of ${rttUs} us`, () => {
        const link = linkOf(path, rttUs);
        const measure = { ...TIMED, packetSizeBytes: path.packetSizeBytes };
        const pair = new VersionedPair({ measure, up: link, down: link, writeBytes: 1 << 20 }).start();
        // A virtual second at 5 GB/s takes a real one.
        const rounds = path.bytesPerS > 1e9 ? 1 : ROUNDS;
        for (const phase of phasesOf(pair.runUntilPhases(rounds, 'down'))) {
          assertWithin(phase.elapsedUs, PHASE_US, 0.05, `${phase.direction} at the receiver`);
          assertWithin(phase.detail!.sent.elapsedUs, PHASE_US, 0.05, `${phase.direction} at the sender`);
          assertWithin(phase.rateBps, goodputBps(path), 0.05, `rate ${phase.direction}`);
        }
      });
    }
  }

  it('show both sides the same figures', () => {
    const pair = new VersionedPair({ measure: TIMED }).start().runUntilPhases(ROUNDS, 'down');
    for (const direction of ['up', 'down'] as const) {
      const [client, listener] = [pair.client.phases(direction), pair.listener.phases(direction)];
      assert.deepEqual(
        client.map(({ detail }) => detail!.report),
        listener.map(({ detail }) => detail!.report),
      );
      for (const [i, phase] of client.entries()) {
        const { packets, bytes, elapsedUs, rateBps, detail } = phase;
        const other = listener[i]!;
        assert.deepEqual(
          [packets, bytes, elapsedUs, rateBps],
          [other.packets, other.bytes, other.elapsedUs, other.rateBps],
        );
        assert.deepEqual([detail!.sent.packets, detail!.sent.bytes], [packets, bytes]);
        assert.equal(phase.received, direction === 'down');
        assert.equal(other.received, direction === 'up');
      }
    }
  });

  it('are reported each second while they last', () => {
    const measure = { ...TIMED, bound: { kind: 'time', phaseUs: 3_500_000 } } as const;
    const pair = new VersionedPair({ measure }).start().runUntilPhases(1, 'down');
    for (const end of [pair.client, pair.listener]) {
      const reports = end.of('report');
      assert.deepEqual(
        reports.map(({ direction }) => direction),
        ['up', 'up', 'up', 'down', 'down', 'down'],
      );
      assert.ok(reports.every(({ report }) => !report.final && report.packets > 0));
    }
  });

  it('tell the delays of their packets above the least one', () => {
    const measure = { ...TIMED, direction: 'up' } as const;
    // 100 ms of data fit into the path.
    const up = { ...LINK, bytesPerS: 1e6, sendBufferBytes: 100_000 };
    const pair = new VersionedPair({ measure, up }).start().runUntilPhases(1, 'up');
    const [phase] = pair.client.phases('up');
    const maxUs = Math.max(...pair.listener.owdsNs) / 1000;
    assert.match(phase!.detail!.report.owd, /^\d+ delays$/);
    assert.ok(Math.min(...pair.listener.owdsNs) >= 0);
    assert.ok(maxUs > 90_000 && maxUs < 160_000, `${maxUs} us`);
  });
});

describe('phases bounded by a size', () => {
  it('have exactly so many packets', () => {
    const pair = new VersionedPair({ measure: MEASURE }).start().runUntilPhases(ROUNDS, 'down');
    for (const { packets, bytes } of phasesOf(pair)) assert.deepEqual([packets, bytes], [10, 14_000]);
  });

  it('may have packets too small for a stamp, or empty ones', () => {
    for (const packetSizeBytes of [1, 15, 16, 17]) {
      const measure = { ...MEASURE, packetSizeBytes, bound: { kind: 'size', testSizeBytes: 340 } } as const;
      const pair = new VersionedPair({ measure }).start().runUntilPhases(1, 'down');
      const [phase] = pair.client.phases('down');
      assert.equal(phase!.packets, Math.trunc(340 / packetSizeBytes));
      assert.equal(phase!.detail!.report.owdMinNs === undefined, packetSizeBytes < 16);
    }
  });
});

describe('the latency', () => {
  it('is measured on the idle connection before each round, and under load inside phases', () => {
    const pair = new VersionedPair({ measure: TIMED }).start().runUntilPhases(ROUNDS, 'down');
    assert.equal(pair.client.latenciesUs(false).length, ROUNDS);
    assert.ok(pair.client.latenciesUs(true).length >= 2 * ROUNDS);
    for (const latencyUs of pair.client.latenciesUs(false)) assert.ok(latencyUs < 1200, `${latencyUs} us`);
  });

  it('shows the queue of a path that holds 100 ms', () => {
    const up = { ...LINK, bytesPerS: 1e6, sendBufferBytes: 100_000 };
    const measure = { ...TIMED, direction: 'up', pingIntervalUs: 100_000 } as const;
    const pair = new VersionedPair({ measure, up }).start().runUntilPhases(2, 'up');
    for (const end of [pair.client, pair.listener]) {
      const idleUs = end.latenciesUs(false);
      const loadedUs = end.latenciesUs(true);
      assert.ok(
        idleUs.every((latencyUs) => latencyUs < 1500),
        `${idleUs}`,
      );
      assert.ok(
        loadedUs.every((latencyUs) => latencyUs < 80_000),
        `${loadedUs}`,
      );
      // All but the last ones of a phase, which find the queue as it drains.
      const inFullQueue = loadedUs.filter((latencyUs) => latencyUs > 48_000);
      assert.ok(inFullQueue.length >= 0.7 * loadedUs.length && inFullQueue.length >= 10, `${loadedUs}`);
    }
  });

  it('is measured at every interval when bandwidth is not', () => {
    const pair = new VersionedPair({ measure: { ...TIMED, monitorBandwidth: false } }).start();
    pair.clock.runFor(10_000_000);
    assert.equal(pair.client.of('latency').length, 20);
    assert.equal(pair.listener.of('latency').length, 20);
    assert.equal(pair.client.of('phase').length, 0);
  });
});
