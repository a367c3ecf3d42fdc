/** How connections over UDP end, and how they come back. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startInstance, startListener } from '../support/instance.js';
import { freePort } from '../support/ports.js';

const ANY_PORT = 'udp:127.0.0.1:0';
/** What no busy machine takes, and far less than the timeout of 5 s. */
const AT_ONCE_MS = 2000;

const STOPPED_MS = 2000;

describe('a connection over UDP', { concurrency: 4 }, () => {
  for (const { how, args } of [
    { how: '--time', args: ['--time', '3s'] },
    { how: 'SIGINT', args: [] },
  ]) {
    test(`${how} says goodbye over UDP: the listener sees PEER_CLOSED at once`, async (t) => {
      const receiver = await startListener(t, [], ANY_PORT);
      const uri = `udp://127.0.0.1:${receiver.port}?monitor-bandwidth&phase=100ms`;
      const sender = startInstance(t, ['--connect', uri, ...args]);
      await sender.line('phase');
      assert.equal(await (args.length > 0 ? sender.ended() : sender.stop()), 0);
      const { t_ms: lostMs, cause } = await receiver.line('lost');
      const { t_ms: summaryMs } = await sender.line('summary');
      assert.equal(cause.code, 'PEER_CLOSED');
      assert.match(cause.text, /goodbye/);
      assert.ok(lostMs - summaryMs < AT_ONCE_MS, `${lostMs - summaryMs} ms after the summary`);
      assert.equal(sender.stderr, '');
    });
  }

  test('a listener that ends says goodbye over UDP, and its client tries again', async (t) => {
    const receiver = await startListener(t, [], ANY_PORT);
    const sender = startInstance(t, [
      '--connect',
      `udp://127.0.0.1:${receiver.port}`,
      '--retry-delay',
      '100ms',
    ]);
    await sender.line('measured');
    assert.equal(await receiver.stop(), 0);
    const lost = await sender.line('lost');
    assert.equal(lost.cause.code, 'PEER_CLOSED');
    const failed = await sender.line('failed', undefined, lost);
    assert.equal(failed.cause.code, 'ECONNREFUSED');
  });

  test('nothing that listens is ECONNREFUSED in phase connect over UDP too, and exit code 3', async (t) => {
    const uri = `udp://127.0.0.1:${await freePort('udp')}`;
    const sender = startInstance(t, ['--connect', uri, '-t', '1s', '--retry-delay', '200ms']);
    const { cause, attempt } = await sender.line('failed');
    assert.deepEqual([cause.phase, cause.code, attempt], ['connect', 'ECONNREFUSED', 1]);
    assert.match(cause.text, /nothing listens/);
    assert.ok(cause.elapsed_us > 0 && cause.elapsed_us < AT_ONCE_MS * 1000);
    assert.equal(await sender.ended(), 3);
  });

  test('a run that reaches some of its peers over UDP ends with 4', async (t) => {
    const receiver = await startListener(t, [], ANY_PORT);
    const sender = startInstance(t, [
      ...['--connect', `udp://127.0.0.1:${receiver.port}`],
      ...['--connect', `udp://127.0.0.1:${await freePort('udp')}`],
    ]);
    await Promise.all([sender.line('measured'), sender.line('failed')]);
    assert.equal(await sender.stop(), 4);
  });

  for (const workers of ['1', '4']) {
    test(`a UDP port that an instance of ${workers} workers has is taken`, async (t) => {
      const first = await startListener(t, ['--workers', workers], ANY_PORT);
      for (const others of ['1', '4']) {
        const second = startInstance(t, ['--listen', `udp:127.0.0.1:${first.port}`, '--workers', others]);
        const { cause } = await second.line('listen-failed');
        assert.deepEqual([cause.phase, cause.code], ['listen', 'EADDRINUSE']);
        assert.notEqual(await second.ended(), 0);
      }
    });
  }

  test('a listener that is killed and started again is measured again, and the outage is told', async (t) => {
    const address = `127.0.0.1:${await freePort('udp')}`;
    const first = await startListener(t, ['--name', 'first'], `udp:${address}`);
    const client = startInstance(t, [
      ...['--connect', `udp://${address}?ping-interval=50ms`, '--retry-delay', '300ms', '-i', '200ms'],
    ]);
    await client.line('measured');
    const killedMs = Date.now();
    await first.kill();
    const lost = await client.line('lost');
    assert.equal(lost.cause.code, 'ECONNREFUSED');
    assert.ok(lost.t_ms - killedMs < AT_ONCE_MS, `noticed after ${lost.t_ms - killedMs} ms`);
    await client.line('failed', undefined, lost);

    await startListener(t, ['--name', 'second'], `udp:${address}`);
    const connected = await client.line('connected', undefined, lost);
    assert.equal((await client.line('hello', undefined, connected)).peer_name, 'second');
    await client.line('measured', undefined, connected);
    assert.equal(connected.outage_ms, connected.t_ms - lost.t_ms);
    assert.equal(connected.attempt, client.all('failed').length + 1);
  });

  test('a listener that was restarted between two packets answers with a reset', async (t) => {
    const address = `127.0.0.1:${await freePort('udp')}`;
    const first = await startListener(t, [], `udp:${address}`);
    const client = startInstance(t, [
      ...['--connect', `udp://${address}?ping-interval=1s`, '--retry-delay', '100ms', '--timeout', '30s'],
    ]);
    await client.line('measured');
    // What it says of its own accord is over by then; it sends no more until the other is up.
    await delay(200);
    client.signal('SIGSTOP');
    await first.kill();
    await startListener(t, ['--name', 'second'], `udp:${address}`);
    client.signal('SIGCONT');
    const lost = await client.line('lost');
    assert.equal(lost.cause.code, 'RESET');
    assert.match(lost.cause.text, /restarted/);
    await client.line('measured', undefined, lost);
  });

  test('a client that was killed is seen by its silence, and knows its row again', async (t) => {
    const receiver = await startListener(t, ['--timeout', '1s', '-i', '200ms'], ANY_PORT);
    const args = ['--name', 'mayfly', '--connect', `udp://127.0.0.1:${receiver.port}?ping-interval=50ms`];
    const first = startInstance(t, args);
    await receiver.line('measured');
    await first.kill();
    const lost = await receiver.line('lost');
    assert.equal(lost.cause.code, 'TIMEOUT');
    startInstance(t, args);
    const measured = await receiver.line('measured', undefined, lost);
    const { servers } = await receiver.peer('servers', ({ state }) => state === 'connected', measured);
    assert.equal(servers.length, 1);
  });

  test('a listener that is stopped for 2 s in its phases goes on with them, and nothing is lost', async (t) => {
    const receiver = await startListener(t, [], ANY_PORT);
    const uri = `udp://127.0.0.1:${receiver.port}?monitor-bandwidth&phase=3s`;
    const senders = ['up', 'down'].map((direction) =>
      startInstance(t, ['--connect', `${uri}&direction=${direction}&rate=50mbit`]),
    );
    await Promise.all(senders.map((sender) => sender.line('measured')));
    await delay(500);
    receiver.signal('SIGSTOP');
    await delay(STOPPED_MS);
    receiver.signal('SIGCONT');
    for (const sender of senders) {
      const { packets, detail } = await sender.line('phase');
      assert.equal(detail?.report.packets_residual, 0);
      assert.equal(detail?.sent.packets, packets);
      assert.equal(sender.all('lost').length, 0);
    }
    assert.equal(receiver.all('lost').length, 0);
  });
});
