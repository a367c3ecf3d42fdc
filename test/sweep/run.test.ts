import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSweep, type SweepEvent, type SweepWorld } from '../../src/sweep/run.js';
import type { SweepLink, SweepOptions } from '../../src/sweep/types.js';
import { FakeLink, HEAD_BYTES, PLAIN_PATH } from './fake-links.js';
import { OPTIONS } from './options.js';

interface FakeWorld extends SweepWorld {
  ask(): void;
}

/** @param handle sees each event as it happens */
function world(handle: (event: SweepEvent, ask: () => void) => void = () => {}): FakeWorld {
  let resolve = (): void => {};
  const asked = new Promise<void>((done) => {
    resolve = done;
  });
  const stop = { isAsked: false, asked };
  const ask = (): void => {
    stop.isAsked = true;
    resolve();
  };
  return { now: () => 1_795_454_730_299, stop, ask, handleEvent: (event) => handle(event, ask) };
}

const AUTO: SweepOptions = { ...OPTIONS, sizes: { kind: 'auto' } };

test('with auto sizes the MTU of each direction is found first, and sizes stand around it', async () => {
  const events: SweepEvent[] = [];
  const link = new FakeLink('udp', { ...PLAIN_PATH });
  const { paths, sizesBytes, samples, isComplete } = await runSweep(
    AUTO,
    [link],
    world((event) => void events.push(event)),
  );
  assert.deepEqual(
    paths.map(({ direction, found, kernelBytes, kernelAfterBytes, after }) => ({
      direction,
      mtu: found?.mtuBytes,
      kernelBytes,
      kernelAfterBytes,
      after,
    })),
    [
      { direction: 'up', mtu: 1400, kernelBytes: 1400, kernelAfterBytes: 1400, after: 'same' },
      { direction: 'down', mtu: 1400, kernelBytes: null, kernelAfterBytes: null, after: 'same' },
    ],
  );
  assert.ok(sizesBytes.includes(1400 - 28 - HEAD_BYTES));
  assert.ok(isComplete);
  assert.equal(samples.length, sizesBytes.length * 2 * AUTO.rounds);
  const kinds = events.map(({ kind }) => kind);
  assert.ok(kinds.lastIndexOf('mtu-probe') < kinds.indexOf('plan'));
  assert.ok(kinds.indexOf('plan') < kinds.indexOf('sample'));
  const last = events.at(-1)!;
  assert.ok(last.kind === 'sample' && last.done === last.orders);
  const rounds = events.flatMap((event) => (event.kind === 'round' ? [event.result.samples.length] : []));
  assert.deepEqual(
    rounds,
    [1, 2, 3, 4].map((round) => sizesBytes.length * 2 * round),
    'what is known after each round but the last',
  );
});

test('given sizes are measured as they are, and only the system is asked for the MTU', async () => {
  const link = new FakeLink('udp', { ...PLAIN_PATH });
  const { paths, sizesBytes } = await runSweep(OPTIONS, [link], world());
  assert.deepEqual(sizesBytes, [1200, 1326, 1327]);
  assert.deepEqual(link.probes, []);
  assert.deepEqual(
    paths.map(({ found, kernelBytes }) => [found, kernelBytes]),
    [
      [null, 1400],
      [null, null],
    ],
  );
});

test('three ways take turns, each over its own link, and TCP has no MTU', async () => {
  const ways = ['udp-unreliable', 'udp', 'tcp'] as const;
  const links = ways.map((way) => new FakeLink(way, { ...PLAIN_PATH }));
  const { samples } = await runSweep({ ...OPTIONS, ways }, links, world());
  for (const [index, way] of ways.entries()) {
    assert.ok(links[index]!.orders.every((order) => order.way === way));
    assert.equal(links[index]!.orders.length, samples.length / 3);
  }
  const alone = new FakeLink('tcp', { ...PLAIN_PATH });
  const { paths, sizesBytes } = await runSweep({ ...AUTO, ways: ['tcp'] }, [alone], world());
  assert.deepEqual(paths, []);
  assert.equal(sizesBytes.at(-1), 5_000_000);
});

