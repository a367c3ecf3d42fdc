/** Two instances that measure each other over UDP, on real sockets of one machine. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startInstance, startListener } from '../support/instance.js';
import type { LineOf, PeerLine } from '../support/lines.js';
import { freePort } from '../support/ports.js';

const ANY_PORT = 'udp:127.0.0.1:0';

/** A receiver that is kept waiting by a busy machine takes the time of a phase to be shorter or longer than it was: one
 *  of each direction must be shown at the rate, and none may be sent faster. */
const RATE_TOLERANCE = 0.02;

describe('UDP between two instances', { concurrency: 3 }, () => {
  test('the two commands measure each other over UDP in version 2, and both sides show the same', async (t) => {
    const receiver = await startListener(t, ['--name', 'receiver'], ANY_PORT);
    const uri = `udp://127.0.0.1:${receiver.port}?monitor-bandwidth&packet-size=1400&phase=400ms`;
    const sender = startInstance(t, ['--name', 'sender', '--connect', uri, '--workers', '2']);
    await sender.atLeast(4, 'phase');
    assert.equal(await sender.stop(), 0);
    await receiver.line('lost');
    assert.equal(await receiver.stop(), 0);

    const client = onlyPeer((await sender.line('summary')).clients);
    const server = onlyPeer((await receiver.line('summary')).servers);
    assert.deepEqual([client.peer_name, server.peer_name], ['receiver', 'sender']);
    assert.deepEqual([client.protocol_version, server.protocol_version], [2, 2]);
    for (const direction of ['up', 'down'] as const) {
      assert.ok(client[direction].phases > 1);
      assert.equal(client[direction].packets_residual, 0);
    }
    assertSamePhases(sender.all('phase'), receiver.all('phase'));
  });

  test('two instances listen and connect over UDP at once, each to the other', async (t) => {
    const ports = [await freePort('udp'), await freePort('udp')];
    const [one, two] = ports.map((port, i) =>
      startInstance(t, [
        ...[
          '--name',
          `side${i}`,
          '--listen',
          `udp:127.0.0.1:${port}`,
          '--retry-delay',
          '100ms',
          '-i',
          '200ms',
        ],
        ...['--connect', `udp://127.0.0.1:${ports[1 - i]}?monitor-bandwidth&phase=50ms`],
      ]),
    );
    assert.ok(one && two);
    const isMeasured = (peer: PeerLine): boolean => peer.up.phases > 1 && peer.down.phases > 1;
    for (const instance of [one, two]) {
      await Promise.all([instance.peer('clients', isMeasured), instance.peer('servers', isMeasured)]);
    }
    assert.deepEqual(await Promise.all([one.stop(), two.stop()]), [0, 0]);
  });

  test('fifty connections are served by four workers on either side', async (t) => {
    const many = ['--workers', '4', '-i', '200ms'];
    const receiver = await startListener(t, many, ANY_PORT);
    const uri = `udp://127.0.0.1:${receiver.port}?connections=50&ping-interval=100ms`;
    const sender = startInstance(t, ['--connect', uri, ...many]);
    const snapshot = await sender.peer('clients', (peer) => peer.connections_up === 50);
    assert.deepEqual(snapshot.shards.map(({ connections }) => connections).sort(), [12, 12, 13, 13]);

    const { shards } = await receiver.peer('servers', (peer) => {
      return peer.connections_up === 50 && peer.latency.count >= 500;
    });
    // Which shard a flow goes to is the system's choice: that one of four gets none of 50 has a chance of 2e-6.
    const { shards: sharing } = await receiver.line('listening');
    if (sharing === 4) for (const { connections } of shards) assert.ok(connections > 0);
    assert.equal(receiver.all('connected').length, 50, 'a flow stays with the shard that it came to');
    assert.equal(receiver.all('lost').length, 0);
  });

  test('direction=up and direction=down measure one direction only over UDP', async (t) => {
    const receiver = await startListener(t, [], ANY_PORT);
    const uri = `udp://127.0.0.1:${receiver.port}?monitor-bandwidth&phase=50ms&rate=10mbit`;
    for (const [direction, other] of [
      ['up', 'down'],
      ['down', 'up'],
    ] as const) {
      const sender = startInstance(t, ['--connect', `${uri}&direction=${direction}`, '-i', '200ms']);
      await sender.peer('clients', (peer) => peer[direction].phases > 2 && peer.latency.count > 2);
      assert.equal(await sender.stop(), 0);
      const client = onlyPeer((await sender.line('summary')).clients);
      assert.ok(client[direction].phases > 2 && client.latency.count > 2);
      assert.equal(client[other].phases, 0);
    }
  });

  for (const cc of ['cubic', 'newreno', 'none']) {
    test(`cc=${cc} delivers everything that it sends`, async (t) => {
      const receiver = await startListener(t, [], ANY_PORT);
      const uri = `udp://127.0.0.1:${receiver.port}?monitor-bandwidth&phase=200ms&cc=${cc}`;
      const sender = startInstance(t, ['--connect', uri]);
      const phases = await sender.atLeast(4, 'phase');
      assert.equal(await sender.stop(), 0);
      for (const { packets, rate_bps: rate, detail } of phases) {
        assert.ok(rate > 1e6);
        assert.equal(detail?.sent.packets, packets);
        assert.equal(detail?.report.packets_residual, 0);
      }
    });
  }

  test('test-size ends the phases of UDP after so many packets', async (t) => {
    const receiver = await startListener(t, [], ANY_PORT);
    const uri = `udp://127.0.0.1:${receiver.port}?monitor-bandwidth&packet-size=1000&test-size=1mb`;
    const sender = startInstance(t, ['--connect', uri]);
    for (const direction of ['up', 'down'] as const) {
      const { packets } = await sender.line('phase', (line) => line.direction === direction);
      assert.equal(packets, 1000);
    }
  });

  test('--max-packet-size of the listener refuses larger packets, and the connection goes on', async (t) => {
    const receiver = await startListener(t, ['--max-packet-size', '4kb'], ANY_PORT);
    const uri = `udp://127.0.0.1:${receiver.port}?monitor-bandwidth&packet-size=5kb&ping-interval=20ms`;
    const sender = startInstance(t, ['--connect', uri, '-i', '100ms']);
    const { code } = await sender.line('refused');
    assert.equal(code, 'packet_size');
    await sender.peer('clients', ({ latency }) => latency.count > 20);
    assert.equal(sender.all('lost').length, 0);
  });
});

