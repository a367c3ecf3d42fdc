/** How a run ends, and what a pipe gets to see. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { runChild, spawnChild } from '../support/children.js';
import { CLI_PATH, type Instance, startInstance, startListener } from '../support/instance.js';
import type { PacketLine } from '../support/lines.js';
import { freePort } from '../support/ports.js';
import { bandwidth, hello, packet, rawClient } from '../support/raw-peer.js';

const CONNTEST = [process.execPath, CLI_PATH];

const ESCAPE = '\u001b';

/** For a busy machine to start a program, and to measure. */
const LONG_ENOUGH = '3s';

describe('a run', { concurrency: 3 }, () => {
  test('--time ends with the summary as the last line and exit code 0', async (t) => {
    const receiver = await startListener(t);
    const sender = startInstance(t, ['--connect', `tcp://127.0.0.1:${receiver.port}`, '--time', LONG_ENOUGH]);
    assert.equal(await sender.ended(), 0);
    assert.deepEqual(lastTypes(sender), ['end', 'summary']);
    assert.equal((await sender.line('end')).reason, 'time');
    assert.equal(sender.stderr, '');
  });

  test('the first SIGINT ends in good order: summary, goodbye to the peer, exit code 0', async (t) => {
    const receiver = await startListener(t);
    const sender = startInstance(t, [
      '--connect',
      `tcp://127.0.0.1:${receiver.port}?monitor-bandwidth&direction=up&phase=100ms`,
    ]);
    await sender.line('phase');
    assert.equal(await sender.stop(), 0);
    assert.deepEqual(lastTypes(sender), ['end', 'summary']);
    assert.equal((await sender.line('end')).reason, 'interrupt');
    const { cause } = await receiver.line('lost');
    assert.equal(cause.code, 'PEER_CLOSED');
  });

  test('a SIGINT that comes at any time of the start ends in good order too', async (t) => {
    const receiver = await startListener(t);
    const sender = startInstance(t, ['--connect', `tcp://127.0.0.1:${receiver.port}?connections=20`]);
    await sender.line('start');
    const code = await sender.stop();
    assert.ok(code === 0 || code === 3 || code === 4, `exit code ${code}`);
    assert.deepEqual(lastTypes(sender), ['end', 'summary']);
  });

  test('a run that reaches no peer ends with 3', async (t) => {
    const address = `tcp://127.0.0.1:${await freePort()}`;
    const sender = startInstance(t, ['--connect', `${address}?connections=2`, '--time', '500ms']);
    assert.equal(await sender.ended(), 3);
    assert.equal((await sender.line('summary')).clients[0]?.connections_up, 0);
  });

  test('a run that reaches some of its peers ends with 4', async (t) => {
    const receiver = await startListener(t);
    const sender = startInstance(t, [
      ...['--connect', `tcp://127.0.0.1:${receiver.port}`],
      ...['--connect', `tcp://127.0.0.1:${await freePort()}`],
    ]);
    await Promise.all([sender.line('measured'), sender.line('failed')]);
    assert.equal(await sender.stop(), 4);
  });

  test('a closed pipe ends it cleanly and soon', async (t) => {
    for (const ui of ['text', 'log', 'json']) {
      const child = spawnChild(t, [...CONNTEST, '--ui', ui, '--time', '30s', '--interval', '100ms']);
      const { stdout, stderr } = child;
      assert.ok(stdout && stderr);
      let errors = '';
      stderr.on('data', (text: string) => {
        errors += text;
      });
      let shown = '';
      stdout.on('data', (text: string) => {
        shown += text;
        if (/measured|first latency/.test(shown)) stdout.destroy();
      });
      const [code, signal] = await once(child, 'close');
      assert.deepEqual([code, signal], [0, null], `--ui ${ui}: ${errors}`);
      assert.doesNotMatch(errors, /EPIPE|Error:|\n +at /);
    }
  });

  test('head -1 gets its line, and the run is over long before its time', async (t) => {
    const conntest = `"${process.execPath}" "${CLI_PATH}" --ui json --time 1h --interval 100ms 2>/dev/null`;
    const { stdout, code } = await runChild(t, ['sh', '-c', `${conntest} | head -n 1`]);
    assert.equal(code, 0);
    assert.equal(JSON.parse(stdout).type, 'start');
  });

  test('the bare program measures itself over loopback, and a pipe gets no escape sequences', async (t) => {
    const runs = ['text', 'log', 'json'].map(async (ui) => {
      const { code, stdout, stderr } = await runChild(
        t,
        [...CONNTEST, '--ui', ui, '-t', LONG_ENOUGH, '-i', '200ms'],
        {
          env: { ...process.env, FORCE_COLOR: undefined, TERM: 'xterm-256color' },
        },
      );
      assert.equal(code, 0);
      assert.ok(stdout.length > 200, stdout);
      assert.ok(!`${stdout}${stderr}`.includes(ESCAPE), `--ui ${ui} wrote an escape sequence into a pipe`);
      assert.ok(!stdout.includes('\r'));
      assert.match(stderr, /measures itself over loopback/);
    });
    await Promise.all(runs);
  });

  test('the text summary names totals and percentiles of both sides', async (t) => {
    const { stdout } = await runChild(t, [...CONNTEST, '--ui', 'text', '-t', LONG_ENOUGH]);
    for (const expected of [/As client/i, /As server/i, /p50/, /p99/, /Summary/i])
      assert.match(stdout, expected);
  });

  for (const protocol of ['tcp', 'udp']) {
    test(`--log-packets shows each control packet and one line for the data of a phase (${protocol})`, async (t) => {
      const receiver = await startListener(t, [], `${protocol}:127.0.0.1:0`);
      const uri = `${protocol}://127.0.0.1:${receiver.port}?monitor-bandwidth&packet-size=10kb&test-size=100kb`;
      const sender = startInstance(t, ['--connect', uri, '--log-packets']);
      await sender.line('packets', ({ lines }) => lines.some(isDownData));
      await sender.stop();

      const packets = sender.all('packets').flatMap(({ lines }) => lines);
      const sent = packets.filter(({ direction }) => direction === 'sent').slice(0, 6);
      assert.deepEqual(
        sent.map(({ kind, index, count }) => [kind, index, count]),
        [
          ['Hello', 0, 1],
          ['Ping', 1, 1],
          ['Pong', 2, 1],
          ['Start', 3, 1],
          ['data', 4, 10],
          ['Done', 14, 1],
        ],
      );
      const received = packets.filter(({ direction }) => direction === 'received').slice(0, 5);
      assert.deepEqual(
        received.map(({ kind, index, count, data_bytes: bytes }) => [kind, index, count, bytes]),
        [
          ['Hello', 0, 1, received[0]?.data_bytes],
          ['Pong', 1, 1, 20],
          ['Report', 2, 1, received[2]?.data_bytes],
          ['Done', 13, 1, received[3]?.data_bytes],
          ['data', 3, 10, 10_000],
        ],
      );
    });
  }
});

test('the second SIGINT ends at once with 130', async (t) => {
  // A stranger that never reads what it has asked for keeps the orderly end waiting.
  const receiver = await startListener(t, ['--timeout', '30s']);
  const deaf = await rawClient(t, receiver.port);
  deaf.socket.pause();
  deaf.send(packet(0, hello('deaf')) + packet(1, bandwidth('Down', 1000, 1e6)));
  await receiver.line('hello');
  await receiver.peer('servers', ({ sent_bytes: bytes }) => bytes > 1e6);
  const startMs = performance.now();
  // Signals that are sent at once arrive as one.
  const again = setInterval(() => receiver.signal('SIGINT'), 50);
  const code = await receiver.ended();
  clearInterval(again);
  assert.equal(code, 130);
  assert.ok(performance.now() - startMs < 1000);
});

function isDownData({ kind, direction }: PacketLine): boolean {
  return kind === 'data' && direction === 'received';
}

function lastTypes(instance: Instance): string[] {
  return instance.lines.slice(-2).map(({ type }) => type);
}