test('a size of which nothing arrived twice is tried again in the last round only', async () => {
  const path = { ...PLAIN_PATH, carriesFragments: false };
  const link = new FakeLink('udp', path);
  await runSweep({ ...OPTIONS, rounds: 6, directions: ['up'] }, [link], world());
  const rounds = (size: number): number[] =>
    link.orders.filter(({ sizeBytes }) => sizeBytes === size).map(({ round }) => round);
  assert.deepEqual(rounds(1327), [0, 1, 5]);
  assert.deepEqual(rounds(1326), [0, 1, 2, 3, 4, 5]);
});

test('data that no datagram carries is not asked for', async () => {
  const link = new FakeLink('udp', { ...PLAIN_PATH });
  const sizes = { kind: 'list', sizesBytes: [1200, 65_500] } as const;
  const { samples } = await runSweep({ ...OPTIONS, sizes }, [link], world());
  assert.ok(link.orders.every(({ sizeBytes }) => sizeBytes === 1200));
  const large = samples.find(({ sizeBytes }) => sizeBytes === 65_500)!;
  assert.deepEqual(large.outcome, {
    kind: 'unmeasured',
    code: 'EMSGSIZE',
    text: `no datagram carries more than ${65_507 - HEAD_BYTES} bytes of data here`,
  });
});

test('a path that changes while it is measured is noticed at the end', async () => {
  for (const [mtuBytes, expected] of [
    [1380, 'smaller'],
    [1420, 'larger'],
  ] as const) {
    const path = { ...PLAIN_PATH };
    const changing = world(({ kind }) => {
      if (kind === 'plan') Object.assign(path, { mtuBytes, kernelBytes: mtuBytes });
    });
    const { paths } = await runSweep(AUTO, [new FakeLink('udp', path)], changing);
    assert.deepEqual(
      paths.map(({ after }) => after),
      [expected, expected],
    );
    assert.deepEqual([paths[0]?.kernelBytes, paths[0]?.kernelAfterBytes], [1400, mtuBytes]);
  }
});

test('where the MTU can not be probed the sweep says why and goes on', async () => {
  const link = new FakeLink('udp', { ...PLAIN_PATH });
  link.probe = async () => ({ kind: 'impossible', text: 'koffi is not installed' });
  const { paths, sizesBytes, isComplete } = await runSweep(AUTO, [link], world());
  assert.deepEqual(
    paths.map(({ found, problem }) => [found, problem]),
    [
      [null, 'koffi is not installed'],
      [null, 'koffi is not installed'],
    ],
  );
  assert.ok(isComplete && sizesBytes.includes(1400 - 28 - HEAD_BYTES));
});

test('asked to stop it ends at once, whatever is under way, with what it has', async () => {
  const stopping = world();
  const link: SweepLink = new FakeLink('udp', { ...PLAIN_PATH });
  const measure = link.measure.bind(link);
  let orders = 0;
  link.measure = (order, phaseUs) => {
    orders++;
    if (orders < 5) return measure(order, phaseUs);
    stopping.ask();
    return new Promise(() => {});
  };
  const { samples, isComplete } = await runSweep(OPTIONS, [link], stopping);
  assert.deepEqual([samples.length, orders, isComplete], [4, 5, false]);
});

test('asked to stop while it searches, it measures nothing', async () => {
  const link = new FakeLink('udp', { ...PLAIN_PATH });
  const stopping = world(({ kind }, ask) => {
    if (kind === 'mtu-probe') ask();
  });
  const { paths, samples, isComplete } = await runSweep(AUTO, [link], stopping);
  assert.deepEqual([paths, samples, isComplete], [[], [], false]);
  assert.deepEqual(link.orders, []);
});
