/** The modes of latency= on real sockets: both ends work in each, and the rest of a shard goes on. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadLibc } from '../../src/io/libc.js';
import { startInstance, startListener } from '../support/instance.js';
import type { PeerLine } from '../support/lines.js';

const kernel = { skip: loadLibc().reason ?? false };

describe('latency=', { concurrency: 2 }, () => {
  for (const latency of ['block', 'spin'] as const) {
    test(`both ends measure with latency=${latency} over UDP, and nothing is lost`, kernel, async (t) => {
      const receiver = await startListener(t, ['-i', '200ms'], `udp:127.0.0.1:0?latency=${latency}`);
      const uri = `udp://127.0.0.1:${receiver.port}?latency=${latency}&monitor-bandwidth&phase=100ms&ping-interval=20ms`;
      const sender = startInstance(t, ['--connect', uri, '-i', '200ms']);
      const isMeasured = (peer: PeerLine): boolean =>
        peer.up.phases > 0 && peer.down.phases > 0 && peer.latency.count > 2;
      await Promise.all([sender.peer('clients', isMeasured), receiver.peer('servers', isMeasured)]);
      assert.equal(await sender.stop(), 0);
      const { clients } = await sender.line('summary');
      assert.equal(clients[0]?.up.packets_residual, 0);
      assert.equal(clients[0]?.down.packets_residual, 0);
      await receiver.line('lost');
      assert.equal(await receiver.stop(), 0);
    });

    test(`TCP connections of a shard with latency=${latency} go on`, kernel, async (t) => {
      const others = ['--listen', 'tcp:127.0.0.1:0', '--workers', '1'];
      const receiver = await startListener(t, others, `udp:127.0.0.1:0?latency=${latency}`);
      const listening = await receiver.atLeast(2, 'listening');
      const port = (protocol: string): number =>
        listening.find(({ target }) => target.startsWith(protocol))?.local.port ?? 0;
      const sender = startInstance(t, [
        ...['--workers', '1', '-i', '200ms'],
        ...['--connect', `udp://127.0.0.1:${port('udp')}?latency=${latency}`],
        ...['--connect', `tcp://127.0.0.1:${port('tcp')}?monitor-bandwidth&phase=100ms&rate=80mbit`],
      ]);
      const isMeasured = ({ protocol, up, down, latency: { count } }: PeerLine): boolean =>
        protocol === 'tcp' && up.phases > 1 && down.phases > 1 && count > 0;
      await sender.line('snapshot', ({ clients }) => clients.some(isMeasured));
      assert.equal(await sender.stop(), 0);
    });
  }

  test('latency=spin is for TCP as well, at both ends', async (t) => {
    const receiver = await startListener(t, [], 'tcp:127.0.0.1:0?latency=spin');
    const uri = `tcp://127.0.0.1:${receiver.port}?latency=spin&ping-interval=0`;
    const sender = startInstance(t, ['--connect', uri, '-i', '200ms']);
    await sender.peer('clients', ({ latency }) => latency.count > 100);
    assert.equal(await sender.stop(), 0);
  });

  test('where the system calls of Linux are not known, UDP can only wait for the event loop', async (t) => {
    const imports = [new URL('../support/no-native.js', import.meta.url).href];
    for (const args of [
      ['--listen', 'udp:127.0.0.1:0?latency=spin'],
      ['--connect', 'udp://127.0.0.1:9?latency=spin'],
    ]) {
      const instance = startInstance(t, args, { imports });
      assert.equal(await instance.ended(), 2);
      assert.match(instance.stderr, /latency=spin over UDP is not available \(/);
    }
  });

  test('where they are not known an option of a socket is refused by name, of a listener as of a client', async (t) => {
    const imports = [new URL('../support/no-native.js', import.meta.url).href];
    const query = 'dscp=ef&df=on&sndbuf=64kb&rcvbuf=64kb';
    for (const [flag, text] of [
      ['--listen', `tcp:127.0.0.1:0?${query}`],
      ['--connect', `udp://127.0.0.1:9?${query}`],
    ] as const) {
      const instance = startInstance(t, [flag, text], { imports });
      assert.equal(await instance.ended(), 2);
      const problem = `conntest: ${flag} '${text}': not available here: dscp or tos, sndbuf, rcvbuf, df (`;
      assert.ok(instance.stderr.startsWith(problem), instance.stderr);
    }
  });

  test('latency=spin over UDP and --udp-io dgram exclude each other', async (t) => {
    const instance = startInstance(t, ['--listen', 'udp:127.0.0.1:0?latency=spin', '--udp-io', 'dgram']);
    assert.equal(await instance.ended(), 2);
    assert.match(instance.stderr, /latency=spin over UDP is not available \(--udp-io dgram leaves/);
  });
});
