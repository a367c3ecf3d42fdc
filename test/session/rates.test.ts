import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Direction } from '../../src/options/types.js';
import { PacketTemplate } from '../../src/wire/packet-template.js';
import type { PhaseEvent } from '../support/virtual-end.js';
import { CONNECTION_ID, LINK, MEASURE, VirtualPair } from '../support/virtual-pair.js';
import type { StreamPlan } from '../support/virtual-stream.js';

const PHASES = 8;

interface Path {
  readonly bytesPerS: number;
  readonly packetSizeBytes: number;
  readonly maxChunkBytes: number;
}

/** From a bad mobile link to the memory of one machine. Reads are what such a path hands over at a time. */
const PATHS: readonly Path[] = [
  { bytesPerS: 100e3, packetSizeBytes: 1400, maxChunkBytes: 1448 },
  { bytesPerS: 10e6, packetSizeBytes: 64_000, maxChunkBytes: 65_536 },
  { bytesPerS: 500e6, packetSizeBytes: 1_000_000, maxChunkBytes: 1 << 20 },
  { bytesPerS: 5e9, packetSizeBytes: 5_000_000, maxChunkBytes: 4 << 20 },
];
const RTTS_US = [10, 1000, 40_000, 300_000];

function measured(path: Path, rttUs: number, phaseUs: number, direction: Direction): VirtualPair {
  const { bytesPerS, packetSizeBytes, maxChunkBytes } = path;
  const link: StreamPlan = {
    delayUs: rttUs / 2,
    bytesPerS,
    maxChunkBytes,
    sendBufferBytes: 65_536,
    isHollow: true,
  };
  const bound = { kind: 'time', phaseUs } as const;
  const measure = { ...MEASURE, packetSizeBytes, bound, direction };
  const pair = new VirtualPair({ measure, up: link, down: link, writeBytes: 4 << 20 }).start();
  const last = direction === 'both' ? 'down' : direction;
  // The Ping behind the last phase tells the listener that the client has all of it.
  return pair.runUntilLatencies(PHASES).runUntil(() => pair.listener.phases(last).length >= PHASES);
}

/** What is left of the link's rate for data. */
function goodputBps({ bytesPerS, packetSizeBytes }: Path): number {
  const headBytes = new PacketTemplate(CONNECTION_ID).headBytes(1000, packetSizeBytes);
  return (bytesPerS * 8 * packetSizeBytes) / (packetSizeBytes + headBytes);
}

function assertWithin(given: number, wanted: number, share: number, what: string): void {
  assert.ok(Math.abs(given / wanted - 1) <= share, `${what}: ${given} where ${wanted} was due`);
}

/** All phases of both sides, each with a name for a message. */
function phasesOf(pair: VirtualPair): [name: string, phases: PhaseEvent[]][] {
  return (['client', 'listener'] as const).flatMap((side) =>
    (['up', 'down'] as const).map((direction): [string, PhaseEvent[]] => [
      `${direction} at the ${side}`,
      pair[side].phases(direction),
    ]),
  );
}

/** Phases long enough to show the path's rate, slow start of the planning and latency being small in them. */
function assertRates(pair: VirtualPair, path: Path, rttUs: number): void {
  const long = phasesOf(pair).flatMap(([where, phases]) =>
    phases
      .filter(({ elapsedUs }) => elapsedUs >= Math.max(0.99e6, 10 * rttUs))
      .map(({ rateBps }) => ({ where, rateBps })),
  );
  assert.ok(long.length >= 2, `${long.length} phases were long enough`);
  for (const { where, rateBps } of long) assertWithin(rateBps, goodputBps(path), 0.05, where);
}

describe('phases bounded by time', () => {
  for (const path of PATHS) {
    for (const rttUs of RTTS_US) {
      it(`settle at 1 s and show the rate of ${path.bytesPerS / 1e6} MB/s at a round trip of ${rttUs} us`, () => {
        const pair = measured(path, rttUs, 1e6, 'both');
        for (const [name, phases] of phasesOf(pair)) {
          assertWithin(phases[PHASES - 1]!.elapsedUs, 1e6, 0.15, `phase ${PHASES}, ${name}`);
          assertBoundedGrowth(phases);
        }
        if (rttUs <= 100_000) assertRates(pair, path, rttUs);
      });
    }
  }

  for (const direction of ['both', 'up', 'down'] as const) {
    for (const path of PATHS.slice(0, 2)) {
      it(`show the rate of ${path.bytesPerS / 1e6} MB/s over 300 ms in 3.6 s, direction=${direction}`, () => {
        assertRates(measured(path, 300_000, 3.6e6, direction), path, 300_000);
      });
    }
  }

  for (const direction of ['up', 'down'] as const) {
    for (const path of PATHS) {
      it(`show the rate of ${path.bytesPerS / 1e6} MB/s with direction=${direction}`, () => {
        assertRates(measured(path, 10_000, 1.1e6, direction), path, 10_000);
      });
    }
  }

  it('are single packets on a path too slow for more', () => {
    const path = { bytesPerS: 100e3, packetSizeBytes: 1_000_000, maxChunkBytes: 1448 };
    const pair = measured(path, 1000, 1e6, 'both');
    for (const [, phases] of phasesOf(pair)) assert.ok(phases.every(({ packets }) => packets === 1));
  });

  function assertBoundedGrowth(phases: readonly PhaseEvent[]): void {
    for (const [i, { packets }] of phases.slice(1).entries()) {
      const before = phases[i]!.packets;
      assert.ok(packets <= 16 * before, `${packets} packets after ${before}`);
    }
  }
});

describe('the latency', () => {
  for (const rttUs of [0, 10, 1000, 300_000]) {
    it(`is half of a round trip of ${rttUs} us, and of the time that the bytes take, on both sides`, () => {
      const link = { ...LINK, delayUs: rttUs / 2, bytesPerS: 1e6 };
      const measure = { ...MEASURE, monitorBandwidth: false };
      const pair = new VirtualPair({ measure, up: link, down: link }).start();
      pair.runUntil(() => pair.listener.latenciesUs.length >= 4);
      // Ping, Pong and Pong have 110 bytes each, which take 110 us on the way there and on the way back.
      const dueUs = rttUs / 2 + 110;
      for (const latencyUs of [...pair.client.latenciesUs, ...pair.listener.latenciesUs]) {
        assert.ok(Math.abs(latencyUs - dueUs) < 0.01, `${latencyUs} us where ${dueUs} us were due`);
      }
    });
  }

  it('is half of the sum where the ways differ', () => {
    const measure = { ...MEASURE, monitorBandwidth: false };
    const up = { ...LINK, delayUs: 1000, bytesPerS: 110e6 };
    const down = { ...LINK, delayUs: 9000, bytesPerS: 110e6 };
    const pair = new VirtualPair({ measure, up, down }).start().runUntilLatencies(2);
    for (const latencyUs of pair.client.latenciesUs)
      assert.ok(Math.abs(latencyUs - 5001) < 0.01, `${latencyUs}`);
  });

  it('is not that of a Ping behind Up data', () => {
    const measure = { ...MEASURE, direction: 'up', bound: { kind: 'size', testSizeBytes: 2e6 } } as const;
    const pair = new VirtualPair({ measure, up: { ...LINK, maxChunkBytes: 65_536 } }).start();
    pair.runUntilLatencies(4);
    for (const latencyUs of pair.client.latenciesUs) assert.ok(latencyUs < 1100, `${latencyUs} us`);
  });
});
