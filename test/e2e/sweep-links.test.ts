/** Links of a sweep, to peers on loopback. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openSweepLinks } from '../../src/control/sweep-links.js';
import { loadBatchCalls } from '../../src/io/batch/calls.js';
import type { Measured, SweepDirection, SweepLink, SweepLinks, SweepOptions } from '../../src/sweep/types.js';
import type { Lifetime } from '../support/children.js';
import { startInstance, startListener } from '../support/instance.js';
import { originalListener } from '../support/original/socket.js';
import { freePort } from '../support/ports.js';
import { linkOptions } from '../support/sweep-links/options.js';

const HOST = '127.0.0.1';
const DIRECTIONS = ['up', 'down'] as const;
const PHASE_US = 60_000;
const NO_NATIVE = fileURLToPath(new URL('../support/no-native.js', import.meta.url));
const batches = { skip: loadBatchCalls().reason ?? false };

describe('links of a sweep on loopback', { concurrency: 3 }, () => {
  test('all three ways are measured over the same port, at sizes up and down', async (t) => {
    const port = await freePort();
    const args = ['--name', 'there', '--listen', `tcp:${HOST}:${port}`];
    const listener = await startListener(t, args, `udp:${HOST}:${port}`);
    await listener.atLeast(2, 'listening');
    const { links } = await open(t, linkOptions(HOST, port, { ways: ['udp-unreliable', 'udp', 'tcp'] }));
    assert.deepEqual(
      links.map(({ way, version, family, peerName }) => [way, version, family, peerName]),
      ['udp-unreliable', 'udp', 'tcp'].map((way) => [way, 2, 4, 'there']),
    );
    for (const link of links) {
      for (const sizeBytes of [100, link.way === 'tcp' ? 5_000_000 : 60_000, 1400]) {
        for (const direction of DIRECTIONS) {
          const measured = await measure(link, sizeBytes, direction);
          assert.equal(measured.bytes, measured.packets * sizeBytes);
          assert.ok(measured.packets > 0 && measured.goodputBps > 0);
          assert.ok((measured.idle?.count ?? 0) > 0 && measured.cpuShare > 0);
          assert.equal(measured.residual === null, link.way === 'tcp');
          if (link.way === 'udp') assert.equal(measured.residual, 0);
        }
      }
    }
    assert.equal(listener.all('lost').length, 0, 'over one connection a way');
  });

  test('a datagram has the size that is foretold, but for the digits of its number', batches, async (t) => {
    const { port } = await startListener(t, [], `udp:${HOST}:0`);
    const { links } = await open(t, linkOptions(HOST, port));
    const [link] = links;
    assert.ok(link);
    const headBytes = link.datagramBytes(1400) - 1400;
    assert.ok(headBytes > 80 && headBytes < 128, `${headBytes}`);
    assert.equal(link.datagramBytes(10_000) - 10_000, headBytes + 1, 'one more digit of the size');
    for (const direction of DIRECTIONS) {
      assert.deepEqual(
        await link.probe(direction, 65_507),
        { kind: 'arrived' },
        'the largest of UDP over IPv4',
      );
      assert.notEqual((await link.probe(direction, 65_508)).kind, 'arrived');
    }
  });

  test('a size that is not served leaves the next one as it is', async (t) => {
    const { port } = await startListener(t, ['--max-packet-size', '10000'], `udp:${HOST}:0`);
    const { links } = await open(t, linkOptions(HOST, port));
    const [link] = links;
    assert.ok(link);
    for (const direction of DIRECTIONS) {
      const order = { round: 0, way: link.way, direction, sizeBytes: 10_001 };
      const refused = await link.measure(order, PHASE_US);
      assert.deepEqual(refused, {
        kind: 'unmeasured',
        code: 'REFUSED',
        text: 'the peer serves no such phase: its limit of packet_size is 10000',
      });
      const { code } = (await link.measure({ ...order, sizeBytes: 64_000 }, PHASE_US)) as { code?: string };
      assert.equal(code, 'UNSUPPORTED', 'no datagram carries it');
      assert.ok((await measure(link, 10_000, direction)).packets > 0);
    }
  });

  test('an original is measured as far as it goes', async (t) => {
    const { port } = await originalListener(t, 'original');
    const { links, notices } = await open(t, linkOptions(HOST, port, { ways: ['udp', 'udp-unreliable'] }));
    const [link, unreliable] = links;
    assert.ok(link && unreliable);
    assert.deepEqual([link.version, link.peerName], [1, 'original']);
    assert.match(notices.at(-1) ?? '', /^original speaks version 1/);
    for (const sizeBytes of [500, 3900, 100]) {
      for (const direction of DIRECTIONS) {
        const measured = await measure(link, sizeBytes, direction);
        assert.equal(measured.bytes, measured.packets * sizeBytes);
        assert.deepEqual([measured.lost, measured.residual, measured.loaded], [null, null, null]);
      }
    }
    const order = { round: 0, way: link.way, direction: 'up', sizeBytes: 5000 } as const;
    const above = await link.measure(order, PHASE_US);
    assert.ok(above.kind === 'unmeasured' && /an original gets at most 3992 bytes/.test(above.text));
    const lossy = await unreliable.measure({ ...order, sizeBytes: 500 }, PHASE_US);
    assert.ok(lossy.kind === 'unmeasured' && /version 1, which knows no unreliable data/.test(lossy.text));
    const probe = await link.probe('up', 1000);
    assert.ok(probe.kind === 'impossible' && /version 1/.test(probe.text), JSON.stringify(probe));
  });

  test('a peer whose system can`t keep datagrams whole answers no probe of its own', batches, async (t) => {
    const listener = startInstance(t, ['--listen', `udp:${HOST}:0`], { imports: [NO_NATIVE] });
    const { local } = await listener.line('listening');
    const { links } = await open(t, linkOptions(HOST, local.port));
    const [link] = links;
    assert.ok(link);
    assert.deepEqual(await link.probe('up', 1400), { kind: 'arrived' });
    const down = await link.probe('down', 1400);
    assert.ok(down.kind === 'impossible' && /split/.test(down.text), JSON.stringify(down));
  });

  test('without batches of our own nothing is probed, and the rest is measured', async (t) => {
    const { port } = await startListener(t, [], `udp:${HOST}:0`);
    const { links } = await open(t, linkOptions(HOST, port, { udpIo: 'dgram' }));
    const [link] = links;
    assert.ok(link);
    const probe = await link.probe('up', 1400);
    assert.deepEqual(probe, {
      kind: 'impossible',
      text: '--udp-io dgram does not keep datagrams from being split',
    });
    assert.ok((await measure(link, 1400, 'down')).packets > 0);
  });

  test('a connection that is lost between two orders is made again', async (t) => {
    const port = await freePort('udp');
    const first = await startListener(t, [], `udp:${HOST}:${port}`);
    const { links } = await open(t, linkOptions(HOST, port, { timeoutMs: 1000 }));
    const [link] = links;
    assert.ok(link);
    assert.ok((await measure(link, 1400, 'up')).packets > 0);
    await first.stop();
    const away = await link.measure({ round: 0, way: 'udp', direction: 'up', sizeBytes: 1400 }, PHASE_US);
    assert.equal(away.kind, 'unmeasured');
    await startListener(t, [], `udp:${HOST}:${port}`);
    assert.ok((await measure(link, 1400, 'up')).packets > 0);
  });

  test('what is under way when the links are closed comes to an end', async (t) => {
    const { port } = await startListener(t, [], `udp:${HOST}:0`);
    const opened = await openSweepLinks(linkOptions(HOST, port), () => {});
    const [link] = opened.links;
    assert.ok(link);
    const order = { round: 0, way: 'udp', direction: 'up', sizeBytes: 1400 } as const;
    const endless = link.measure(order, 60e6);
    await opened.close();
    const stopped = { kind: 'unmeasured', code: 'STOPPED', text: 'the sweep was ended' };
    assert.deepEqual(await endless, stopped);
    assert.deepEqual(await link.measure(order, PHASE_US), stopped);
  });

  test('a peer that can`t be reached is an error with its cause', async (t) => {
    for (const way of ['tcp', 'udp'] as const) {
      const options = linkOptions(HOST, await freePort(way), { ways: [way], timeoutMs: 1000 });
      await assert.rejects(open(t, options), {
        code: 'ERR_CONNTEST_INPUT',
        message: /^udp:\/\/127\.0\.0\.1:\d+ can't be reached: connection refused: .* \(ECONNREFUSED\)$/,
      });
    }
    await assert.rejects(open(t, linkOptions('no-such-host.invalid', 1)), {
      code: 'ERR_CONNTEST_INPUT',
      message: /can't be reached: the name does not resolve/,
    });
  });
});

async function open(
  t: Lifetime,
  options: SweepOptions,
): Promise<Pick<SweepLinks, 'links'> & { readonly notices: string[] }> {
  const notices: string[] = [];
  const opened = await openSweepLinks(options, (text) => notices.push(text));
  t.after(() => opened.close());
  return { links: opened.links, notices };
}

async function measure(link: SweepLink, sizeBytes: number, direction: SweepDirection): Promise<Measured> {
  const outcome = await link.measure({ round: 0, way: link.way, sizeBytes, direction }, PHASE_US);
  assert.ok(outcome.kind === 'measured', `${link.way} ${sizeBytes} ${direction}: ${JSON.stringify(outcome)}`);
  return outcome;
}
