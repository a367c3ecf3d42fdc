/** What the program is for: two instances on real sockets that measure each other. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startInstance, startListener } from '../support/instance.js';
import type { PeerLine } from '../support/lines.js';
import { freePort } from '../support/ports.js';

/** Both sides time the same phases with clocks of their own, on a machine that may be busy. */
const RATE_TOLERANCE = 0.25;
/** More than any loopback has done so far: a figure above it is a mistake of ours. */
const MAX_RATE_BPS = 1e12;
const MAX_LATENCY_NS = 1e9;

describe('two instances', { concurrency: 2 }, () => {
  test('the two main commands measure each other, and both sides show the same', async (t) => {
    const receiver = await startListener(t, ['--name', 'receiver']);
    const uri = `tcp://127.0.0.1:${receiver.port}?monitor-bandwidth&packet-size=5mb&phase=400ms`;
    const sender = startInstance(t, ['--name', 'sender', '--connect', uri, '--workers', '2']);
    await sender.atLeast(4, 'phase');

    assert.equal(await sender.stop(), 0);
    await receiver.line('lost');
    assert.equal(await receiver.stop(), 0);

    const { client, server } = onlyPeers(await sender.line('summary'), await receiver.line('summary'));
    assert.equal(client.peer_name, 'receiver');
    assert.equal(server.peer_name, 'sender');
    for (const peer of [client, server]) assertMeasured(peer);
    for (const direction of ['up', 'down'] as const) {
      const ours = client[direction].mean_rate_bps ?? 0;
      const theirs = server[direction].mean_rate_bps ?? 0;
      const ratio = ours / theirs;
      assert.ok(Math.abs(ratio - 1) < RATE_TOLERANCE, `${direction}: ${ours} here, ${theirs} there`);
      // The end may come between the two sides' ends of one phase.
      assert.ok(Math.abs(client[direction].phases - server[direction].phases) <= 1);
    }
  });

  test('what a client says that it sent is exactly what its listener has received', async (t) => {
    const receiver = await startListener(t);
    const address = `tcp://127.0.0.1:${receiver.port}`;
    const pings = startInstance(t, [
      ...['--name', 'pings', '-i', '100ms'],
      ...['--connect', `${address}?connections=8&ping-interval=5ms`],
    ]);
    const uploads = startInstance(t, [
      ...['--name', 'uploads', '-i', '100ms'],
      ...['--connect', `${address}?connections=3&monitor-bandwidth&direction=up&packet-size=9kb&phase=100ms`],
    ]);

    await Promise.all([
      pings.peer('clients', (peer) => peer.connections_up === 8 && peer.packets_received > 400),
      uploads.peer('clients', (peer) => peer.connections_up === 3 && peer.up.phases >= 9),
    ]);
    assert.deepEqual(await Promise.all([pings.stop(), uploads.stop()]), [0, 0]);
    await receiver.atLeast(11, 'lost');
    await receiver.stop();

    const { servers } = await receiver.line('summary');
    for (const instance of [pings, uploads]) {
      const client = (await instance.line('summary')).clients[0];
      const server = servers.find(
        ({ peer_name: name }) => name === (instance === pings ? 'pings' : 'uploads'),
      );
      assert.ok(client && server);
      assert.equal(server.packets_received, client.packets_sent);
      assert.equal(server.received_bytes, client.sent_bytes);
      // One answer a connection may have crossed the client's goodbye.
      const crossed = server.packets_sent - client.packets_received;
      assert.ok(crossed >= 0 && crossed <= client.connections_wanted, `${crossed} answers got lost`);
    }
  });

  test('two instances listen and connect at once, each to the other', async (t) => {
    const ports = [await freePort(), await freePort()];
    const [one, two] = ports.map((port, i) =>
      startInstance(t, [
        ...[
          '--name',
          `side${i}`,
          '--listen',
          `tcp:127.0.0.1:${port}`,
          '--retry-delay',
          '100ms',
          '-i',
          '200ms',
        ],
        ...['--connect', `tcp://127.0.0.1:${ports[1 - i]}?monitor-bandwidth&phase=50ms`],
      ]),
    );
    assert.ok(one && two);
    for (const [instance, other] of [
      [one, 'side1'],
      [two, 'side0'],
    ] as const) {
      const measured = (peer: PeerLine): boolean => peer.peer_name === other && peer.down.phases > 1;
      await Promise.all([instance.peer('clients', measured), instance.peer('servers', measured)]);
    }
    assert.deepEqual(await Promise.all([one.stop(), two.stop()]), [0, 0]);
  });

  test('an instance measures itself', async (t) => {
    const address = `127.0.0.1:${await freePort()}`;
    const uri = `tcp://${address}?monitor-bandwidth&packet-size=64kb&phase=50ms`;
    const args = ['--name', 'self', '--listen', `tcp:${address}`, '--connect', uri, '-i', '200ms'];
    const self = startInstance(t, args);
    const measured = ({ up, down, latency }: PeerLine): boolean =>
      Math.min(up.phases, down.phases, latency.count) > 1;
    await self.line('snapshot', ({ clients, servers }) => clients.some(measured) && servers.some(measured));

    assert.equal(await self.stop(), 0);
    const summary = await self.line('summary');
    const { client, server } = onlyPeers(summary, summary);
    assert.equal(client.peer_name, 'self');
    assert.equal(server.peer_name, 'self');
    for (const peer of [client, server]) {
      assertMeasured(peer);
      // Each end says goodbye to the other: whoever hears it first has not lost its rates by that.
      for (const { rate_bps: rate } of [peer.up, peer.down]) assert.ok(rate !== null && rate > 1e6);
    }
  });

  test('fifty connections are dealt over four workers so that none has more than one above another', async (t) => {
    const receiver = await startListener(t, ['-i', '200ms']);
    const uri = `tcp://127.0.0.1:${receiver.port}?connections=50`;
    const sender = startInstance(t, ['--connect', uri, '--workers', '4', '-i', '200ms']);

    const snapshot = await sender.peer('clients', ({ connections_up: up }) => up === 50);
    const dealt = snapshot.shards.map(({ connections }) => connections).sort();
    assert.deepEqual(dealt, [12, 12, 13, 13]);
    assert.equal(snapshot.clients.length, 1, 'a target is one row, however many connections it has');
    await receiver.peer('servers', (peer) => peer.connections_up === 50 && peer.latency.count >= 50);
  });

  test('direction=up and direction=down measure one direction only', async (t) => {
    const receiver = await startListener(t);
    const options = 'monitor-bandwidth&packet-size=64kb&phase=50ms';
    const address = `tcp://127.0.0.1:${receiver.port}`;
    const [up, down] = ['up', 'down'].map((direction) =>
      startInstance(t, ['--connect', `${address}?${options}&direction=${direction}`, '-i', '200ms']),
    );
    assert.ok(up && down);
    const measured = ({ up, down, latency }: PeerLine): boolean =>
      up.phases + down.phases > 2 && latency.count > 2;
    await Promise.all([up.peer('clients', measured), down.peer('clients', measured)]);
    assert.deepEqual(await Promise.all([up.stop(), down.stop()]), [0, 0]);

    const [upward] = (await up.line('summary')).clients;
    const [downward] = (await down.line('summary')).clients;
    assert.ok(upward && downward);
    assert.ok(upward.up.phases > 2 && upward.latency.count > 2);
    assert.equal(upward.down.phases, 0);
    assert.ok(downward.down.phases > 2 && downward.latency.count > 2);
    assert.equal(downward.up.phases, 0);
  });

  test('test-size=256mb asks for as many packets as the original', async (t) => {
    const receiver = await startListener(t);
    const uri = `tcp://127.0.0.1:${receiver.port}?monitor-bandwidth&packet-size=1400&test-size=256mb`;
    const sender = startInstance(t, ['--connect', uri]);

    for (const direction of ['up', 'down'] as const) {
      const phase = await sender.line('phase', (line) => line.direction === direction);
      assert.equal(phase.packets, Math.trunc(256e6 / 1400));
      assert.equal(phase.data_bytes, phase.packets * 1400);
      const seen = await receiver.line('phase', (line) => line.direction === direction);
      assert.equal(seen.data_bytes, phase.data_bytes);
    }
  });

  test('a phase takes about as long as asked for once the rate is known', async (t) => {
    const receiver = await startListener(t);
    const uri = `tcp://127.0.0.1:${receiver.port}?monitor-bandwidth&packet-size=128kb&phase=200ms&direction=up`;
    const sender = startInstance(t, ['--connect', uri]);
    await sender.atLeast(9, 'phase');
    assert.equal(await sender.stop(), 0);

    const elapsedMs = sender
      .all('phase')
      .map(({ data_bytes: bytes, rate_bps: rate }) => (bytes * 8e3) / rate);
    const settledMs = elapsedMs.slice(3).sort((a, b) => a - b);
    const medianMs = settledMs[settledMs.length >> 1] ?? 0;
    assert.ok(medianMs > 100 && medianMs < 400, `phases of ${elapsedMs.map(Math.round)} ms`);
  });
});

function onlyPeers(
  { clients }: { readonly clients: readonly PeerLine[] },
  { servers }: { readonly servers: readonly PeerLine[] },
): { client: PeerLine; server: PeerLine } {
  const [client] = clients;
  const [server] = servers;
  assert.ok(client && server);
  assert.equal(clients.length, 1);
  assert.equal(servers.length, 1);
  return { client, server };
}

/** Figures that a loopback can have. */
function assertMeasured({ up, down, latency }: PeerLine): void {
  for (const { mean_rate_bps: rate, data_bytes: bytes, phases } of [up, down]) {
    assert.ok(phases > 1 && bytes > 0);
    assert.ok(rate !== null && rate > 1e6 && rate < MAX_RATE_BPS, `${rate} bits/s`);
  }
  const { count, min_ns: min, p50_ns: p50, max_ns: max } = latency;
  assert.ok(count > 1 && min !== null && p50 !== null && max !== null);
  assert.ok(min > 0 && min <= p50 * 1.01 && p50 <= max && max < MAX_LATENCY_NS, `${min} ${p50} ${max} ns`);
}
