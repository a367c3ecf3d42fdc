/** Peers that go away and come back, and what is said about it on either side. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startInstance, startListener } from '../support/instance.js';
import type { LineOf, PeerLine } from '../support/lines.js';
import { freePort } from '../support/ports.js';

describe('a peer that goes away and comes back', { concurrency: 4 }, () => {
  test('a listener that is killed and started again after 3 s is measured within 1.5 s of its listening', async (t) => {
    const address = `127.0.0.1:${await freePort()}`;
    const first = await startListener(t, ['--name', 'first'], `tcp:${address}`);
    const client = startInstance(t, ['--connect', `tcp://${address}?ping-interval=20ms`, '-i', '200ms']);
    await client.line('measured');
    const before = (await client.peer('clients', ({ packets_sent: sent }) => sent > 50)).clients[0];

    const killedMs = Date.now();
    await first.kill();
    const lost = await client.line('lost');
    assert.equal(lost.cause.phase, 'session');
    assert.match(lost.cause.code, /^(PEER_CLOSED|ECONNRESET|EPIPE)$/);
    assert.ok(lost.cause.text.length > 10);
    assert.equal(lost.peer_name, 'first');
    assert.ok(lost.t_ms - killedMs < 1000);
    assertAbout(lost.retry_in_ms ?? 0, 1000, 100);

    await delay(Math.max(0, 3000 - (Date.now() - killedMs)));
    const second = await startListener(t, ['--name', 'second'], `tcp:${address}`);
    const { t_ms: listeningMs } = await second.line('listening');
    const connected = await client.line('connected', undefined, lost);
    const measured = await client.line('measured', undefined, lost);

    const failures = client.all('failed');
    assert.ok(failures.length >= 2);
    failures.forEach(({ attempt, cause }, i) => {
      assert.equal(attempt, i + 1);
      assert.equal(cause.code, 'ECONNREFUSED');
    });
    assert.equal(connected.attempt, failures.length + 1);
    assert.equal((await client.line('hello', undefined, lost)).peer_name, 'second');
    assertAbout(connected.outage_ms ?? 0, connected.t_ms - lost.t_ms, 50);
    assert.ok(measured.t_ms - listeningMs < 1500, `measured after ${measured.t_ms - listeningMs} ms`);

    const { clients } = await client.peer('clients', ({ state }) => state === 'connected', measured);
    const [after] = clients;
    assert.ok(before && after);
    assert.equal(after.retries, failures.length + 1);
    assertGoneOn(client.all('snapshot'));
    assert.ok(after.packets_sent > before.packets_sent && after.latency.count > before.latency.count);
  });

  test('a listener sees its client killed, names the cause, and knows it again', async (t) => {
    const listener = await startListener(t, ['-i', '200ms']);
    const args = ['--name', 'mayfly', '--connect', `tcp://127.0.0.1:${listener.port}?ping-interval=20ms`];
    const first = startInstance(t, args);
    await listener.line('measured');
    await first.kill();
    const lost = await listener.line('lost');
    assert.equal(lost.role, 'listener');
    assert.equal(lost.peer_name, 'mayfly');
    assert.match(lost.cause.code, /^(PEER_CLOSED|ECONNRESET|EPIPE)$/);
    assert.equal(lost.retry_in_ms, null);
    const gone = await listener.peer('servers', ({ state }) => state === 'ended', lost);
    assert.equal(gone.servers[0]?.latency.last_ns, null, 'there is no newest latency of what has ended');
    assert.ok((gone.servers[0]?.latency.max_ns ?? 0) > 0);

    startInstance(t, args);
    const measured = await listener.line('measured', undefined, lost);
    const before = gone.servers[0]?.packets_received ?? 0;
    const goesOn = (row: PeerLine) => row.state === 'connected' && row.packets_received > before;
    const back = await listener.peer('servers', goesOn, measured);
    assert.equal(back.servers.length, 1, 'the same peer is the same row');
  });

  test('a port that is not open yet is refused in phase connect, tried again, and then reached', async (t) => {
    const port = await freePort();
    const client = startInstance(t, ['--connect', `tcp://127.0.0.1:${port}`, '--retry-delay', '200ms']);
    const [failed, again] = await client.atLeast(2, 'failed');
    assert.ok(failed && again);
    assert.deepEqual([failed.cause.phase, failed.cause.code], ['connect', 'ECONNREFUSED']);
    assert.match(failed.cause.text, /nothing listens/);
    assert.ok(failed.cause.elapsed_us < 1e6);
    assert.equal(failed.cause.tried[0]?.code, 'ECONNREFUSED');
    assert.deepEqual([failed.attempt, again.attempt], [1, 2]);
    assertAbout(failed.retry_in_ms ?? 0, 200, 20);

    await startListener(t, [], `tcp:127.0.0.1:${port}`);
    const connected = await client.line('connected');
    assert.equal(connected.outage_ms, null, 'it never was connected before');
    await client.line('hello');
    assert.equal(await client.stop(), 0);
  });

  test('a name that does not resolve fails in phase resolve', async (t) => {
    const client = startInstance(t, ['--connect', 'tcp://no-such-host.invalid:1234', '--timeout', '3s']);
    const { cause, retry_in_ms: retryInMs } = await client.line('failed');
    assert.equal(cause.phase, 'resolve');
    assert.match(cause.code, /^(ENOTFOUND|EAI_AGAIN|TIMEOUT)$/);
    assert.match(cause.text, /resolve/);
    assertAbout(retryInMs ?? 0, 1000, 100);
    assert.equal(await client.stop(), 3);
  });

  test('the wait between tries grows up to --retry-max, and starts anew after a success', async (t) => {
    const port = await freePort();
    const client = startInstance(t, [
      ...['--connect', `tcp://127.0.0.1:${port}`, '--retry-delay', '50ms', '--retry-max', '300ms'],
    ]);
    const failures = await client.atLeast(6, 'failed');
    const waits = failures.map(({ retry_in_ms: ms }) => ms ?? 0);
    [50, 100, 200, 300, 300, 300].forEach((expectedMs, i) => {
      assertAbout(waits[i] ?? 0, expectedMs, expectedMs / 10 + 1);
    });
    const listener = await startListener(t, [], `tcp:127.0.0.1:${port}`);
    await client.line('measured');
    await listener.kill();
    assertAbout((await client.line('lost')).retry_in_ms ?? 0, 50, 6);
  });

  test('without --retry-max the wait stays what it is', async (t) => {
    const uri = `tcp://127.0.0.1:${await freePort()}`;
    const client = startInstance(t, ['--connect', uri, '--retry-delay', '60ms']);
    for (const { retry_in_ms: ms } of await client.atLeast(6, 'failed')) assertAbout(ms ?? 0, 60, 7);
  });

  test('a run that ends while it waits for the next try ends at once', async (t) => {
    const uri = `tcp://127.0.0.1:${await freePort()}`;
    const client = startInstance(t, ['--connect', uri, '--retry-delay', '1h']);
    await client.line('failed');
    const startMs = performance.now();
    assert.equal(await client.stop(), 3);
    assert.ok(performance.now() - startMs < 2000);
  });
});

/** No counter ever falls, whatever became of the connections. */
function assertGoneOn(snapshots: readonly LineOf<'snapshot'>[]): void {
  const counters = ({ packets_sent, packets_received, sent_bytes, received_bytes, latency }: PeerLine) => [
    packets_sent,
    packets_received,
    sent_bytes,
    received_bytes,
    latency.count,
  ];
  let last: number[] = [];
  for (const { clients } of snapshots) {
    const now = clients.flatMap(counters);
    last.forEach((value, i) => {
      assert.ok((now[i] ?? 0) >= value, `a counter fell from ${value} to ${now[i]}`);
    });
    last = now;
  }
}

function assertAbout(value: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(value - expected) <= tolerance, `${value} is not ${expected} +- ${tolerance}`);
}
