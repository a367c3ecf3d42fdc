/** Ways on which the kernel does not cut runs, by destination: two of them on one socket, of which one refuses. */
import assert from 'node:assert/strict';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { type BatchCalls, loadBatchCalls } from '../../src/io/batch/calls.js';
import { BatchSocket } from '../../src/io/batch/socket.js';
import { MSGHDR } from '../../src/io/kernel/msghdr.js';
import { Poller } from '../../src/io/poller.js';
import { UdpSocket } from '../../src/io/udp.js';

const { calls, reason } = loadBatchCalls();
const skip = calls === null ? `no batches here: ${reason}` : false;
const LOOPBACK = '127.0.0.1';
const SEGMENTS = 5;
/** Of a single message: behind its header and the vector is its struct sockaddr, whose port is this far in. */
const PORT_AT = 64 + 16 + 2;
const HOST_IS_LITTLE = true;

/** What the system answers to one destination; the rest is real. */
const refusal = { port: 0, joined: '', many: '' };
let code = '';
const made: string[] = [];

/** Only what is to be cut has a control message. */
function isRefused(message: Uint8Array): boolean {
  const port = new DataView(message.buffer).getUint16(PORT_AT);
  const isJoined = new DataView(message.buffer).getUint32(MSGHDR.controlLength, HOST_IS_LITTLE) > 0;
  return port === refusal.port && isJoined;
}

function refusingCalls(real: BatchCalls): BatchCalls {
  const answer = (name: string, refused: string, call: () => number): number => {
    made.push(name);
    code = refused;
    return refused === '' ? call() : -1;
  };
  return {
    ...real,
    libc: { ...real.libc, errnoName: () => code || real.libc.errnoName() },
    sendmsg: (fd, message, flags) =>
      answer('sendmsg', isRefused(message) ? refusal.joined : '', () => real.sendmsg(fd, message, flags)),
    sendmmsg: (fd, messages, count, flags) =>
      answer('sendmmsg', refusal.many, () => real.sendmmsg(fd, messages, count, flags)),
  };
}

const refusing = calls && refusingCalls(calls);

for (const { joined, many, first, later, smaller } of [
  { joined: 'EIO', many: '', first: ['sendmsg', 'sendmmsg'], later: ['sendmmsg'], smaller: ['sendmmsg'] },
  { joined: 'EINVAL', many: '', first: ['sendmsg', 'sendmmsg'], later: ['sendmmsg'], smaller: ['sendmmsg'] },
  {
    joined: 'EMSGSIZE',
    many: '',
    first: ['sendmsg', 'sendmmsg'],
    later: ['sendmmsg'],
    smaller: ['sendmsg', 'sendmmsg'],
  },
  {
    joined: 'EOPNOTSUPP',
    many: 'ENOSYS',
    first: ['sendmsg', 'sendmmsg', ...singles()],
    later: singles(),
    smaller: singles(),
  },
]) {
  test(`${joined}${many && ` and then ${many}`} of one destination changes nothing for another, and is said once`, {
    skip,
  }, async (t) => {
    const notices: string[] = [];
    const [refused, other] = [await reader(t), await reader(t)];
    const socket = await batchSocket(t, notices);
    Object.assign(refusal, { port: refused.remote.port, joined, many });

    assert.deepEqual(await callsOf(socket, refused, 1000), first);
    assert.deepEqual(await callsOf(socket, other, 1000), ['sendmsg'], 'the other is as fast as before');
    assert.deepEqual(await callsOf(socket, refused, 1000), later, 'it is not asked again');
    assert.deepEqual(await callsOf(socket, refused, 900), smaller);
    const why = joined === 'EMSGSIZE' ? 'which are above its MTU' : `(${joined})`;
    assert.deepEqual(notices, [
      `the system can't cut datagrams of 1000 bytes to ${LOOPBACK}, ${why}: they leave one by one [cut ${LOOPBACK} ${joined}]`,
    ]);
  });
}

function singles(): string[] {
  return Array.from({ length: SEGMENTS }, () => 'sendmsg');
}

interface Reader {
  readonly socket: Socket;
  readonly remote: RemoteInfo;
}

async function reader(t: TestContext): Promise<Reader> {
  const socket = createSocket('udp4');
  t.after(() => socket.close());
  socket.bind(0, LOOPBACK);
  await once(socket, 'listening');
  return { socket, remote: { address: LOOPBACK, port: socket.address().port, family: 'IPv4', size: 0 } };
}

async function batchSocket(t: TestContext, notices: string[]): Promise<BatchSocket> {
  assert.ok(refusing);
  const inner = await UdpSocket.bind({ host: LOOPBACK, port: 0, family: 4 }, 'exclusive');
  const socket = BatchSocket.over(inner, {
    calls: refusing,
    poller: new Poller(() => {}),
    latency: 'event',
    notice: (text, once) => notices.push(`${text} [${once}]`),
    noteIdle() {},
  });
  assert.ok(socket);
  t.after(() => socket.close());
  return socket;
}

/** The system calls that a run took, all of which has arrived. */
async function callsOf(socket: BatchSocket, { socket: to, remote }: Reader, segmentBytes: number) {
  made.length = 0;
  const bytes = new Uint8Array(SEGMENTS * segmentBytes);
  for (let i = 0; i < SEGMENTS; i++) bytes[i * segmentBytes] = i;
  const numbers: number[] = [];
  const arrived = new Promise<void>((resolve) => {
    to.on('message', function take(datagram: Buffer) {
      assert.equal(datagram.length, segmentBytes);
      numbers.push(datagram[0]!);
      if (numbers.length < SEGMENTS) return;
      to.off('message', take);
      resolve();
    });
  });
  const run = { bytes, segmentBytes, segments: SEGMENTS, sizeBytes: bytes.length };
  assert.equal(
    socket.send(run, remote, () => {}),
    true,
  );
  await arrived;
  assert.deepEqual(numbers, [0, 1, 2, 3, 4]);
  return [...made];
}
