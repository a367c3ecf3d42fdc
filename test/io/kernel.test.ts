/** The system's own figures of sockets, over loopback. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { TcpDial } from '../../src/io/dial.js';
import { fdOfDatagrams } from '../../src/io/kernel/descriptor.js';
import { dropsOf, QueueDrops, UdpTables } from '../../src/io/kernel/queue-drops.js';
import {
  AS_THE_SYSTEM_HAS_IT,
  applyRequest,
  bufferSizes,
  kernelOptions,
  listenRequest,
  type SocketRequest,
  setPacingRate,
} from '../../src/io/kernel/socket-request.js';
import { readTcpInfo } from '../../src/io/kernel/tcp-info.js';
import { loadLibc } from '../../src/io/libc.js';
import type { TcpLink } from '../../src/io/tcp.js';

const kernel = { skip: loadLibc().reason ?? false };

const NOTHING = listenRequest(AS_THE_SYSTEM_HAS_IT);

test('TCP_INFO tells of a connection, and nothing once it is closed', kernel, async (t) => {
  const { link, accepted } = await dial(t, {
    ...NOTHING,
    tcpCc: 'reno',
    pacingRateBps: 8e9,
    sendBufferBytes: 50_000,
  });
  assert.deepEqual(bufferSizes(link.fd).sendBufferBytes, 100_000);
  accepted.resume();
  await new Promise((written) => link.socket.write(new Uint8Array(40_000_000), written));
  const info = readTcpInfo(link.fd);
  assert.ok(info);
  assert.ok(info.rttUs > 0 && info.rttUs < 1e6, `${info.rttUs} us`);
  assert.ok(info.minRttUs > 0 && info.minRttUs <= info.rttUs, `${info.minRttUs} us`);
  assert.ok(info.cwndBytes > 1000 && info.pathMtuBytes > 1000, JSON.stringify(info));
  assert.ok(info.busyUs > 0);
  assert.equal(info.pacingRateBps, 8e9, 'the kernel paces at what was asked for');
  setPacingRate(link.fd, 0);
  await new Promise<void>((released) => link.destroy(released));
  assert.equal(readTcpInfo(link.fd), null);
});

test("a peer that doesn't read shows as time that its window held data back", kernel, async (t) => {
  const { link, accepted } = await dial(t, NOTHING);
  accepted.pause();
  link.socket.write(new Uint8Array(20_000_000));
  const before = await windowLimitedAfter(link, 0);
  assert.ok((await windowLimitedAfter(link, before)) > before);
});

test('a refused option is told by its name, and the descriptor of the try is closed', kernel, async (t) => {
  const server = await listening(t);
  const request = { host: '127.0.0.1', port: server, family: 4, timeoutMs: 5000 } as const;
  const failure = await new Promise<{ code: string; text: string }>((resolve, reject) => {
    new TcpDial(
      { ...request, socket: { ...NOTHING, tcpCc: 'nonesuch' } },
      { handleConnected: () => reject(new Error('connected')), handleFailed: resolve },
    );
  });
  const text = 'cc=: the system refuses it: there is no such congestion control (ENOENT)';
  assert.deepEqual({ code: failure.code, text: failure.text }, { code: 'SOCKET_OPTION', text });
});

test('options that need the kernel are named as the user writes them', () => {
  assert.deepEqual(kernelOptions(NOTHING), []);
  assert.deepEqual(kernelOptions({ ...NOTHING, bindAddress: '127.0.0.1' }), []);
  const all = { tos: 0, tcpCc: 'reno', sendBufferBytes: 1, receiveBufferBytes: 1, dontFragment: false };
  assert.deepEqual(kernelOptions({ ...NOTHING, ...all, bindDevice: 'lo', pacingRateBps: 1 }), [
    'dscp or tos',
    'cc',
    'sndbuf',
    'rcvbuf',
    'df',
    'a device in bind',
    'rate over TCP',
  ]);
});

test('datagrams that overflow the receive queue of a socket are counted once', kernel, async (t) => {
  const receiver = createSocket('udp4');
  const sender = createSocket('udp4');
  t.after(() => sender.close());
  t.after(() => receiver.close());
  receiver.bind(0, '127.0.0.1');
  sender.bind(0, '127.0.0.1');
  await Promise.all([once(receiver, 'listening'), once(sender, 'listening')]);
  const fd = fdOfDatagrams(receiver);
  applyRequest(fd, 4, { ...NOTHING, receiveBufferBytes: 1024 });
  // Nothing is read before this turn of the loop is over: send() reaches the kernel at once where it can.
  for (let i = 0; i < 200; i++) sender.send(new Uint8Array(1000), receiver.address().port, '127.0.0.1');
  await new Promise((sent) => sender.send(new Uint8Array(1), receiver.address().port, '127.0.0.1', sent));
  const drops = new QueueDrops();
  const socket = { fd };
  const dropped = drops.take(socket, 0);
  assert.ok(dropped !== null && dropped > 0, `${dropped} dropped`);
  assert.equal(drops.take(socket, 0), 0);
  assert.equal(drops.take({ fd: -1 }, 0), null, 'of a socket that there is not');
  assert.equal(dropsOf(fd), dropped);
  assert.equal(new UdpTables().dropsOf(fd, 0), dropped, 'in the table that the system shows');
  assert.equal(new UdpTables().dropsOf(-1, 0), null);
});

/** Awaits the kernel's next answer above `leastUs`. */
async function windowLimitedAfter(link: TcpLink, leastUs: number): Promise<number> {
  for (;;) {
    const limitedUs = readTcpInfo(link.fd)?.windowLimitedUs ?? 0;
    if (limitedUs > leastUs) return limitedUs;
    await new Promise((turn) => setImmediate(turn));
  }
}

async function listening(t: TestContext, onSocket: (socket: Socket) => void = () => {}): Promise<number> {
  const server = createServer(onSocket);
  t.after(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function dial(t: TestContext, socket: SocketRequest): Promise<{ link: TcpLink; accepted: Socket }> {
  let accept: (socket: Socket) => void = () => {};
  const accepting = new Promise<Socket>((resolve) => {
    accept = resolve;
  });
  const port = await listening(t, (accepted) => accept(accepted));
  const link = await new Promise<TcpLink>((resolve, reject) => {
    new TcpDial(
      { host: '127.0.0.1', port, family: 4, timeoutMs: 5000, socket },
      { handleConnected: resolve, handleFailed: ({ text }) => reject(new Error(text)) },
    );
  });
  const accepted = await accepting;
  t.after(() => link.destroy());
  t.after(() => accepted.destroy());
  return { link, accepted };
}
