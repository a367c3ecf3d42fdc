/** `conntest report` as a command. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { formatBytes, formatCount, formatLatency } from '../../src/report/print/format.js';
import { logFile, logText, seconds } from '../analysis/log.js';
import { end, failed, start } from '../report/fixture.js';
import { type Finished, runChild } from '../support/children.js';
import { CLI_PATH, startInstance, startListener } from '../support/instance.js';

const LOG = logText([
  start(0),
  failed(500),
  ...seconds([{ upBps: 8e6, latenciesNs: [1_000_000], loadedNs: [4_000_000], lost: 3 }]),
  end(1000),
]);

function report(t: TestContext, ...args: string[]): Promise<Finished> {
  return runChild(t, [process.execPath, CLI_PATH, 'report', ...args]);
}

describe('conntest report', { concurrency: 3 }, () => {
  test('a log of a real run becomes a page, with -o or in report.html', async (t) => {
    const listener = await startListener(t);
    const log = logFile(t, '');
    const uri = `tcp://127.0.0.1:${listener.port}?monitor-bandwidth&phase=200ms`;
    const client = startInstance(t, ['--connect', uri, '-i', '200ms', '--log', log]);
    await client.peer('clients', ({ up, latency }) => up.phases > 1 && latency.count > 1);
    assert.equal(await client.stop(), 0);
    const path = join(dirname(log), 'page.html');
    const { code, stderr } = await report(t, log, '-o', path);
    assert.deepEqual([code, stderr], [0, `conntest: the report is in ${path}\n`]);
    const page = readFileSync(path, 'utf8');
    assert.match(page, /Bandwidth over time/);
    assert.match(page, /Latency by percentile/);

    const cwd = dirname(log);
    const here = await runChild(t, [process.execPath, CLI_PATH, 'report', log], { cwd });
    assert.equal(here.code, 0);
    assert.equal(readFileSync(join(cwd, 'report.html'), 'utf8'), page);
  });

  test('--text prints the tables', async (t) => {
    const { code, stdout } = await report(t, logFile(t, LOG), '--text');
    assert.equal(code, 0);
    assert.match(stdout, /^== sender, 2026-11-23 12:00:00 UTC =+$/m);
    assert.match(stdout, /^ {2}idle +1 +1\.00 ms/m);
    assert.match(stdout, /^ {2}load \/ idle +x 4\.00/m);
    assert.match(stdout, /^ {2}try failed +tcp:.* connect +ECONNREFUSED +1 +400 us/m);
  });

  test("the system's own figures of a run are in --text, on the page and in CSV", async (t) => {
    const log = logFile(t, '');
    const csv = join(dirname(log), 'run.csv');
    const logs = ['--ui', `json=${log}`, '--log', csv];
    const [tcp, udp] = [await startListener(t), await startListener(t, [], 'udp:127.0.0.1:0')];
    const targets = [`tcp://127.0.0.1:${tcp.port}`, `udp://127.0.0.1:${udp.port}`];
    const connects = targets.flatMap((target) => ['--connect', `${target}?ping-interval=50ms`]);
    const client = startInstance(t, [...connects, '-i', '200ms', ...logs]);
    await client.line('snapshot', ({ clients }) =>
      clients.every(({ latency, path_mtu_bytes: mtu }) => latency.count > 1 && mtu !== null),
    );
    assert.equal(await client.stop(), 0);
    const [tcpRow, udpRow] = (await client.line('summary')).clients;
    assert.ok(tcpRow?.tcp && udpRow);
    assert.ok(tcpRow.tcp.rtt_us !== null && tcpRow.tcp.cwnd_bytes !== null);

    const { stdout } = await report(t, log, '--text');
    const [, table = ''] = stdout.split(/^The system's own figures$/m);
    const [, first = '', second = ''] = table.trim().split('\n');
    const cells = [
      formatLatency(tcpRow.tcp.rtt_us * 1000),
      formatBytes(tcpRow.tcp.cwnd_bytes),
      formatCount(tcpRow.tcp.retransmits),
      formatCount(tcpRow.path_mtu_bytes),
    ];
    for (const cell of cells) assert.ok(first.trim().split(/ {2,}/).includes(cell), `${cell} in ${first}`);
    assert.match(second, new RegExp(` ${formatCount(udpRow.path_mtu_bytes)} +${udpRow.queue_drops}$`));
    const page = await report(t, log, '-o', '-');
    assert.match(page.stdout, /<h4>The system(?:'|&#39;)s own figures<\/h4>/);

    const [head = '', ...lines] = readFileSync(csv, 'utf8').trim().split('\n');
    const last =
      lines.filter((line) => line.includes(',summary,') && line.includes(targets[0]!)).at(-1) ?? '';
    const at = (name: string) => last.split(',')[head.split(',').indexOf(name)];
    const { rtt_us: rttUs, cwnd_bytes: cwndBytes } = tcpRow.tcp;
    assert.deepEqual([at('tcp_rtt_us'), at('tcp_cwnd_bytes')], [`${rttUs}`, `${cwndBytes}`]);
  });

  test('-o - prints the page', async (t) => {
    const { code, stdout } = await report(t, logFile(t, LOG), '-o', '-');
    assert.equal(code, 0);
    assert.match(stdout, /<\/html>\n$/);
  });

  test('a reader that has seen enough is a good end', async (t) => {
    const command = 'set -o pipefail; "$0" "$1" report "$2" -o - | head -c 9';
    const { code, stdout, stderr } = await runChild(t, [
      'bash',
      '-c',
      command,
      process.execPath,
      CLI_PATH,
      logFile(t, LOG),
    ]);
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: '<!doctype', stderr: '' });
  });

  test('--help says what it takes', async (t) => {
    const { code, stdout } = await report(t, '--help');
    assert.equal(code, 0);
    assert.match(stdout, /^Usage: conntest report <run\.jsonl>\.\.\. \[options\]\n/);
    for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line);
  });

  test('mistakes are named, with what would be right', async (t) => {
    const log = logFile(t, LOG);
    const csv = logFile(t, 't_ms,type\n1,start\n', 'run.csv');
    const cases: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
      [[], 2, /no log was given; write e\.g\. conntest report run\.jsonl/],
      [[log, '--nonsense'], 2, /'--nonsense'.*--help lists the options/],
      [[log, '--text', '-o', 'x.html'], 2, /leave one of them out/],
      [['/no/such.jsonl'], 1, /can't be read: ENOENT.*\/no\/such\.jsonl/],
      [[csv], 1, /no run in it; give a log in JSON Lines/],
      [[log, '-o', '/no/such/x.html'], 1, /can't be written: ENOENT/],
    ];
    for (const [args, expected, says] of cases) {
      const { code, stderr } = await report(t, ...args);
      assert.equal(code, expected, stderr);
      assert.match(stderr, says);
    }
  });
});
