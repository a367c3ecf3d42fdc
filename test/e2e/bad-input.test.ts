/** Strangers at a listener's port: each is closed on its limit with a reason, and a peer that behaves does not notice. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { after, before, type TestContext, test } from 'node:test';
import type { Lifetime } from '../support/children.js';
import { type Instance, startInstance, startListener } from '../support/instance.js';
import type { Line, LineOf, PeerLine } from '../support/lines.js';
import { maxDescriptors, residentBytes } from '../support/process-figures.js';
import { bandwidth, hello, PING, packet, type RawPeer, rawClient } from '../support/raw-peer.js';
import { STRANGERS, type Stranger, TIMEOUT_MS } from './strangers.js';

/** What a busy machine may add to a time. */
const SLACK_MS = 1500;

const FLOOD = 5000;
/** Of strangers that one worker serves at once. */
const MAX_ACCEPTED = 4096;
const fewFiles = maxDescriptors() < FLOOD + 1000 && `needs a limit of ${FLOOD + 1000} open files (ulimit -n)`;

/** One listener with one healthy client, which all tests here try to disturb. */
let listener: Instance & { readonly port: number };
let healthy: Instance;
const ended: Parameters<Lifetime['after']>[0][] = [];

before(async () => {
  const lifetime: Lifetime = { after: (end) => ended.push(end) };
  listener = await startListener(lifetime, ['--timeout', `${TIMEOUT_MS}ms`, '-i', '100ms']);
  const uri = `tcp://127.0.0.1:${listener.port}?ping-interval=10ms`;
  healthy = startInstance(lifetime, ['--name', 'healthy', '--connect', uri, '-i', '100ms']);
  await healthy.line('measured');
});

after(async () => {
  for (const end of ended) await end();
});

test('each stranger is closed on its limit with a reason that names what it did', {
  concurrency: true,
}, async (t) => {
  await undisturbed(() =>
    Promise.all(STRANGERS.map((stranger) => t.test(stranger.what, (inner) => assertClosed(inner, stranger)))),
  );
});

test('a peer that closes in the middle of a packet is said to have done so', async (t) => {
  await undisturbed(async () => {
    const stranger = await rawClient(t, listener.port);
    stranger.send(packet(0, hello('hasty')) + packet(1, PING).slice(0, 50));
    const lost = await endOf(stranger, () => stranger.socket.end());
    assert.equal(lost.cause.code, 'PEER_CLOSED');
    assert.match(lost.cause.text, /middle of a packet/);
  });
});

test('a client that asks for Down data and never reads is closed on the timeout, and costs little memory', async (t) => {
  await undisturbed(async () => {
    const beforeBytes = residentBytes(listener.pid);
    const deaf = await rawClient(t, listener.port);
    deaf.socket.pause();
    const lost = await endOf(deaf, () => {
      deaf.send(packet(0, hello('deaf')) + packet(1, bandwidth('Down', 2 ** 31 - 1, 60e6)));
    });
    assert.equal(lost.cause.code, 'TIMEOUT');
    assert.match(lost.cause.text, /read Down data/);
    assert.ok(lost.uptime_ms < TIMEOUT_MS + SLACK_MS, `closed after ${lost.uptime_ms} ms`);
    const grownBytes = residentBytes(listener.pid) - beforeBytes;
    assert.ok(!(grownBytes > 20e6), `${grownBytes} bytes for data that nobody took`);
  });
});

test('a client that pipelines Pings without reading is closed, and costs little memory', async (t) => {
  await undisturbed(async () => {
    const beforeBytes = residentBytes(listener.pid);
    const chatty = await rawClient(t, listener.port);
    chatty.socket.pause();
    const pings = packet(1, PING).repeat(1000);
    const lost = await endOf(chatty, () => {
      chatty.send(packet(0, hello('chatty')));
      floodWith(chatty.socket, pings);
    });
    assert.match(lost.cause.code, /PROTOCOL|TIMEOUT/);
    const grownBytes = residentBytes(listener.pid) - beforeBytes;
    assert.ok(!(grownBytes > 20e6), `${grownBytes} bytes for answers that nobody took`);
  });
});

