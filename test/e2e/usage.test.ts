/** What can be wrong with a command line or a machine: one clear line, and the exit code of docs/cli.md. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import { runChild } from '../support/children.js';
import { CLI_PATH, startInstance, startListener } from '../support/instance.js';
import { rawClient } from '../support/raw-peer.js';

const CONNTEST = [process.execPath, CLI_PATH];

interface Mistake {
  readonly args: readonly string[];
  readonly says: RegExp;
}

const MISTAKES: readonly Mistake[] = [
  { args: ['--listen', 'tcp:70000'], says: /port 70000 is out of range; ports go from 0 to 65535/ },
  { args: ['--connect', 'tcp://127.0.0.1:0'], says: /port 0 is out of range/ },
  { args: ['--lisen', 'tcp:1234'], says: /unknown option '--lisen'; did you mean '--listen'\?/ },
  { args: ['--connect', 'tcp://h:1?packet-siz=5mb'], says: /packet-siz.*did you mean 'packet-size'/ },
  { args: ['--connect', 'tcp://h:1?packet-size=5xb'], says: /packet-size '5xb'.*xb.*write e\.g\. 1400/ },
  { args: ['--connect', 'tcp://h:1?packet-size=65mb'], says: /packet-size.*--max-packet-size/ },
  { args: ['--time', 'soon', '--listen', 'tcp:0'], says: /--time 'soon'.*not a duration/ },
  { args: ['--connect', 'tcp://h:1?reliable=off'], says: /reliable.*for UDP only/ },
  { args: ['--connect', 'udp://h:1?packet-size=64kb'], says: /packet-size '64kb'.*one datagram/ },
  // Names that every JavaScript object knows.
  { args: ['toString'], says: /unexpected argument 'toString'/ },
  { args: ['constructor', 'run.jsonl'], says: /unexpected argument 'constructor'/ },
  { args: ['--connect', '127.0.0.1:1234'], says: /127\.0\.0\.1:1234.*tcp:\/\// },
];

describe('a mistake', { concurrency: 3 }, () => {
  for (const { args, says } of MISTAKES) {
    test(`conntest ${args.join(' ')} ends with 2 and one line that says what is wrong`, async (t) => {
      const { code, stdout, stderr } = await runChild(t, [...CONNTEST, ...args]);
      assert.equal(code, 2);
      assert.match(stderr, says);
      assert.match(stderr, /^conntest: [^\n]+\n$/);
      assert.equal(stdout, '');
    });
  }

  test('a port that another program listens on is said to be taken, exit code 1', async (t) => {
    const other = createServer();
    t.after(() => other.close());
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    assert.ok(typeof address === 'object' && address !== null);
    for (const workers of ['1', '2']) {
      const late = startInstance(t, ['--listen', `tcp:127.0.0.1:${address.port}`, '--workers', workers]);
      const { cause } = await late.line('listen-failed');
      assert.deepEqual([cause.phase, cause.code], ['listen', 'EADDRINUSE']);
      assert.match(cause.text, /port is taken/);
      assert.equal(await late.ended(), 1);
    }
  });

  test('a port that the shards of another conntest share is taken all the same', async (t) => {
    const first = await startListener(t, ['--workers', '2']);
    for (const workers of ['1', '2']) {
      const late = startInstance(t, ['--listen', `tcp:127.0.0.1:${first.port}`, '--workers', workers]);
      const { cause } = await late.line('listen-failed');
      assert.equal(cause.code, 'EADDRINUSE');
      assert.equal(await late.ended(), 1);
    }
    await rawClient(t, first.port);
    await first.line('connected');
  });

  test('an address that is not of this machine cannot be listened on, and the error names both', async (t) => {
    // TEST-NET-3 (RFC 5737): no machine has it.
    for (const workers of ['1', '2']) {
      const args = [...CONNTEST, '--listen', 'tcp:203.0.113.9:5555', '--workers', workers, '--ui', 'text'];
      const { code, stdout } = await runChild(t, args);
      assert.equal(code, 1);
      assert.match(stdout, /203\.0\.113\.9:5555.*not one of this machine/);
    }
  });

  test('a name that cannot be listened on fails as clearly', async (t) => {
    const instance = startInstance(t, ['--listen', 'tcp:no-such-host.invalid:5555']);
    const { cause } = await instance.line('listen-failed');
    assert.match(cause.text, /does not resolve/);
    assert.equal(await instance.ended(), 1);
  });

  test('too few open files for 200 connections: a clear reason, and the others go on', async (t) => {
    const listener = await startListener(t);
    const uri = `tcp://127.0.0.1:${listener.port}?connections=200&ping-interval=20ms`;
    const poor = startInstance(t, ['--connect', uri, '-i', '200ms', '--retry-delay', '200ms'], {
      prefix: withFiles(64),
    });
    const { cause } = await poor.line('failed', (line) => line.cause.code === 'EMFILE');
    assert.equal(cause.phase, 'connect');
    assert.match(cause.text, /too many open files.*ulimit -n/);
    const [peer] = (await poor.peer('clients', ({ latency }) => latency.count > 200)).clients;
    assert.ok(peer && peer.connections_up > 10 && peer.connections_up < 64);
    assert.equal(await poor.stop(), 4);
    assert.equal(poor.stderr, '');
  });

  test('a listener with too few open files serves those that it can, and lives', async (t) => {
    const options = { prefix: withFiles(64) };
    const poor = await startListener(t, ['-i', '200ms'], 'tcp:127.0.0.1:0', options);
    const uri = `tcp://127.0.0.1:${poor.port}?connections=200&ping-interval=20ms`;
    const crowd = startInstance(t, ['--connect', uri, '-i', '200ms', '--retry-delay', '500ms']);
    await crowd.line('lost');
    const first = await poor.peer('servers', ({ latency }) => latency.count > 100);
    await poor.peer('servers', ({ latency }) => latency.count > 500, first);
    await crowd.stop();

    const alone = startInstance(t, ['--name', 'alone', '--connect', `tcp://127.0.0.1:${poor.port}`]);
    await alone.line('measured');
    assert.equal(await alone.stop(), 0);
    const notices = poor.all('notice').map(({ text }) => text);
    assert.equal(
      notices.filter((text) => /^too many open files.*ulimit -n.*are closed/.test(text)).length,
      1,
    );
    assert.ok(notices.length < 100, 'what happens all the time is not said all the time');
    assert.equal(await poor.stop(), 0);
    assert.equal(poor.stderr, '');
  });
});

/** A shell that lowers its limit and then becomes the program. */
function withFiles(count: number): string[] {
  return ['sh', '-c', `ulimit -n ${count} && exec "$@"`, 'sh'];
}
