/** Ours and originals (simulated, on real sockets), over UDP: what an original can't read never reaches it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startInstance, startListener } from '../support/instance.js';
import { readPacket, writePacket } from '../support/original/codec.js';
import { originalClient, originalListener } from '../support/original/socket.js';
import { ID } from '../support/raw-peer.js';

const PACKETS = 60;
const PACKET_BYTES = 500;

test('our client speaks version 1 to an original listener, in bytes that an original writes', async (t) => {
  const { original, port, received } = await originalListener(t, 'original');
  const size = `packet-size=${PACKET_BYTES}&test-size=${PACKETS * PACKET_BYTES}`;
  const client = startInstance(t, [
    ...['--name', 'ours', '--connect', `udp://127.0.0.1:${port}?monitor-bandwidth&${size}`, '-i', '200ms'],
  ]);
  assert.equal((await client.line('hello')).peer_name, 'original');
  for (const direction of ['up', 'down'] as const) {
    const phase = await client.line('phase', (line) => line.direction === direction);
    assert.deepEqual(
      [phase.packets, phase.data_bytes, phase.detail],
      [PACKETS, PACKETS * PACKET_BYTES, null],
    );
  }
  await client.peer('clients', (peer) => peer.protocol_version === 1 && peer.latency.count > 1);
  assert.equal(await client.stop(), 0);
  assert.equal(client.all('lost').length, 0);
  assert.equal(original.timeouts, 0);
  assert.deepEqual(original.log.filter((what) => !what.startsWith('data')).slice(0, 7), [
    'hello',
    'ping',
    'pong',
    'Up',
    'counted',
    'Down',
    'ping',
  ]);
  assertCanonical(received);
});

test('an original client is served in version 1 by our listener, in bytes that an original writes', async (t) => {
  const listener = await startListener(t, ['--name', 'ours', '-i', '200ms'], 'udp:127.0.0.1:0');
  const { original, received } = await originalClient(t, listener.port, {
    ...{ name: 'original', id: ID, nPackets: PACKETS, packetSize: PACKET_BYTES },
  });
  assert.equal((await listener.line('hello')).peer_name, 'original');
  for (const direction of ['up', 'down'] as const) {
    const phase = await listener.line('phase', (line) => line.direction === direction);
    assert.deepEqual([phase.packets, phase.data_bytes], [PACKETS, PACKETS * PACKET_BYTES]);
  }
  await listener.peer('servers', (peer) => peer.protocol_version === 1 && peer.down.phases > 1);
  assert.deepEqual(original.log.slice(0, 5), ['hello', 'pong', 'sent', 'counted', 'pong']);
  assert.deepEqual([original.timeouts, original.closes], [0, 0]);
  assertCanonical(received);
});

/** Each datagram is what an original would write, to the byte. */
function assertCanonical(datagrams: readonly Buffer[]): void {
  assert.ok(datagrams.length > PACKETS);
  for (const datagram of datagrams) {
    const packet = readPacket(datagram);
    assert.ok(packet, `unreadable: ${datagram.toString('latin1').slice(0, 200)}`);
    const { index, id, meta, data } = packet;
    assert.notEqual(meta.kind, 'Resend_ack');
    const fields = meta.kind === 'Ack' ? ['Ack', meta.index] : [meta.kind];
    assert.deepEqual(datagram, writePacket(index, id, fields, data));
  }
}
