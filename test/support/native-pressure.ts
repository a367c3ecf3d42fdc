/** A process of its own (node --expose-gc): makes each native call over and over, with collections and allocations
 *  between whatever it is prepared from, for as many ms as its argument says. Prints how often, as JSON. */
import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect as connectTcp, createServer, type Socket as TcpSocket } from 'node:net';
import { loadBatchCalls } from '../../src/io/batch/calls.js';
import { PeerNames } from '../../src/io/batch/peer-names.js';
import { BatchReceiver } from '../../src/io/batch/receiver.js';
import { BatchSender, newWay, type SendWay } from '../../src/io/batch/sender.js';
import { fdOf, fdOfDatagrams, setReading } from '../../src/io/kernel/descriptor.js';
import { pathMtuBytes } from '../../src/io/kernel/path-mtu.js';
import { PollSet } from '../../src/io/kernel/poll-set.js';
import { dropsOf } from '../../src/io/kernel/queue-drops.js';
import { bufferSizes, setPacingRate } from '../../src/io/kernel/socket-request.js';
import { readTcpInfo } from '../../src/io/kernel/tcp-info.js';
import { sendUnsplit } from '../../src/io/kernel/unsplit.js';
import { LinuxSockets, POLL } from '../../src/io/linux-sockets.js';
import { bindUdp, connectUdp, type UdpSettings } from '../../src/io/open-udp.js';
import { Poller } from '../../src/io/poller.js';
import { sockaddr } from '../../src/io/sockaddr.js';
import type { DatagramRun, DatagramSocket } from '../../src/io/udp.js';

const LOOPBACK = '127.0.0.1';
/** RFC 863; nobody is there. */
const DISCARD_PORT = 9;
/** A collection of what is young takes some 100 us, one of everything some milliseconds. */
const MINOR_EVERY = 4;
const MAJOR_EVERY = 256;
/** What a run's datagrams may hold: on V8's heap as long as it is small, outside where it is large. */
const SIZES = [1, 7, 64, 700, 1400];

const { calls } = loadBatchCalls();
assert.ok(calls, 'no native calls here');
const nativeCalls = calls;
const collect = globalThis.gc;
assert.ok(collect, 'node runs without --expose-gc');
const runCollection = collect;

const made = { exchanges: 0, figures: 0, errors: 0, polls: 0, closes: 0 };
let turns = 0;

/** Between the parts of a call. */
function press(): void {
  Array.from({ length: 50 }, (_, i) => new Uint8Array(i * 8).fill(0xee));
  turns++;
  if (turns % MAJOR_EVERY === 0) runCollection();
  else if (turns % MINOR_EVERY === 0) runCollection({ type: 'minor' });
}

function filledRun(segmentBytes: number): DatagramRun {
  const segments = 1 + (turns % 20);
  const bytes = new Uint8Array(segments * segmentBytes);
  for (let i = 0; i < segments; i++) bytes.fill(i, i * segmentBytes, (i + 1) * segmentBytes);
  return { bytes, segmentBytes, segments, sizeBytes: bytes.length };
}

/** UDP_SEGMENT, sendmmsg, a call a datagram. */
function ways(): SendWay[] {
  return [newWay(), { ...newWay(), maxJoinedBytes: 0 }, { ...newWay(), maxJoinedBytes: 0, hasMany: false }];
}

function exchange(from: Socket, to: Socket): void {
  const name = sockaddr(LOOPBACK, to.address().port);
  const [sender, receiver, peers] = [
    new BatchSender(nativeCalls),
    new BatchReceiver(nativeCalls),
    new PeerNames(),
  ];
  for (const way of ways()) {
    for (const segmentBytes of SIZES) {
      press();
      const run = filledRun(segmentBytes);
      press();
      assert.equal(sender.send(fdOfDatagrams(from), run, name, way), run.segments, sender.code);
      press();
      const got = new Uint8Array(run.sizeBytes);
      let gotBytes = 0;
      while (gotBytes < run.sizeBytes) {
        const count = receiver.receive(fdOfDatagrams(to), peers, (bytes, off, end, { port }) => {
          press();
          assert.equal(port, from.address().port);
          got.set(bytes.subarray(off, end), gotBytes);
          gotBytes += end - off;
        });
        assert.ok(count > 0, `${gotBytes} of ${run.sizeBytes} bytes came: ${receiver.code}`);
      }
      assert.equal(Buffer.compare(got, run.bytes), 0);
      made.exchanges++;
    }
  }
}

