/** A worker thread that dies takes its connections with it, and nothing else. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startInstance, startListener } from '../support/instance.js';
import type { PeerLine } from '../support/lines.js';
import { freePort } from '../support/ports.js';

const imports = [new URL('../support/kill-worker.js', import.meta.url).href];
const UP = { clients: 4, guests: 8 };

describe('worker threads that die', { concurrency: 3 }, () => {
  test('a shard that dies is replaced, its connections are re-made, and its counters go on', async (t) => {
    const elsewhere = await startListener(t, ['--name', 'elsewhere']);
    const uri = `tcp://127.0.0.1:${elsewhere.port}?connections=${UP.clients}&ping-interval=10ms`;
    const args = ['--connect', uri, '--workers', '2', '-i', '100ms', '--retry-delay', '100ms'];
    const victim = await startListener(t, args, 'tcp:127.0.0.1:0', { imports });
    startInstance(t, [
      ...['--name', 'guests', '--retry-delay', '100ms', '-i', '100ms'],
      ...['--connect', `tcp://127.0.0.1:${victim.port}?connections=${UP.guests}&ping-interval=10ms`],
    ]);
    const allUp = (peer: PeerLine): boolean => peer.connections_up === UP.clients && peer.latency.count > 50;
    await victim.peer('servers', ({ connections_up: up }) => up === UP.guests);
    const before = await victim.peer('clients', allUp, victim.lines.at(-1));

    victim.signal('SIGUSR2');
    const died = await victim.line('shard-died');
    const had = before.shards[died.shard]?.connections;
    assert.equal(died.connections, had);

    const isBack = (of: readonly PeerLine[], up: number): boolean =>
      of.some((peer) => peer.connections_up === up);
    const after = await victim.line(
      'snapshot',
      ({ clients, servers }) => isBack(clients, UP.clients) && isBack(servers, UP.guests),
      died,
    );
    const lost = victim.all('lost');
    assert.equal(lost.length, died.connections, 'the other shard lost nothing');
    for (const { cause } of lost) assert.equal(cause.code, 'SHARD_DIED');
    assert.equal(lost.filter(({ role }) => role === 'client').length, UP.clients / 2);
    assert.equal(
      after.shards.reduce((sum, { connections }) => sum + connections, 0),
      UP.clients + UP.guests,
    );
    await victim.line('measured', ({ role }) => role === 'client', died);

    for (const side of ['clients', 'servers'] as const) {
      const rows = victim.all('snapshot').flatMap((snapshot) => snapshot[side]);
      const named = rows.filter(({ peer_name: name }) => name !== null);
      named.reduce((last, now) => {
        assert.ok(now.packets_received >= last.packets_received, 'a counter fell');
        assert.ok(now.latency.count >= last.latency.count, 'a histogram lost values');
        return now;
      });
    }
    assert.equal(await victim.stop(), 0);
    assert.equal(victim.stderr, '');
  });

  test('a shard that dies before it listens is replaced by one that does', async (t) => {
    for (const workers of ['1', '2']) {
      const victim = startInstance(t, ['--listen', 'tcp:127.0.0.1:0', '--workers', workers], { imports });
      await victim.line('start');
      victim.signal('SIGUSR2');
      await victim.line('shard-died');
      const { local } = await victim.line('listening');
      const guest = startInstance(t, ['--connect', `tcp://127.0.0.1:${local.port}`]);
      await guest.line('measured');
      assert.equal(await victim.stop(), 0);
    }
  });

  test('the only shard dies, and its port is listened on again', async (t) => {
    const port = await freePort();
    const victim = await startListener(t, ['--workers', '1'], `tcp:127.0.0.1:${port}`, { imports });
    const guest = startInstance(t, ['--connect', `tcp://127.0.0.1:${port}`, '--retry-delay', '50ms']);
    await guest.line('measured');
    victim.signal('SIGUSR2');
    const lost = await guest.line('lost');
    await guest.line('measured', undefined, lost);

    // Again, and soon after the start: a successor that dies young is waited for, not spun on.
    const connected = await victim.line('connected', undefined, await victim.line('shard-died'));
    victim.signal('SIGUSR2');
    const again = await victim.line('shard-died', undefined, connected);
    await victim.line('hello', undefined, again);
    assert.equal(await victim.stop(), 0);
  });
});
