/** Single phases on order over one connection, each of another size: what a sweep does. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MeasurePlan } from '../../src/options/types.js';
import type { SessionEvent } from '../../src/session/event.js';
import { DatagramPair, PATH } from '../support/datagram-pair.js';
import { VersionedPair } from '../support/versioned-pair.js';
import { MEASURE, VirtualPair } from '../support/virtual-pair.js';

const IDLE: MeasurePlan = {
  ...MEASURE,
  monitorBandwidth: false,
  pingIntervalUs: 5000,
  bound: { kind: 'time', phaseUs: 100_000 },
};

type Side = 'client' | 'listener';
type Of<Type extends SessionEvent['type']> = Extract<SessionEvent, { type: Type }>;

/** One connection that measures nothing but what it is asked for. */
interface Ordered {
  measure: MeasurePlan;
  runUntil(isDone: () => boolean): unknown;
  eventsOf(side: Side): readonly SessionEvent[];
}

function overStream(pair: VirtualPair | VersionedPair): Ordered {
  pair.start();
  return Object.assign(pair, {
    eventsOf: (side: Side) => pair[side].events.map(({ event }) => event),
  });
}

function overDatagrams(pair: DatagramPair): Ordered {
  return Object.assign(pair, { eventsOf: (side: Side) => pair[side].events });
}

function of<Type extends SessionEvent['type']>(link: Ordered, side: Side, type: Type): Of<Type>[] {
  return link.eventsOf(side).flatMap((event) => (event.type === type ? [event as Of<Type>] : []));
}

/** The phase as both ends have it; null: it was refused. */
function order(link: Ordered, plan: Partial<MeasurePlan>): Record<Side, Of<'phase'>> | null {
  const count = (side: Side) => of(link, side, 'phase').length + of(link, side, 'refused').length;
  const before = { client: count('client'), listener: count('listener') };
  const started = of(link, 'client', 'phase-started').length;
  link.measure = { ...IDLE, ...plan, monitorBandwidth: true };
  link.runUntil(() => of(link, 'client', 'phase-started').length > started);
  link.measure = IDLE;
  link.runUntil(() => count('client') > before.client && count('listener') > before.listener);
  if (
    link.eventsOf('client').findLast(({ type }) => type === 'phase' || type === 'refused')?.type === 'refused'
  )
    return null;
  return { client: of(link, 'client', 'phase').at(-1)!, listener: of(link, 'listener', 'phase').at(-1)! };
}

const LARGE = 5_000_000;
const FAST = { ...PATH, delayUs: 1000, rateBps: 100e6, queueBytes: 1_000_000 };

const LINKS = {
  'version 1 over a stream': {
    make: () => overStream(new VirtualPair({ measure: IDLE })),
    sizes: [100, LARGE, 1400, 64_000, 10, LARGE],
  },
  'version 2 over a stream': {
    make: () => overStream(new VersionedPair({ measure: IDLE })),
    sizes: [100, LARGE, 1400, 64_000, 10, LARGE],
  },
  'version 2 over datagrams': {
    make: () => overDatagrams(new DatagramPair({ measure: IDLE, up: FAST, down: FAST })),
    sizes: [100, 63_000, 1400, 9000, 8, 63_000],
  },
};

for (const [name, { make, sizes }] of Object.entries(LINKS)) {
  describe(`a connection of ${name} that is asked for single phases`, () => {
    it('has each of the size, direction and time it was asked for, whatever the one before', () => {
      const link = make();
      for (const packetSizeBytes of sizes) {
        for (const direction of ['up', 'down'] as const) {
          const phase = order(link, { packetSizeBytes, direction });
          assert.ok(phase);
          for (const end of [phase.client, phase.listener]) {
            assert.equal(end.direction, direction);
            assert.ok(end.packets > 0);
            assert.equal(end.bytes, end.packets * packetSizeBytes);
          }
          assert.equal(phase.client.packets, phase.listener.packets);
          assert.equal(phase.client.detail?.report.residual ?? 0, 0);
        }
      }
    });

    it('pings between them, and does nothing else', () => {
      const link = make();
      order(link, { packetSizeBytes: 1400, direction: 'up' });
      const before = of(link, 'client', 'latency').length;
      link.runUntil(() => of(link, 'client', 'latency').length >= before + 20);
      assert.equal(of(link, 'client', 'phase-started').length, 1);
    });
  });
}

describe('a connection that is asked for single phases', () => {
  it('plans in version 1 each size from what that size has shown', () => {
    const link = overStream(new VirtualPair({ measure: IDLE }));
    const packets = (packetSizeBytes: number) => {
      return order(link, { packetSizeBytes, direction: 'up' })?.client.packets ?? 0;
    };
    assert.deepEqual([packets(1000), packets(100)], [64, 640]);
    assert.ok(packets(1000) > 800, '1 MB in 100 ms, where the first phase showed 10 MB/s');
    assert.ok(packets(100) > 5000, 'the same of small ones');
  });

  it('is served a smaller size after one that was refused', () => {
    const limits = {
      maxPacketSizeBytes: 10_000,
      maxPhaseUs: 1e9,
      maxPhaseBytes: 1e9,
      keepsRate: true,
      pathProbes: 'none',
    } as const;
    const link = overStream(new VersionedPair({ measure: IDLE, limits }));
    for (const direction of ['up', 'down'] as const) {
      assert.equal(order(link, { packetSizeBytes: 10_001, direction }), null);
      assert.ok(order(link, { packetSizeBytes: 10_000, direction }));
      assert.equal(order(link, { packetSizeBytes: 10_001, direction }), null);
    }
  });

  it('gets by without what a path of datagrams drops for its size', () => {
    const narrow = { ...FAST, mtuBytes: 1500 };
    const link = overDatagrams(new DatagramPair({ measure: IDLE, up: narrow, down: narrow }));
    for (const direction of ['up', 'down'] as const) {
      const unreliable = { reliable: false, rateBps: 10e6, direction };
      const lost = order(link, { ...unreliable, packetSizeBytes: 3000 });
      assert.equal(lost?.client.packets, 0);
      assert.equal(lost?.client.detail?.report.residual, lost?.client.detail?.sent.packets);
      assert.ok((order(link, { ...unreliable, packetSizeBytes: 1000 })?.client.packets ?? 0) > 0);
      const probe = { ...unreliable, rateBps: 0, bound: { kind: 'size', testSizeBytes: 1 } } as const;
      assert.equal(order(link, { ...probe, packetSizeBytes: 1380 })?.client.packets, 1);
      assert.equal(order(link, { ...probe, packetSizeBytes: 1500 })?.client.packets, 0);
      assert.equal(
        order(link, { ...probe, packetSizeBytes: 65_000 })?.client.packets,
        0,
        "above a phase's most",
      );
    }
  });
});
