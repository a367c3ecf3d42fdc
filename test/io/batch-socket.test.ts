import assert from 'node:assert/strict';
import type { RemoteInfo } from 'node:dgram';
import { describe, it, type TestContext } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { loadBatchCalls } from '../../src/io/batch/calls.js';
import { PeerNames } from '../../src/io/batch/peer-names.js';
import { BatchSocket } from '../../src/io/batch/socket.js';
import { bindUdp, connectUdp, type UdpSettings } from '../../src/io/open-udp.js';
import { Poller } from '../../src/io/poller.js';
import type { DatagramRun, DatagramSocket } from '../../src/io/udp.js';

const { calls, reason } = loadBatchCalls();
const skip = calls === null ? `no batches here: ${reason}` : false;
const BATCH: UdpSettings = {
  udpIo: 'batch',
  poller: new Poller(() => {}),
  notice: (text) => assert.fail(text),
  noteIdle() {},
};
const DGRAM: UdpSettings = { ...BATCH, udpIo: 'dgram' };
const ANY_END = { address: null, prepare() {} };

/** Collects what comes to a socket, and sends it back when asked to. */
class Reader {
  sizeBytes = 0;
  readonly remotes = new Set<RemoteInfo>();
  readonly values: number[] = [];
  readonly #segmentBytes: number;
  #wanted = Number.POSITIVE_INFINITY;
  #done: () => void = () => {};

  constructor(segmentBytes: number) {
    this.#segmentBytes = segmentBytes;
  }

