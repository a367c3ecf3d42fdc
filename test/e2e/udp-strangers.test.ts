/** What comes to an open UDP port: garbage, floods and forgeries. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Instance, startInstance, startListener } from '../support/instance.js';
import { residentBytes } from '../support/process-figures.js';
import { packetV2, rawDatagrams } from '../support/raw-datagrams.js';
import { hello, ID, PING, packet } from '../support/raw-peer.js';

const ANY_PORT = 'udp:127.0.0.1:0';
const NORMAL = '["Normal"]';

const FLOOD = 5000;
/** 256 half-open connections and what a collector has not collected yet. */
const MAX_FLOOD_BYTES = 120e6;

const LISTENER_TIMEOUT = ['--timeout', '1s'];

describe('an open UDP port', { concurrency: 3 }, () => {
  test('garbage is dropped in silence, and a client beside it notices nothing', async (t) => {
    const listener = await startListener(t, ['-i', '100ms'], ANY_PORT);
    const client = await healthyClient(t, listener);
    const stranger = await rawDatagrams(t, listener.port);
    const good = packet(0, hello('stranger'));
    const garbage = [
      '',
      '\n\n',
      'GET / HTTP/1.1\r\n\r\n',
      '\u0000\u00ff'.repeat(700),
      good.slice(0, -1),
      good.replace('84', '-84'),
      good.replace('"meta"', '"beta"'),
      good.replace('Normal', 'Odd'),
      `99999999999999999999\n1\n${good}`,
      packet(7, PING),
      'x'.repeat(60_000),
    ];
    for (let round = 0; round < 100; round++) for (const text of garbage) await stranger.send(text);
    await assertHealthy(client);
    assert.equal(stranger.receivedBytes, 0);
    assert.equal(listener.all('connected').length, 1);
  });

  test(`a flood of ${FLOOD} Hellos with forged ids takes little memory, and nobody is told of them`, async (t) => {
    const listener = await startListener(t, ['-i', '100ms', '--workers', '1'], ANY_PORT);
    const client = await healthyClient(t, listener);
    const beforeBytes = residentBytes(listener.pid);
    const stranger = await rawDatagrams(t, listener.port);
    for (let i = 0; i < FLOOD; i++) {
      const id = randomUUID();
      await stranger.send(i % 2 === 0 ? packetV2(0, id, NORMAL, hello('v2')) : packet(0, hello('v1'), id));
    }
    await assertHealthy(client);
    const grownBytes = residentBytes(listener.pid) - beforeBytes;
    assert.ok(grownBytes < MAX_FLOOD_BYTES, `grown by ${grownBytes} bytes`);
    assert.equal(listener.all('connected').length, 1);
    assert.equal(listener.all('lost').length, 0);
  });

  test('a packet of an unknown connection gets one reset, no longer than itself', async (t) => {
    const listener = await startListener(t, [], ANY_PORT);
    const stranger = await rawDatagrams(t, listener.port);
    await stranger.send(packetV2(7, ID, '["Bulk",0]', '%'.repeat(8)));
    const reset = await stranger.take('"Reset"');
    assert.equal(reset, packetV2(-1, ID, '["Reset"]', ''));
    assert.ok(stranger.receivedBytes <= stranger.sentBytes);
    await stranger.send(packetV2(-1, ID, '["Reset"]', ''));
    await stranger.send(packetV2(-1, ID, '["Bye","gone"]', ''));
    await stranger.send(packet(7, PING));
    await delay(200);
    assert.equal(stranger.received.length, 1, 'neither a Reset nor a Bye nor a packet of version 1 gets one');
  });

  test('resets are bounded: at most 100 a second, after a burst of as many', async (t) => {
    const listener = await startListener(t, [], ANY_PORT);
    const stranger = await rawDatagrams(t, listener.port);
    const startMs = performance.now();
    for (let i = 0; i < 2000; i++)
      await stranger.send(packetV2(7, randomUUID(), '["Bulk",0]', '%'.repeat(8)));
    await stranger.takeMany(50);
    await delay(300);
    const seconds = (performance.now() - startMs) / 1000;
    assert.ok(
      stranger.received.length <= 100 + 100 * seconds + 1,
      `${stranger.received.length} in ${seconds} s`,
    );
  });

  test('an address that never shows the token gets no more than three times what it has sent', async (t) => {
    const listener = await startListener(t, LISTENER_TIMEOUT, ANY_PORT);
    const stranger = await rawDatagrams(t, listener.port);
    const first = packetV2(0, ID, NORMAL, hello('spoofed'));
    await stranger.send(first);
    await stranger.take('"Accept"');
    // Wrong tokens and packets behind them: all of it is dropped.
    for (let index = 1; index < 20; index++) {
      await stranger.send(packetV2(index, ID, '["Token","0000000000000000",0]', PING));
      assert.ok(stranger.receivedBytes <= 3 * stranger.sentBytes);
    }
    await delay(1300);
    const ratio = stranger.receivedBytes / first.length;
    assert.ok(stranger.receivedBytes <= 3 * stranger.sentBytes, `${ratio} times the first Hello`);
    assert.equal(listener.all('connected').length, 0);
  });

  test('a lone Hello is answered with at most three times its bytes, however long it waits', async (t) => {
    const listener = await startListener(t, LISTENER_TIMEOUT, ANY_PORT);
    for (const text of [packetV2(0, ID, NORMAL, hello('s')), packet(0, hello('s'))]) {
      const stranger = await rawDatagrams(t, listener.port);
      await stranger.send(text);
      await delay(1300);
      assert.ok(stranger.receivedBytes > 0 && stranger.receivedBytes <= 3 * stranger.sentBytes);
    }
    assert.equal(listener.all('connected').length, 0);
  });
});

async function healthyClient(
  t: Parameters<typeof startInstance>[0],
  { port }: { readonly port: number },
): Promise<Instance> {
  const client = startInstance(t, ['--connect', `udp://127.0.0.1:${port}?ping-interval=10ms`, '-i', '100ms']);
  await client.line('measured');
  return client;
}

/** It goes on measuring, on its first connection. */
async function assertHealthy(client: Instance): Promise<void> {
  const now = await client.line('snapshot', undefined, client.lines.at(-1));
  const count = now.clients[0]?.latency.count ?? 0;
  await client.peer('clients', ({ latency }) => latency.count > count + 20, now);
  assert.equal(client.all('lost').length, 0);
}
