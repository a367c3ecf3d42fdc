/** `conntest probe` against everything that can stand behind a port of this machine. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { type Lifetime, runChild, spawnChild } from '../support/children.js';
import { CLI_PATH, startListener } from '../support/instance.js';
import { freePort } from '../support/ports.js';
import { type PortLine, portLine, probe } from '../support/probe.js';

const PROBE = [process.execPath, CLI_PATH, 'probe'];
const IMPATIENT = ['--timeout', '400ms', '--tries', '1'];

/** A TCP service that does this with each connection. */
async function serve(t: Lifetime, handle: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    handle(socket);
  });
  t.after(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

function verdict({ state, cause, errno, said }: PortLine): readonly unknown[] {
  return [state, cause, errno, said];
}

describe('conntest probe', { concurrency: 3 }, () => {
  test('a conntest is named over TCP and UDP, and neither side calls it an error', async (t) => {
    const tcp = await startListener(t, ['--name', 'receiver']);
    const udp = await startListener(t, ['--name', 'receiver'], 'udp:127.0.0.1:0');
    const targets = [`tcp://127.0.0.1:${tcp.port}`, `udp://127.0.0.1:${udp.port}`];
    const found = await probe(t, [...targets, '--expect', 'conntest']);
    assert.equal(found.code, 0);
    assert.deepEqual(
      found.ports.map(({ state, peer }) => [state, peer?.name, peer?.version]),
      [
        ['open', 'receiver', 2],
        ['open', 'receiver', 2],
      ],
    );
    const { cause } = await tcp.line('lost');
    assert.deepEqual([cause.code, cause.text], ['PEER_CLOSED', 'the peer said goodbye: this was a probe']);
    assert.equal(await udp.stop(), 0);
    assert.deepEqual(udp.all('connected'), []);
  });

  test('services that are no conntest are told apart by what they do', async (t) => {
    const greets = await serve(t, (socket) => socket.write('220 mail.example ESMTP\r\n'));
    const closes = await serve(t, (socket) => socket.end());
    const resets = await serve(t, (socket) => socket.once('data', () => socket.resetAndDestroy()));
    const echoes = await serve(t, (socket) => socket.pipe(socket));
    const silent = await serve(t, () => {});
    const closed = await freePort();
    const ports = [greets, closes, resets, echoes, silent, closed];
    const found = await probe(t, [`tcp://127.0.0.1:${ports.join(',')}`, ...IMPATIENT, '--expect', 'open']);
    assert.deepEqual(verdict(portLine(found, greets)), [
      'open',
      'not-conntest',
      null,
      '220 mail.example ESMTP\r\n',
    ]);
    assert.deepEqual(verdict(portLine(found, closes)), ['open', 'not-conntest', null, null]);
    assert.deepEqual(verdict(portLine(found, resets)), ['open', 'reset', 'ECONNRESET', null]);
    assert.equal(portLine(found, echoes).cause, 'not-conntest');
    assert.deepEqual(verdict(portLine(found, silent)), ['open', 'not-conntest', null, null]);
    assert.deepEqual(verdict(portLine(found, closed)), ['closed', 'refused', 'ECONNREFUSED', null]);
    assert.equal(found.code, 4);
    assert.deepEqual([found.summary.expected, found.summary.unexpected], ['open', 1]);
  });

  test('with --no-hello a service hears nothing', async (t) => {
    let heard = 0;
    const port = await serve(t, (socket) => {
      socket.on('data', (bytes) => {
        heard += bytes.length;
      });
    });
    const found = await probe(t, [`tcp://127.0.0.1:${port}`, '--no-hello']);
    assert.deepEqual(verdict(portLine(found, port)), ['open', 'accepted', null, null]);
    assert.equal(heard, 0);
  });

  test('a UDP service that answers something else is open, one that is silent may be anything', async (t) => {
    const ports: number[] = [];
    for (const answers of [true, false]) {
      const socket = createSocket('udp4');
      t.after(() => socket.close());
      socket.on('message', (_, { port, address }) => answers && socket.send('what?', port, address));
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
      ports.push(socket.address().port);
    }
    const closed = await freePort('udp');
    const found = await probe(t, [`udp://127.0.0.1:${[...ports, closed].join(',')}`, ...IMPATIENT]);
    assert.deepEqual(verdict(portLine(found, ports[0]!, 'udp')), ['open', 'not-conntest', null, 'what?']);
    assert.deepEqual(verdict(portLine(found, ports[1]!, 'udp')), ['open|filtered', 'timed-out', null, null]);
    assert.equal(portLine(found, closed, 'udp').state, 'closed');
    assert.equal(found.code, 0);
  });

  test('where the system calls of Linux are not known the same ports get the same states', async (t) => {
    const tcp = await startListener(t, ['--name', 'receiver']);
    const udp = await startListener(t, ['--name', 'receiver'], 'udp:127.0.0.1:0');
    const greets = await serve(t, (socket) => socket.write('hello'));
    const silent = await serve(t, () => {});
    const closed = await freePort();
    const closedUdp = await freePort('udp');
    const targets = [
      `tcp://127.0.0.1:${[tcp.port, greets, silent, closed].join(',')}`,
      `udp://127.0.0.1:${[udp.port, closedUdp].join(',')}`,
    ];
    const imports = [new URL('../support/no-native.js', import.meta.url).href];
    const found = await probe(t, [...targets, ...IMPATIENT], { imports });
    assert.equal(portLine(found, tcp.port).peer?.name, 'receiver');
    assert.equal(portLine(found, udp.port, 'udp').peer?.name, 'receiver');
    assert.deepEqual(verdict(portLine(found, greets)), ['open', 'not-conntest', null, 'hello']);
    assert.deepEqual(verdict(portLine(found, silent)), ['open', 'not-conntest', null, null]);
    assert.deepEqual(verdict(portLine(found, closed)), ['closed', 'refused', 'ECONNREFUSED', null]);
    // The ICMP error itself is what that way can't tell.
    const { state, icmp } = portLine(found, closedUdp, 'udp');
    assert.deepEqual([state, icmp], ['closed', null]);
  });

  test('a name without an address is told as unknown, and is not what was expected', async (t) => {
    const found = await probe(t, ['tcp://nosuch.invalid:80', '--expect', 'open']);
    assert.deepEqual([portLine(found, 80).state, portLine(found, 80).cause], ['unknown', 'unresolved']);
    assert.equal(found.code, 4);
  });

  test('the text groups neighbours with the same answer, and shows each port with --all', async (t) => {
    const port = await serve(t, (socket) => socket.write('hi\n\u001b[31m'));
    const grouped = await runChild(t, [...PROBE, `tcp://127.0.0.1:${port},${await freePort()}`]);
    assert.match(grouped.stdout, /^tcp 127\.0\.0\.1\n {2}ports +state +time +tries +cause\n/);
    assert.match(
      grouped.stdout,
      new RegExp(`\\n +${port} +open .*accepts, but is no conntest; it says "hi"`),
    );
    assert.match(grouped.stdout, /refused \(ECONNREFUSED\)\n/);
    assert.match(grouped.stdout, /\n2 ports in .*: 1 open, 1 closed\n$/);
    assert.ok(!grouped.stdout.includes('\u001b'));
    const all = await runChild(t, [...PROBE, 'tcp://127.0.0.1:1-5', '--all']);
    assert.equal(all.stdout.split('\n').filter((line) => line.includes('closed ')).length, 5);
  });

  test('--watch shows the first round, then what changes, until it is interrupted', async (t) => {
    const port = await freePort();
    const child = spawnChild(t, [
      ...PROBE,
      `tcp://127.0.0.1:${port}`,
      ...['--watch', '100ms', '--ui', 'json', '--expect', 'open'],
    ]);
    assert.ok(child.stdout !== null);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async (type: string): Promise<PortLine> => {
      for (;;) {
        const { value, done } = await lines.next();
        assert.ok(!done, `it ended before a '${type}' line`);
        const line = JSON.parse(value as string) as { type: string };
        if (line.type === type) return line as PortLine;
      }
    };
    assert.equal((await next('port')).state, 'closed');
    await next('summary');
    const server = createServer((socket) => socket.end());
    t.after(() => server.close());
    server.listen(port, '127.0.0.1');
    const change = await next('change');
    assert.deepEqual([change.state_before, change.state, change.cause], ['closed', 'open', 'not-conntest']);
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    assert.deepEqual(await ended, [0, null]);
  });

  test('a round that is interrupted shows what is known, and what is not known was not as expected', async (t) => {
    const port = await serve(t, (socket) => socket.end());
    const later = `udp://127.0.0.1:${port}-${Math.min(port + 100, 65_535)}`;
    const child = spawnChild(t, [
      ...PROBE,
      `tcp://127.0.0.1:${port}`,
      later,
      ...['--rate', '2', '--expect', 'open', '--ui', 'json'],
    ]);
    assert.ok(child.stdout !== null);
    const lines: { type: string; ports?: number }[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
    await once(child.stdout, 'data'); // the start line: the threads start now
    const closed = once(child, 'close');
    child.kill('SIGINT');
    assert.deepEqual(await closed, [4, null]);
    const summary = lines.find(({ type }) => type === 'summary');
    assert.ok(summary !== undefined && (summary.ports ?? 0) < 101);
  });

  test('--help of probe is told without a run, and a mistake is one line', async (t) => {
    const help = await runChild(t, [...PROBE, '--help']);
    assert.equal(help.code, 0);
    assert.match(help.stdout, /^Usage: conntest probe <target>\.\.\. \[options\]\n/);
    for (const line of help.stdout.split('\n')) assert.ok(line.length <= 80, line);
    const mistake = await runChild(t, [...PROBE, 'tcp://127.0.0.1:1', '--wach', '1s']);
    assert.deepEqual([mistake.code, mistake.stdout], [2, '']);
    assert.match(mistake.stderr, /^conntest: unknown option '--wach'; did you mean '--watch'\?\n$/);
  });
});

test('all 65,535 ports of this machine are told in less than 20 s', async (t) => {
  const { summary } = await probe(t, ['tcp://127.0.0.1:1-65535', '--no-hello']);
  assert.equal(summary.ports, 65_535);
  assert.ok(Number(summary.closed) > 65_000);
  assert.equal(summary.unknown, 0);
  assert.ok(Number(summary.elapsed_us) < 20e6, `${summary.elapsed_us} us`);
});

test('with few descriptors fewer tries are made at once, it says so, and nothing is lost', async (t) => {
  const args = ['tcp://127.0.0.1:1-3000', '--no-hello'];
  const found = await probe(t, args, { prefix: ['prlimit', '--nofile=200:200'] });
  assert.match(found.stderr, /^conntest: \d+ tries at once instead of 500: .*\(ulimit -n\)\n$/);
  assert.equal(found.summary.ports, 3000);
  assert.equal(found.summary.unknown, 0);
});

test('--rate is kept over all threads', async (t) => {
  const { summary } = await probe(t, ['tcp://127.0.0.1:1-60', '--rate', '100', '--workers', '2']);
  const elapsedUs = Number(summary.elapsed_us);
  assert.ok(elapsedUs > 0.55e6, `60 tries at 100 a second within ${elapsedUs} us`);
});