function askFigures(tcp: TcpSocket, udp: Socket): void {
  press();
  const [tcpFd, udpFd] = [fdOf(tcp), fdOfDatagrams(udp)];
  assert.ok((readTcpInfo(tcpFd)?.pathMtuBytes ?? 0) > 1000);
  assert.ok((bufferSizes(udpFd).receiveBufferBytes ?? 0) > 1000);
  assert.equal(dropsOf(udpFd), 0);
  assert.ok((pathMtuBytes(tcpFd) ?? 0) > 1000);
  setPacingRate(tcpFd, 8e9 + turns);
  assert.equal(
    sendUnsplit(udpFd, () => {
      press();
      return turns;
    }),
    turns,
  );
  for (const ask of [readTcpInfo, dropsOf, pathMtuBytes]) assert.equal(ask(-1), null);
  made.figures++;
}

/** connect(2), poll(2) and the error queue on descriptors of our own. */
function refusals(closedPort: number): void {
  const system = new LinuxSockets(nativeCalls.libc);
  press();
  const fd = system.connect('udp', LOOPBACK, closedPort);
  assert.ok(typeof fd === 'number', `${fd}`);
  press();
  assert.equal(system.send(fd, new Uint8Array(9)), 9);
  const fds = new Uint8Array(8);
  const view = new DataView(fds.buffer);
  view.setInt32(0, fd, true);
  view.setInt16(4, POLL.in, true);
  press();
  assert.equal(system.poll(fds, 1, 1000), 1);
  press();
  assert.deepEqual(system.takeIcmp(fd), { type: 3, code: 3, from: LOOPBACK });
  assert.equal(system.takeIcmp(fd), null);
  assert.equal(system.takeError(fd), null, 'it went with the last one of the queue');
  assert.equal(system.receive(fd, new Uint8Array(5)), 'EAGAIN');
  assert.equal(system.isBoundTo(fd, LOOPBACK, closedPort), false);
  system.close(fd);
  const set = new PollSet();
  set.set([]);
  press();
  assert.equal(set.wait(0), false);
  made.errors++;
  made.polls++;
}

const SETTINGS: UdpSettings = {
  udpIo: 'batch',
  poller: new Poller(() => {}),
  notice: (text) => assert.fail(text),
  noteIdle() {},
};

/** Closes a listener while it takes what came with one call, and a client whose datagrams have not left. */
async function closeInTheMiddle(): Promise<void> {
  const listener = await bindUdp(SETTINGS, 'event', { host: LOOPBACK, port: 0, family: 0 }, 'exclusive');
  const { port } = listener.local;
  const local = { address: null, prepare() {} };
  const client = await connectUdp(SETTINGS, 'event', LOOPBACK, port, local);
  const slow = await connectUdp({ ...SETTINGS, udpIo: 'dgram' }, 'event', LOOPBACK, port, local);
  const closed = new Promise<void>((resolve) => {
    listener.start({ ...SILENT, handleDatagram: () => resolve(closeUnder(listener)) });
  });
  for (const socket of [client, slow]) {
    socket.start(SILENT);
    for (const segmentBytes of SIZES) socket.send(filledRun(segmentBytes), null, press);
  }
  await Promise.all([client.close(), slow.close(), closed]);
  press();
  made.closes++;
}

const SILENT = { handleDatagram() {}, handleBatchEnd() {}, handleError() {}, handleTooLarge() {} };

function closeUnder(socket: DatagramSocket): Promise<void> {
  const closing = socket.close();
  press();
  return closing;
}

async function boundSocket(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, LOOPBACK);
  await once(socket, 'listening');
  setReading(socket, false);
  return socket;
}

const server = createServer((accepted) => accepted.resume()).listen(0, LOOPBACK);
await once(server, 'listening');
const tcp = connectTcp((server.address() as { port: number }).port, LOOPBACK);
await once(tcp, 'connect');
// Closed to all but one, and taken: otherwise it would be another socket's own sooner or later.
const reserved = await boundSocket();
reserved.connect(DISCARD_PORT, LOOPBACK);
await once(reserved, 'connect');
const closedPort = reserved.address().port;

const endMs = performance.now() + Number(process.argv[2]);
while (performance.now() < endMs) {
  const [from, to] = [await boundSocket(), await boundSocket()];
  exchange(from, to);
  for (let i = 0; i < 20; i++) {
    askFigures(tcp, to);
    refusals(closedPort);
  }
  from.close();
  to.close();
  await closeInTheMiddle();
}
tcp.destroy();
reserved.close();
server.close();
process.stdout.write(`${JSON.stringify({ ...made, presses: turns })}\n`);
