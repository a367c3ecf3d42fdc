/** What the network between two instances limits, made; and what only looks like a limit of something else. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Lifetime, spawnChild } from '../support/children.js';
import { limitCpu, whyNoQuota } from '../support/cpu-quota.js';
import { startInstance } from '../support/instance.js';
import {
  assertCauses,
  causeOf,
  DELAY_MS,
  type Pair,
  PORT,
  QUOTA_PERCENT,
  SMALL_WINDOW,
  shape,
  slowDown,
  startOn,
  startPair,
  summaryRow,
} from '../support/limit-pair.js';
import { makeLab, makeLongLab, RIGHT_IP, whyNoLab } from '../support/netns.js';

const lab = { skip: whyNoLab() };
const quota = { skip: whyNoLab() || whyNoQuota() };
const ORIGINAL = fileURLToPath(new URL('../support/original/main.js', import.meta.url));

describe('the network', { concurrency: 3 }, () => {
  for (const protocol of ['tcp', 'udp'] as const) {
    test(`a slow link back limits ${protocol} downwards, as its sender says`, lab, async (t) => {
      const net = makeLab(t);
      shape(net, 'right');
      const uri = `${protocol}://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=down&packet-size=1300`;
      const pair = await startOn(t, net, uri);
      await causeOf(
        pair.listener,
        'servers',
        'down',
        'path',
        /round trips grew from|packets were lost|TCP sent/,
      );
      // Of an interval without a report of the receiver it may be either.
      await assertCauses(pair, 'down', [], protocol === 'tcp' ? ['path'] : ['path', 'path-or-receiver']);
    });
  }

  test('a small window of the listener limits TCP upwards', lab, async (t) => {
    const net = await makeLongLab(t, DELAY_MS);
    net.run('right', ['sysctl', '-qw', 'net.ipv4.tcp_rmem=4096 65536 65536']);
    const pair = await startOn(t, net, `tcp://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=up`);
    await causeOf(pair.client, 'clients', 'up', 'window', SMALL_WINDOW);
    await assertCauses(pair, 'up', ['window'], []);
  });

  test('a small receive buffer of the listener limits UDP upwards', lab, async (t) => {
    const net = await makeLongLab(t, DELAY_MS);
    const uri = `udp://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=up&packet-size=1300`;
    const pair = await startOn(t, net, uri, '?rcvbuf=128kb');
    await causeOf(pair.client, 'clients', 'up', 'window', SMALL_WINDOW);
    await assertCauses(pair, 'up', ['window'], []);
  });

  test('where the receiver has not reported, a slow link may as well be the receiver', lab, async (t) => {
    const net = makeLab(t);
    shape(net);
    const uri = `udp://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=up&packet-size=1300&phase=5s`;
    const pair = await startOn(t, net, uri);
    await causeOf(
      pair.client,
      'clients',
      'up',
      'path-or-receiver',
      /packets were lost|round trips grew from/,
    );
    await causeOf(pair.client, 'clients', 'up', 'path');
    await assertCauses(pair, 'up', ['path', 'path-or-receiver'], []);
  });

  test('losses on a long path limit UDP by its congestion control', lab, async (t) => {
    const pair = await startLossy(t, 'packet-size=1300');
    await causeOf(pair.client, 'clients', 'up', 'path', /^[\d,]+ packets were lost$/);
    // Of an interval without a report of the receiver it may be either.
    await assertCauses(pair, 'up', ['path', 'path-or-receiver'], []);
  });

  test('a rate that is set is not reached where a tenth of it is lost for good', lab, async (t) => {
    const pair = await startLossy(t, 'packet-size=1300&reliable=off&cc=none&rate=50mbit&phase=300ms');
    await causeOf(pair.client, 'clients', 'up', 'path', /^[\d,]+ packets were lost$/);
    // The first interval may end before the receiver has told of a loss, and on a busy machine any without a report.
    await assertCauses(pair, 'up', ['rate', 'path', 'path-or-receiver'], []);
    const causes = pair.client.all('snapshot').map(({ clients }) => clients[0]?.up.limited_by?.cause);
    assert.ok(causes.lastIndexOf('rate') < causes.indexOf('path'), `${causes}`);
    assert.equal((await summaryRow(pair.client, 'clients')).up.limited_by?.cause, 'path');
  });

  test('a slow link in front of an original, which tells nothing, is taken for nothing', lab, async (t) => {
    const net = makeLab(t);
    shape(net, 'left', '5mbit');
    const { prefix = [] } = net.on('right');
    const original = spawnChild(t, [...prefix, process.execPath, ORIGINAL, String(PORT)]);
    assert.ok(original.stdout);
    await once(original.stdout, 'data');
    const uri = `udp://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=up&packet-size=1300&phase=250ms`;
    const client = startInstance(t, ['--connect', uri, '--interval', '500ms'], net.on('left'));
    await client.atLeast(6, 'phase');
    const { protocol_version: version, up } = await summaryRow(client, 'clients');
    assert.deepEqual({ version, limit: up.limited_by }, { version: 1, limit: null });
  });
});

test('a client of UDP without a CPU limits what it receives, as both ends say', quota, async (t) => {
  const { client, listener } = await startPair(
    t,
    `udp://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=down`,
  );
  await client.line('measured');
  limitCpu(t, client.pid, QUOTA_PERCENT);
  await causeOf(client, 'clients', 'down', 'receiver-cpu');
  await causeOf(
    listener,
    'servers',
    'down',
    'receiver-cpu',
    /the peer's shard was busy, or waited for a CPU, (9\d|100)% of the time/,
  );
});

test('a listener of TCP without a CPU limits what it sends', quota, async (t) => {
  const { client, listener } = await startPair(
    t,
    `tcp://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=down`,
  );
  await client.line('measured');
  limitCpu(t, listener.pid, QUOTA_PERCENT);
  await causeOf(listener, 'servers', 'down', 'sender-cpu');
});

test(
  'a receiver that is stopped half of the time makes round trips long, and is not taken for the path',
  lab,
  async (t) => {
    const uri = `udp://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=up&packet-size=1300`;
    const pair = await startPair(t, uri);
    await pair.client.line('measured');
    slowDown(t, pair.listener, { stoppedMs: 60, runningMs: 50 });
    await pair.client.atLeast(10, 'phase');
    // Whether anything is told depends on how fast the machine is; the path never is.
    await assertCauses(pair, 'up', ['path-or-receiver'], []);
  },
);

/** A tenth of the bulk data is lost. */
async function startLossy(t: Lifetime, options: string): Promise<Pair> {
  const net = await makeLongLab(t, DELAY_MS);
  net.filter('right', `udp dport ${PORT} udp length > 1000 numgen random mod 100 < 10 drop`);
  return startOn(t, net, `udp://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=up&${options}`);
}
