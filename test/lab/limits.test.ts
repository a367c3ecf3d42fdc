/** Each cause that a rate may be limited by, made. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { limitCpu, whyNoQuota } from '../support/cpu-quota.js';
import {
  assertCauses,
  causeOf,
  DELAY_MS,
  heedful,
  PORT,
  QUOTA_PERCENT,
  SMALL_WINDOW,
  shape,
  slowDown,
  startOn,
  startPair,
  summaryRow,
} from '../support/limit-pair.js';
import { makeLongLab, RIGHT_IP, whyNoLab } from '../support/netns.js';

const lab = { skip: whyNoLab() };
const quota = { skip: whyNoLab() || whyNoQuota() };

describe('a limit that no CPU makes', { concurrency: 3 }, () => {
  for (const protocol of ['tcp', 'udp'] as const) {
    test(`a rate that is set limits ${protocol}, in both directions`, lab, async (t) => {
      const { client } = await startPair(
        t,
        `${protocol}://${RIGHT_IP}:${PORT}?monitor-bandwidth&phase=600ms&rate=20mbit`,
      );
      await causeOf(client, 'clients', 'up', 'rate');
      await causeOf(client, 'clients', 'down', 'rate');
      const { up } = await summaryRow(client, 'clients');
      assertRate(up.mean_rate_bps, 20e6);
      // A busy machine may keep an interval below its rate: by its own CPU, or the receiver's, which over UDP may not have
      // told of it yet.
      const others = ['sender-cpu', 'receiver-cpu', ...(protocol === 'udp' ? ['path-or-receiver'] : [])];
      const rows = [...client.all('snapshot'), ...client.all('summary')].flatMap(({ clients }) => clients);
      const causes = rows
        .flatMap(({ up, down }) => [up, down])
        .flatMap(({ limited_by: limit }) => limit?.cause ?? []);
      assert.deepEqual(
        causes.filter((cause) => cause !== 'rate' && !others.includes(cause)),
        [],
        'a wrong verdict is worse than none',
      );
    });
  }

  test('a slow link limits TCP: its queue makes round trips longer', lab, async (t) => {
    const { net, client } = await startPair(t, `tcp://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=up`);
    shape(net);
    await causeOf(client, 'clients', 'up', 'path', /round trips grew from|TCP sent/);
  });

  test('a slow link limits UDP: its receiver, which drops nothing, is idle', lab, async (t) => {
    const { net, client } = await startPair(
      t,
      `udp://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=up&packet-size=1300`,
    );
    shape(net);
    await causeOf(client, 'clients', 'up', 'path', /packets were lost|round trips grew from/);
  });

  test('losses on a long path limit TCP', lab, async (t) => {
    const net = await makeLongLab(t, DELAY_MS);
    // As many segments are lost as the formula has it, none of them with others of its burst.
    net.run('left', ['ip', 'link', 'set', 'cable', 'gso_max_segs', '1']);
    net.filter('right', `tcp dport ${PORT} numgen random mod 100 == 0 drop`);
    const pair = await startOn(
      t,
      net,
      `tcp://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=up&cc=${heedful()}`,
    );
    await causeOf(pair.client, 'clients', 'up', 'path', /^TCP sent [\d,]+ segments again$/);
    await assertCauses(pair, 'up', ['path'], []);
  });

  test('a small send buffer limits TCP on a long path', lab, async (t) => {
    const net = await makeLongLab(t, DELAY_MS);
    const pair = await startOn(
      t,
      net,
      `tcp://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=up&sndbuf=64kb`,
    );
    await causeOf(
      pair.client,
      'clients',
      'up',
      'send-buffer',
      /^this side's send buffer was too small \d+% of the time$/,
    );
    await assertCauses(pair, 'up', ['send-buffer'], []);
  });

  for (const [protocol, options] of [
    ['tcp', 'rcvbuf=64kb'],
    ['udp', 'rcvbuf=128kb&packet-size=1300'],
  ] as const) {
    test(`a small window limits ${protocol} on a long path`, lab, async (t) => {
      const net = await makeLongLab(t, DELAY_MS);
      const uri = `${protocol}://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=down&${options}`;
      const pair = await startOn(t, net, uri);
      await causeOf(pair.listener, 'servers', 'down', 'window', SMALL_WINDOW);
      await assertCauses(pair, 'down', [], ['window']);
    });
  }
});

for (const protocol of ['tcp', 'udp'] as const) {
  test(`a receiver of ${protocol} without a CPU limits it, as both ends say`, quota, async (t) => {
    const pair = await startPair(t, `${protocol}://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=up`);
    await pair.client.line('measured');
    limitCpu(t, pair.listener.pid, QUOTA_PERCENT);
    await causeOf(
      pair.client,
      'clients',
      'up',
      'receiver-cpu',
      /the peer's shard was busy, or waited for a CPU, (9\d|100)% of the time/,
    );
    await causeOf(pair.listener, 'servers', 'up', 'receiver-cpu');
  });

  test(`a sender of ${protocol} without a CPU limits it`, quota, async (t) => {
    const pair = await startPair(t, `${protocol}://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=up`);
    await pair.client.line('measured');
    limitCpu(t, pair.client.pid, QUOTA_PERCENT);
    await causeOf(pair.client, 'clients', 'up', 'sender-cpu');
  });
}

test('a receiver that is stopped for most of the time has no CPU', lab, async (t) => {
  const { client, listener } = await startPair(t, `tcp://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=up`);
  await client.line('measured');
  slowDown(t, listener, { stoppedMs: 190, runningMs: 10 });
  await causeOf(
    client,
    'clients',
    'up',
    'receiver-cpu',
    /the peer's shard was busy, or waited for a CPU, \d+% of the time$/,
  );
});

test("datagrams that come while the receiver doesn't read overflow its buffer", lab, async (t) => {
  const uri = `udp://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=up&reliable=off&rate=100mbit&cc=none&phase=1s`;
  const { client, listener } = await startPair(t, uri);
  await client.line('measured');
  slowDown(t, listener, { stoppedMs: 900, runningMs: 600 });
  await causeOf(
    listener,
    'servers',
    'up',
    'receiver-buffer',
    /^[\d,]+ datagrams were dropped in this side's receive queue$/,
  );
  const { queue_drops: drops } = await summaryRow(listener, 'servers');
  assert.ok((drops ?? 0) > 0);
});

test('a receive buffer that overflows limits UDP, as both ends say', lab, async (t) => {
  const uri = `udp://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=down&rcvbuf=8kb`;
  const pair = await startPair(t, uri);
  await causeOf(pair.client, 'clients', 'down', 'receiver-buffer');
  await causeOf(
    pair.listener,
    'servers',
    'down',
    'receiver-buffer',
    /^[\d,]+ datagrams were dropped in the peer's receive queue$/,
  );
  await assertCauses(pair, 'down', ['receiver-buffer'], ['receiver-buffer']);
});

test('without any limit a sender of datagrams is limited by its CPU', lab, async (t) => {
  const uri = `udp://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=up&reliable=off&packet-size=64`;
  const { client } = await startPair(t, uri);
  await causeOf(
    client,
    'clients',
    'up',
    'sender-cpu',
    /^this side's shard was busy, or waited for a CPU, (9\d|100)% of the time$/,
  );
});

function assertRate(rateBps: number | null, wantedBps: number): void {
  assert.ok(Math.abs((rateBps ?? 0) - wantedBps) < 0.1 * wantedBps, `${rateBps} bit/s, not ${wantedBps}`);
}