test(`${FLOOD} connections that say nothing are let go on the timeout`, { skip: fewFiles }, async (t) => {
  await undisturbed(async () => {
    const from = listener.lines.at(-1);
    const sockets = await connectMany(t, listener.port, FLOOD);
    const crowd = ({ peer_name: name, connections_up: up }: PeerLine): boolean => name === null && up > 0;
    const full = await listener.peer('servers', crowd, from);
    assert.ok(full.servers.length < 10, 'strangers are one row, not thousands');
    assert.ok(full.process.rss_bytes < 400e6, `${full.process.rss_bytes} bytes`);
    await Promise.all(sockets.map((socket) => socket.closed || once(socket, 'close')));
    await listener.line('snapshot', ({ servers }) => !servers.some(crowd), full);
  });
});

test('strangers beyond what a worker serves at once are refused with a notice', {
  skip: fewFiles,
}, async (t) => {
  const patient = await startListener(t, ['--timeout', '1m', '--workers', '1']);
  const refused = patient.line('notice');
  await connectMany(t, patient.port, MAX_ACCEPTED + 100);
  assert.match((await refused).text, /connections were refused: one worker serves 4096 at once/);
  const { servers } = await patient.peer('servers', ({ connections_up: up }) => up === MAX_ACCEPTED);
  assert.equal(servers.length, 1);
});

async function assertClosed(t: TestContext, { says, code, text, closesAfterMs }: Stranger): Promise<void> {
  const stranger = await rawClient(t, listener.port);
  const closed = stranger.closedAfterMs();
  const lost = await endOf(stranger, () => {
    for (const part of says) stranger.send(part);
  });
  assert.match(lost.cause.code, code);
  assert.match(lost.cause.text, text);
  assert.ok(lost.uptime_ms >= closesAfterMs, `closed after ${lost.uptime_ms} ms`);
  const closedMs = await closed;
  assert.ok(closedMs < closesAfterMs + SLACK_MS, `closed after ${closedMs} ms`);
}

/** What the listener says about the end of a stranger that does `act`. */
async function endOf(stranger: RawPeer, act: () => void): Promise<LineOf<'lost'>> {
  const port = stranger.socket.localPort;
  act();
  const { key } = await listener.line('connected', ({ remote }) => remote.port === port);
  return listener.line('lost', (line) => line.key === key);
}

/** While `act` runs the healthy client goes on measuring, on the same connection, without a gap. */
async function undisturbed(act: () => Promise<unknown>): Promise<void> {
  const from = healthy.lines.at(-1);
  await act();
  const to = healthy.lines.at(-1);
  await healthy.peer('clients', ({ latency }) => latency.count > countIn(to), to);
  const since = healthy.lines.slice(healthy.lines.indexOf(from as Line));
  assert.deepEqual(
    since.filter(({ type }) => type === 'lost' || type === 'failed' || type === 'shard-died'),
    [],
  );
  for (const line of since) {
    if (line.type !== 'snapshot') continue;
    const [peer] = line.clients;
    assert.equal(peer?.state, 'connected');
    assert.equal(peer?.retries, 0);
  }
}

function countIn(line: Line | undefined): number {
  return line?.type === 'snapshot' ? (line.clients[0]?.latency.count ?? 0) : 0;
}

/** Writes for as long as the other end takes it. */
function floodWith(socket: Socket, text: string): void {
  const write = (): void => {
    while (!socket.destroyed && socket.write(text));
  };
  socket.on('drain', write);
  write();
}

/** Open connections to a listener; bursts no larger than its backlog. */
async function connectMany(t: TestContext, port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  while (sockets.length < count) {
    const burst = Array.from({ length: Math.min(500, count - sockets.length) }, () => {
      const socket = createConnection({ port, host: '127.0.0.1' });
      socket.on('error', () => {});
      socket.resume();
      return socket;
    });
    sockets.push(...burst);
    await Promise.all(burst.map((socket) => once(socket, 'connect')));
  }
  return sockets;
}