  handleDatagram(bytes: Uint8Array, off: number, end: number, remote: RemoteInfo): void {
    this.remotes.add(remote);
    this.sizeBytes += end - off;
    for (let at = off; at < end; at += this.#segmentBytes) this.values.push(bytes[at]!);
    if (this.sizeBytes >= this.#wanted) this.#done();
  }

  handleBatchEnd(): void {}

  handleError({ text }: { text: string }): void {
    assert.fail(text);
  }

  handleTooLarge(): void {
    assert.fail('a datagram is above the MTU of loopback');
  }

  until(sizeBytes: number): Promise<void> {
    this.#wanted = sizeBytes;
    return new Promise((resolve) => {
      this.#done = resolve;
      if (this.sizeBytes >= sizeBytes) resolve();
    });
  }
}

/** Each segment begins with its number, modulo 256. */
function runOf(segments: number, segmentBytes: number): DatagramRun {
  const bytes = new Uint8Array(segments * segmentBytes);
  for (let i = 0; i < segments; i++) bytes[i * segmentBytes] = i;
  return { bytes, segmentBytes, segments, sizeBytes: bytes.length };
}

async function started(
  t: TestContext,
  opening: Promise<DatagramSocket>,
  reader: Reader,
): Promise<DatagramSocket> {
  const socket = await opening;
  t.after(() => socket.close());
  socket.start(reader);
  return socket;
}

function bound(t: TestContext, host: string | null, reader: Reader): Promise<DatagramSocket> {
  return started(t, bindUdp(BATCH, 'event', { host, port: 0, family: 0 }, 'exclusive'), reader);
}

function connected(
  t: TestContext,
  settings: UdpSettings,
  ip: string,
  { local }: DatagramSocket,
  reader: Reader,
): Promise<DatagramSocket> {
  return started(t, connectUdp(settings, 'event', ip, local.port, ANY_END), reader);
}

describe('a socket of batches', { skip }, () => {
  it('delivers every datagram of every run, in order, in both directions', async (t) => {
    const [segments, segmentBytes] = [40, 1200];
    const [atListener, atClient] = [new Reader(segmentBytes), new Reader(segmentBytes)];
    const listener = await bound(t, '127.0.0.1', atListener);
    const client = await connected(t, BATCH, '127.0.0.1', listener, atClient);
    assert.ok(listener instanceof BatchSocket && client instanceof BatchSocket);
    const run = runOf(segments, segmentBytes);
    const numbers = Array.from({ length: segments }, (_, i) => i);
    assert.equal(
      client.send(run, null, () => {}),
      true,
    );
    await atListener.until(run.sizeBytes);
    assert.deepEqual(atListener.values, numbers);
    const [remote] = atListener.remotes;
    assert.ok(remote);
    assert.deepEqual([remote.address, remote.port], ['127.0.0.1', client.local.port]);
    assert.equal(
      listener.send(run, remote, () => {}),
      true,
    );
    await atClient.until(run.sizeBytes);
    assert.deepEqual(atClient.values, numbers);
  });

  for (const latency of ['block', 'spin'] as const) {
    it(`hands over what comes without the event loop, and lets go when it is closed (${latency})`, async (t) => {
      const [atListener, atClient] = [new Reader(100), new Reader(100)];
      const binding = bindUdp(BATCH, latency, { host: '127.0.0.1', port: 0, family: 0 }, 'exclusive');
      const listener = await started(t, binding, atListener);
      const connecting = connectUdp(BATCH, latency, '127.0.0.1', listener.local.port, ANY_END);
      const client = await started(t, connecting, atClient);
      for (let round = 1; round <= 5; round++) {
        client.send(runOf(3, 100), null, () => {});
        await atListener.until(round * 300);
        const [remote] = atListener.remotes;
        listener.send(runOf(2, 100), remote!, () => {});
        await atClient.until(round * 200);
      }
      await Promise.all([client.close(), listener.close()]);
    });
  }

  it('speaks with IPv4 and IPv6 peers on a socket of both, and knows each by one object', async (t) => {
    const reader = new Reader(100);
    const listener = await bound(t, null, reader);
    for (const ip of ['127.0.0.1', '::1']) {
      const back = new Reader(100);
      const client = await connected(t, DGRAM, ip, listener, back);
      for (let i = 1; i <= 3; i++) {
        const wanted = reader.sizeBytes + 100;
        client.send(runOf(1, 100), null, () => {});
        await reader.until(wanted);
      }
      const remote = [...reader.remotes].at(-1);
      assert.ok(remote);
      listener.send(runOf(2, 100), remote, () => {});
      await back.until(200);
    }
    assert.equal(reader.remotes.size, 2);
  });

  it('keeps its memory while the collector runs between all calls', async (t) => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const reader = new Reader(1000);
    const listener = await bound(t, '127.0.0.1', reader);
    const client = await connected(t, BATCH, '127.0.0.1', listener, new Reader(1000));
    for (let round = 1; round <= 100; round++) {
      client.send(runOf(20, 1000), null, () => {});
      collect();
      await reader.until(round * 20_000);
    }
    assert.equal(reader.values.length, 2000);
    for (const [at, value] of reader.values.entries()) assert.equal(value, at % 20);
  });

  it('is silent after its close, and its descriptor is not used again', async (t) => {
    const reader = new Reader(100);
    const listener = await bound(t, '127.0.0.1', reader);
    const client = await connected(t, BATCH, '127.0.0.1', listener, new Reader(100));
    await client.close();
    assert.equal(
      client.send(runOf(2, 100), null, () => assert.fail('sent')),
      true,
    );
  });
});

describe('names of peers', () => {
  it('are the same object from the system`s structure and from node`s text', () => {
    const names = new PeerNames();
    for (const [address, family] of [
      ['192.0.2.7', 'IPv4'],
      ['2001:db8::7', 'IPv6'],
      ['::ffff:192.0.2.7', 'IPv6'],
      ['::1', 'IPv6'],
    ] as const) {
      const told = names.known({ address, family, port: 4711, size: 0 });
      const name = names.nameOf(told);
      assert.equal(names.of(name, 0), told);
      assert.deepEqual([told.address, told.family, told.port], [address, family, 4711]);
    }
  });

  it('of more peers than are kept in mind are learnt again', () => {
    const names = new PeerNames();
    for (let port = 1; port <= 10_000; port++) {
      assert.equal(names.known({ address: '192.0.2.1', family: 'IPv4', port, size: 0 }).port, port);
    }
  });
});
