/** Links of a sweep over cables of different MTUs, and over routers that say what is too large, or do not. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadBatchCalls } from '../../src/io/batch/calls.js';
import type { MtuProbeOutcome, SweepDirection, SweepOptions } from '../../src/sweep/types.js';
import { type Lifetime, spawnChild } from '../support/children.js';
import { startListener } from '../support/instance.js';
import { makeLab, RIGHT_IP, whyNoLab } from '../support/netns.js';
import { makePath, type Path, SERVER_IPS } from '../support/path.js';
import { linkOptions } from '../support/sweep-links/options.js';
import { RemoteLinks } from '../support/sweep-links/remote.js';

const PORT = 1234;
const lab = { skip: whyNoLab() || (loadBatchCalls().reason ?? false) };
const DIRECTIONS = ['up', 'down'] as const;

/** IP and UDP in front of a datagram's payload. */
const HEAD_BYTES = { 4: 28, 6: 48 } as const;

describe('links of a sweep', { concurrency: 3 }, () => {
  for (const mtuBytes of [1400, 1500, 9000]) {
    test(`a cable that carries ${mtuBytes} bytes is found to do so`, lab, async (t) => {
      const cable = makeLab(t);
      for (const side of ['left', 'right'] as const) {
        cable.run(side, ['ip', 'link', 'set', 'cable', 'mtu', String(mtuBytes)]);
      }
      await startListener(t, [], `udp:0.0.0.0:${PORT}`, cable.on('right'));
      const links = await RemoteLinks.open(t, linkOptions(RIGHT_IP, PORT), cable.on('left').prefix);
      assert.equal(await links.kernelMtuBytes(), mtuBytes);
      for (const direction of DIRECTIONS) assert.equal(await searchMtu(links, direction), mtuBytes);
      const above = mtuBytes + 1 - HEAD_BYTES[4];
      assert.deepEqual(await links.probe('up', above), { kind: 'refused', mtuBytes });
      assert.deepEqual(await links.probe('down', above), { kind: 'lost' });
    });
  }

  for (const family of [4, 6] as const) {
    test(
      `a narrow link behind a router is found where ICMP tells of it, over IPv${family}`,
      lab,
      async (t) => {
        const { links, path } = await startPath(t, 1400, {}, family);
        assert.equal(links.facts[0]?.family, family);
        assert.equal(await links.kernelMtuBytes(), 1500);
        for (const direction of DIRECTIONS) assert.equal(await searchMtu(links, direction, family), 1400);
        const outcome = await links.probe('up', 1401 - HEAD_BYTES[family]);
        assert.deepEqual(outcome, { kind: 'refused', mtuBytes: 1400 });
        assert.equal(await links.kernelMtuBytes(), 1400, 'the kernel has learnt it as well');
        path.setMtu(1500);
        const [size] = [1500 - HEAD_BYTES[family]];
        for (const direction of DIRECTIONS) {
          assert.deepEqual(
            await links.probe(direction, size),
            { kind: 'arrived' },
            'whatever the kernel still holds',
          );
        }
      },
    );
  }

  test('a narrow link behind a router is found where nobody tells of it', lab, async (t) => {
    const { links, path } = await startPath(t, 1400);
    path.dropIcmp();
    for (const direction of DIRECTIONS) {
      assert.equal(await searchMtu(links, direction), 1400);
      assert.deepEqual(await links.probe(direction, 1401 - HEAD_BYTES[4]), { kind: 'lost' });
    }
    assert.equal(await links.kernelMtuBytes(), 1500, 'the kernel believes in a black hole');
  });

  test('a link that becomes narrower, and wider, is seen to', lab, async (t) => {
    const { links, path } = await startPath(t, 1500);
    const kinds = async () => {
      const outcomes: string[] = [];
      for (const mtu of [1300, 1500]) outcomes.push((await links.probe('down', mtu - HEAD_BYTES[4])).kind);
      return outcomes;
    };
    assert.deepEqual(await kinds(), ['arrived', 'arrived']);
    path.setMtu(1300);
    assert.deepEqual(await kinds(), ['arrived', 'lost']);
    path.setMtu(1500);
    assert.deepEqual(await kinds(), ['arrived', 'arrived']);
  });

  test('a size whose fragments are dropped is not measured, and the next one is', lab, async (t) => {
    const { links, path } = await startPath(t, 1500, { ways: ['udp', 'udp-unreliable'], timeoutMs: 500 });
    path.dropFragments();
    for (const direction of DIRECTIONS) {
      const large = await links.measure(3000, direction);
      assert.deepEqual([large.kind, large.kind === 'unmeasured' && large.code], ['unmeasured', 'TIMEOUT']);
      const small = await links.measure(1000, direction);
      assert.ok(small.kind === 'measured' && small.goodputBps > 0 && small.residual === 0);
      const unreliable = await links.measure(3000, direction, 1);
      assert.ok(unreliable.kind === 'measured' && unreliable.packets === 0);
      assert.ok((unreliable.lost ?? 0) > 0 && unreliable.residual === unreliable.lost);
      assert.equal(unreliable.goodputBps, 0);
    }
  });

  test('datagrams that the socket may not split are told to be too large', lab, async (t) => {
    const { target } = linkOptions(SERVER_IPS[4], PORT);
    const whole = { ...target, socket: { ...target.socket, dontFragment: true } };
    const { links } = await startPath(t, 1500, { target: whole, timeoutMs: 500 });
    const large = await links.measure(3000, 'up');
    assert.deepEqual([large.kind, large.kind === 'unmeasured' && large.code], ['unmeasured', 'EMSGSIZE']);
    assert.equal((await links.measure(1000, 'up')).kind, 'measured');
  });

  test('an original on the other side is measured at several sizes', lab, async (t) => {
    const cable = makeLab(t);
    const program = fileURLToPath(new URL('../support/original/main.js', import.meta.url));
    const original = spawnChild(t, [
      ...(cable.on('right').prefix ?? []),
      process.execPath,
      program,
      String(PORT),
    ]);
    await once(original.stdout!, 'data');
    const links = await RemoteLinks.open(t, linkOptions(RIGHT_IP, PORT), cable.on('left').prefix);
    assert.equal(links.facts[0]?.version, 1);
    for (const sizeBytes of [1000, 3000, 200]) {
      for (const direction of DIRECTIONS) {
        const outcome = await links.measure(sizeBytes, direction);
        assert.ok(outcome.kind === 'measured' && outcome.goodputBps > 0, JSON.stringify(outcome));
        assert.equal(outcome.bytes, outcome.packets * sizeBytes);
        assert.deepEqual([outcome.lost, outcome.loaded], [null, null]);
      }
    }
  });
});

async function startPath(
  t: Lifetime,
  mtuBytes: number,
  given: Partial<SweepOptions> = {},
  family: 4 | 6 = 4,
): Promise<{ links: RemoteLinks; path: Path }> {
  const path = makePath(t, mtuBytes);
  await startListener(t, [], `udp:[::]:${PORT}`, { prefix: path.prefix('server') });
  const links = await RemoteLinks.open(
    t,
    linkOptions(SERVER_IPS[family], PORT, given),
    path.prefix('client'),
  );
  return { links, path };
}

/** The largest IP packet that arrives, by bisection. */
async function searchMtu(links: RemoteLinks, direction: SweepDirection, family: 4 | 6 = 4): Promise<number> {
  let passes = 1280;
  let fails = 9216;
  while (fails - passes > 1) {
    const middle = Math.floor((passes + fails) / 2);
    const outcome: MtuProbeOutcome = await links.probe(direction, middle - HEAD_BYTES[family]);
    assert.notEqual(outcome.kind, 'impossible');
    if (outcome.kind === 'arrived') passes = middle;
    else fails = middle;
  }
  return passes;
}