for (const { options, rateBps } of [
  { options: 'rate=10mbit&reliable=off', rateBps: 10e6 },
  { options: 'rate=20mbit', rateBps: 20e6 },
]) {
  test(`${options} is kept within 2 % in both directions, and loopback loses nothing of it`, async (t) => {
    const receiver = await startListener(t, [], ANY_PORT);
    const uri = `udp://127.0.0.1:${receiver.port}?monitor-bandwidth&phase=300ms&${options}`;
    const sender = startInstance(t, ['--connect', uri]);
    for (const direction of ['up', 'down']) {
      await sender.line('phase', (phase) => {
        return phase.direction === direction && phase.rate_bps > rateBps * (1 - RATE_TOLERANCE);
      });
    }
    assert.equal(await sender.stop(), 0);
    const phases = sender.all('phase');
    for (const phase of phases) {
      const sentBps = sentRateBps(phase);
      assert.ok(sentBps < rateBps * (1 + RATE_TOLERANCE), `sent ${sentBps} bits/s`);
    }
    for (const { detail } of phases) {
      assert.ok(detail);
      const { packets_lost: lost, packets_residual: residual, queue_drops: unread } = detail.report;
      assert.ok(lost <= (unread ?? 0), `${lost} lost, of which ${unread} were not fetched in time`);
      assert.equal(residual, options.includes('reliable=off') ? lost : 0);
    }
  });
}

function onlyPeer(peers: readonly PeerLine[]): PeerLine {
  const [peer] = peers;
  assert.ok(peer);
  assert.equal(peers.length, 1);
  return peer;
}

/** A client shows both directions; its listener's figures of the same phases are the same. The end may come
 *  between the two sides' ends of the last one. */
function assertSamePhases(ours: readonly LineOf<'phase'>[], theirs: readonly LineOf<'phase'>[]): void {
  assert.ok(Math.abs(ours.length - theirs.length) <= 1);
  const figures = ({ direction, packets, data_bytes: bytes, rate_bps: rate, detail }: LineOf<'phase'>) => [
    ...[direction, packets, bytes, rate],
    ...[detail?.report, detail?.sent],
  ];
  const both = Math.min(ours.length, theirs.length);
  assert.deepEqual(ours.slice(0, both).map(figures), theirs.slice(0, both).map(figures));
}

function sentRateBps({ packets, data_bytes: bytes, detail }: LineOf<'phase'>): number {
  assert.ok(detail && packets > 0);
  const { packets: sent, elapsed_us: elapsedUs } = detail.sent;
  return (sent * (bytes / packets) * 8e6) / elapsedUs;
}
