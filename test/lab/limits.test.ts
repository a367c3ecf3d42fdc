/** Each cause that a rate may be limited by, made. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lifetime } from '../support/children.js';
import { type Instance, startInstance, startListener } from '../support/instance.js';
import type { PeerLine } from '../support/lines.js';
import { type Lab, makeLab, RIGHT_IP, whyNoLab } from '../support/netns.js';

const PORT = 1234;
const lab = { skip: whyNoLab() };

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
    const rows = [...client.all('snapshot'), ...client.all('summary')].flatMap(({ clients }) => clients);
    const causes = rows
      .flatMap((row) => [row.up, row.down])
      .map(({ limited_by: limit }) => limit?.cause ?? 'rate');
    assert.deepEqual([...new Set(causes)], ['rate'], 'a wrong verdict is worse than none');
  });
}

test('a slow link limits TCP: its queue makes round trips longer', lab, async (t) => {
  const { net, client } = await startPair(t, `tcp://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=up`);
  shape(net);
  const { evidence } = await causeOf(client, 'clients', 'up', 'path');
  assert.match(evidence, /round trips grew from|TCP sent/);
});

test(
  'a slow link limits UDP, whose sender can only say that it is the path or the receiver',
  lab,
  async (t) => {
    const { net, client } = await startPair(
      t,
      `udp://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=up&packet-size=1300`,
    );
    shape(net);
    await causeOf(client, 'clients', 'up', 'path-or-receiver');
  },
);

test('a receiver that seldom reads limits TCP by its window', lab, async (t) => {
  const { client, listener } = await startPair(t, `tcp://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=up`);
  await client.line('measured');
  slowDown(t, listener, { stoppedMs: 190, runningMs: 10 });
  const { evidence } = await causeOf(client, 'clients', 'up', 'window');
  assert.match(evidence, /^the peer's window held data back \d+% of the time/);
});

test("datagrams that come while the receiver doesn't read overflow its buffer", lab, async (t) => {
  const uri = `udp://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=up&reliable=off&rate=100mbit&cc=none`;
  const { client, listener } = await startPair(t, uri);
  await client.line('measured');
  slowDown(t, listener, { stoppedMs: 900, runningMs: 600 });
  const { evidence } = await causeOf(listener, 'servers', 'up', 'receiver-buffer');
  assert.match(evidence, /^[\d,]+ datagrams were dropped in this side's receive queue$/);
  const { queue_drops: drops } = await summaryRow(listener, 'servers');
  assert.ok((drops ?? 0) > 0);
});

test('without any limit a sender of datagrams is limited by its CPU', lab, async (t) => {
  const uri = `udp://${RIGHT_IP}:${PORT}?monitor-bandwidth&direction=up&reliable=off&packet-size=64`;
  const { client } = await startPair(t, uri);
  const { evidence } = await causeOf(client, 'clients', 'up', 'sender-cpu');
  assert.match(evidence, /^this side's shard was busy (9\d|100)% of the time$/);
});

interface Pair {
  readonly net: Lab;
  readonly client: Instance;
  readonly listener: Instance;
}

async function startPair(t: Lifetime, uri: string): Promise<Pair> {
  const net = makeLab(t);
  const protocol = uri.slice(0, 3);
  const listener = await startListener(t, ['--interval', '1s'], `${protocol}:${PORT}`, net.on('right'));
  const client = startInstance(t, ['--connect', uri, '--interval', '1s'], net.on('left'));
  return { net, client, listener };
}

function shape(net: Lab): void {
  const bucket = ['tbf', 'rate', '20mbit', 'burst', '32kb', 'latency', '100ms'];
  net.run('left', ['tc', 'qdisc', 'add', 'dev', 'cable', 'root', ...bucket]);
}

/** Lets an instance run for a part of the time only, until the test ends. */
function slowDown(t: Lifetime, instance: Instance, turn: { stoppedMs: number; runningMs: number }): void {
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    instance.signal('SIGSTOP');
    timer = setTimeout(run, turn.stoppedMs);
  };
  const run = () => {
    instance.signal('SIGCONT');
    timer = setTimeout(stop, turn.runningMs);
  };
  stop();
  t.after(() => {
    clearTimeout(timer);
    instance.signal('SIGCONT');
  });
}

/** Waits for a verdict of this cause. */
async function causeOf(
  instance: Instance,
  side: 'clients' | 'servers',
  direction: 'up' | 'down',
  cause: string,
): Promise<{ evidence: string }> {
  const limitOf = (peer: PeerLine | undefined) => peer?.[direction].limited_by ?? null;
  const line = await instance.peer(side, (peer) => limitOf(peer)?.cause === cause);
  return limitOf(line[side][0])!;
}

async function summaryRow(instance: Instance, side: 'clients' | 'servers'): Promise<PeerLine> {
  instance.signal('SIGCONT');
  instance.signal('SIGINT');
  const { [side]: rows } = await instance.line('summary');
  return rows[0]!;
}

function assertRate(rateBps: number | null, wantedBps: number): void {
  assert.ok(Math.abs((rateBps ?? 0) - wantedBps) < 0.1 * wantedBps, `${rateBps} bit/s, not ${wantedBps}`);
}
