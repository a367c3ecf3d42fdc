/** UDP between two namespaces, through a network that loses, delays, cuts and renames. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Lifetime, spawnChild } from '../support/children.js';
import { type Instance, startInstance, startListener } from '../support/instance.js';
import type { LineOf } from '../support/lines.js';
import { type Lab, LEFT_IP, makeLab, RIGHT_IP, whyNoLab } from '../support/netns.js';

const PORT = 1234;
const ADDRESS = `udp://${RIGHT_IP}:${PORT}`;
const lab = { skip: whyNoLab() };

type Phase = LineOf<'phase'>;

/** Of a packet of 1300 bytes of data the link carries 1440: 0.9 is all there is. */
const FILLED_SHARE = 0.8;

/** Each so many-th fragment is dropped, be it a packet's first or its last: a prime. */
const FRAGMENTS_A_DROP = 101;

/** What is no data is at most as long; a packet of data has 1400 bytes and a head. */
const OTHER_UDP_BYTES = 1400;

const NEW_IPS = ['198.51.100.77', '198.51.100.78'] as const;

describe('over UDP between two namespaces', { concurrency: 3 }, () => {
  for (const lossPercent of [1, 5, 20]) {
    test(
      `with ${lossPercent} % lost in each direction all data arrives, and the loss is shown as it is`,
      lab,
      async (t) => {
        const pair = await startPair(t, '?monitor-bandwidth&phase=500ms&cc=none&rate=20mbit');
        for (const side of ['left', 'right'] as const) {
          dropData(pair.lab, side, 100 / lossPercent);
          pair.lab.run(side, [
            'nft',
            `add rule inet lab in udp length <= ${OTHER_UDP_BYTES} numgen random mod 100 < ${lossPercent} drop`,
          ]);
        }
        for (const phase of await phasesFromNow(pair, 4)) {
          assertLossIs(phase, 100 / lossPercent);
          assert.equal(phase.detail?.report.packets_residual, 0);
        }
        assertNoLosses(pair);
      },
    );
  }

  test('unreliable data of which 5 % is lost shows as much', lab, async (t) => {
    const pair = await startPair(t, '?monitor-bandwidth&phase=500ms&reliable=off&rate=20mbit&direction=up');
    dropData(pair.lab, 'right', 20);
    for (const phase of await phasesFromNow(pair, 3)) {
      assertLossIs(phase, 20);
      assert.equal(phase.detail?.report.packets_residual, phase.detail?.report.packets_lost);
    }
  });

  test('a network that drops everything for 3 s is waited for', lab, async (t) => {
    const pair = await startPair(t, '?monitor-bandwidth&phase=500ms&rate=20mbit');
    await pair.client.line('phase');
    pair.lab.filter('right', `udp dport ${PORT} drop`);
    pair.lab.filter('left', `udp sport ${PORT} drop`);
    await delay(3000);
    for (const side of ['left', 'right'] as const) pair.lab.unfilter(side);
    await assertGoesOn(pair);
    assertNoLosses(pair);
  });

  test(
    'a network that drops everything for longer than the timeout is a loss, and found again',
    lab,
    async (t) => {
      const pair = await startPair(t, '?monitor-bandwidth&phase=200ms&rate=20mbit', [
        ...['--timeout', '1s', '--retry-delay', '200ms'],
      ]);
      await pair.client.line('phase');
      pair.lab.filter('right', `udp dport ${PORT} drop`);
      const lost = await pair.client.line('lost');
      assert.deepEqual([lost.cause.phase, lost.cause.code], ['session', 'TIMEOUT']);
      await pair.listener.line('lost');
      const failed = await pair.client.line('failed', undefined, lost);
      assert.deepEqual([failed.cause.phase, failed.cause.code], ['connect', 'TIMEOUT']);
      pair.lab.unfilter('right');
      const connected = await pair.client.line('connected', undefined, lost);
      assert.equal(connected.outage_ms, connected.t_ms - lost.t_ms);
      await pair.client.line('phase', undefined, connected);
    },
  );

  test('acknowledgements that are dropped for 2 s hold up a phase, and lose nothing', lab, async (t) => {
    const pair = await startPair(t, '?monitor-bandwidth&phase=4s&rate=20mbit&direction=up');
    await pair.client.line('measured');
    await delay(300);
    pair.lab.filter('left', `udp sport ${PORT} drop`);
    await delay(2000);
    pair.lab.unfilter('left');
    const phase = await pair.client.line('phase');
    assert.equal(phase.detail?.report.packets_residual, 0);
    assert.equal(phase.detail?.sent.packets, phase.packets);
    assertNoLosses(pair);
  });

  // In one direction a session: no Ack comes to a side that only receives.
  for (const { direction, whose, side } of [
    { direction: 'up', whose: 'an original', side: 'left' },
    { direction: 'down', whose: 'ours to an original', side: 'right' },
  ] as const) {
    test(
      `in phases ${direction}, Acks of ${whose} that are all dropped for 2 s end nothing`,
      lab,
      async (t) => {
        const lab = makeLab(t);
        const program = fileURLToPath(new URL('../support/original/main.js', import.meta.url));
        const { prefix = [] } = lab.on('right');
        const original = spawnChild(t, [...prefix, process.execPath, program, String(PORT)]);
        assert.ok(original.stdout);
        await once(original.stdout, 'data');
        const uri = `${ADDRESS}?monitor-bandwidth&phase=500ms&packet-size=1000&direction=${direction}`;
        const client = startInstance(t, ['--connect', uri], lab.on('left'));
        const before = await client.line('phase');
        // An Ack is a header of two digits' length without data: `87\n0\n{`.
        lab.filter(side, '@th,88,16 0x300a counter drop');
        await delay(2000);
        const [dropped = 0] = countersOf(lab.run(side, ['nft', 'list', 'table', 'inet', 'lab']));
        assert.ok(dropped > 0, `${dropped} dropped on the ${side}`);
        lab.unfilter(side);
        const first = await client.line('phase', undefined, before);
        const second = await client.line('phase', undefined, first);
        for (const phase of [first, second]) assert.equal(phase.direction, direction);
        await client.peer('clients', (peer) => peer.protocol_version === 1, before);
        assert.deepEqual(client.all('lost'), []);
      },
    );
  }

  for (const { sizeBytes, fragments } of [
    // With 100 bytes of a head and 8 of UDP, in pieces of 1480.
    { sizeBytes: 1400, fragments: 2 },
    { sizeBytes: 1473, fragments: 2 },
    { sizeBytes: 4000, fragments: 3 },
    { sizeBytes: 9000, fragments: 7 },
  ]) {
    test(
      `packets of ${sizeBytes} bytes go in ${fragments} fragments, and are lost with any of them`,
      lab,
      async (t) => {
        const pair = await startPair(
          t,
          `?monitor-bandwidth&phase=500ms&cc=none&rate=30mbit&packet-size=${sizeBytes}`,
        );
        for (const side of ['left', 'right'] as const) dropFragments(pair.lab, side);
        for (const phase of await phasesFromNow(pair, 4)) {
          assertLossIs(phase, FRAGMENTS_A_DROP / fragments);
          assert.equal(phase.detail?.report.packets_residual, 0);
        }
        for (const side of ['left', 'right'] as const) {
          const [seen = 0, dropped = 0] = countersOf(
            pair.lab.run(side, ['nft', 'list', 'table', 'netdev', 'lab']),
          );
          assert.ok(
            dropped > 0 && seen >= (fragments * dropped) / 2,
            `${dropped} of ${seen} fragments dropped`,
          );
        }
        assertNoLosses(pair);
      },
    );
  }

  for (const { what, changes } of [
    { what: 'port', changes: [40_001, 40_002].map((port) => ({ ip: LEFT_IP, port })) },
    { what: 'address', changes: NEW_IPS.map((ip) => ({ ip, port: null })) },
  ]) {
    test(
      `a client whose ${what} is changed on the way in mid-flight goes on in the same session`,
      lab,
      async (t) => {
        // Unfragmented: the rules see packets before they are put together.
        const pair = await startPair(t, '?monitor-bandwidth&phase=500ms&rate=20mbit&packet-size=1300');
        for (const ip of NEW_IPS) pair.lab.run('left', ['ip', 'addr', 'add', `${ip}/24`, 'dev', 'cable']);
        await pair.client.line('phase');
        const { local } = await pair.client.line('connected');
        for (const { ip, port } of changes) {
          rename(pair.lab, local.port, { ip, port: port ?? local.port });
          await assertGoesOn(pair);
          const packets = countersOf(pair.lab.run('right', ['nft', 'list', 'table', 'ip', 'nat']));
          assert.ok(packets.length === 2 && packets.every((count) => count > 100), `renamed ${packets}`);
        }
        assertNoLosses(pair);
      },
    );
  }

  // Of packets that are fragmented, which leave many a call, and one of which meets that nobody is there.
  for (const direction of ['up', 'down'] as const) {
    test(
      `a listener that is restarted at the other end of a cable in the middle of a phase ${direction} is measured again`,
      lab,
      async (t) => {
        const pair = await startPair(t, `?monitor-bandwidth&phase=20s&direction=${direction}`, [
          ...['--retry-delay', '200ms', '-i', '100ms'],
        ]);
        await pair.client.peer('clients', (peer) => (peer[direction].packets ?? 0) > 1000);
        await pair.listener.kill();
        const lost = await pair.client.line('lost');
        assert.match(lost.cause.code, /^(ECONNREFUSED|RESET)$/);
        await startListener(t, ['--name', 'second'], `udp:${PORT}`, pair.lab.on('right'));
        const hello = await pair.client.line('hello', undefined, lost);
        assert.equal(hello.peer_name, 'second');
        const again = await pair.client.line('measured', undefined, hello);
        await pair.client.peer('clients', (peer) => (peer[direction].packets ?? 0) > 1000, again);
      },
    );
  }

  test('TCP in version 2 goes on where 1 % of the packets is lost', lab, async (t) => {
    const lab = makeLab(t);
    const listener = await startListener(t, [], `tcp:${PORT}`, lab.on('right'));
    const uri = `tcp://${RIGHT_IP}:${PORT}?monitor-bandwidth&phase=300ms`;
    const client = startInstance(t, ['--connect', uri, '-i', '200ms'], lab.on('left'));
    await client.line('measured');
    for (const side of ['left', 'right'] as const) lab.filter(side, 'numgen random mod 100 < 1 drop');
    await client.atLeast(6, 'phase');
    await client.peer('clients', (peer) => peer.protocol_version === 2);
    assertNoLosses({ client, listener });
  });
});

// On their own: they want the CPUs.
for (const { rate, rateBps } of [
  { rate: '10mbit', rateBps: 10e6 },
  { rate: '100mbit', rateBps: 100e6 },
]) {
  test(`a link of ${rate} is filled, in both directions`, lab, async (t) => {
    const pair = await startPair(t, '?monitor-bandwidth&phase=800ms&packet-size=1300');
    for (const side of ['left', 'right'] as const) {
      const shape = ['tbf', 'rate', rate, 'burst', '32kb', 'latency', '30ms'];
      pair.lab.run(side, ['tc', 'qdisc', 'add', 'dev', 'cable', 'root', ...shape]);
    }
    // The first phases of each sender find out how much the link takes.
    for (const direction of ['up', 'down']) {
      await pair.client.line('phase', (phase) => {
        return phase.direction === direction && phase.rate_bps > FILLED_SHARE * rateBps;
      });
    }
    for (const { rate_bps: shown } of pair.client.all('phase').slice(2)) assert.ok(shown < rateBps);
    assertNoLosses(pair);
  });
}

interface Pair {
  readonly lab: Lab;
  readonly listener: Instance;
  readonly client: Instance;
}

/** A listener on the right, a client on the left. */
async function startPair(t: Lifetime, options: string, args: readonly string[] = []): Promise<Pair> {
  const lab = makeLab(t);
  const listener = await startListener(t, args, `udp:${PORT}`, lab.on('right'));
  const client = startInstance(t, ['--connect', `${ADDRESS}${options}`, ...args], lab.on('left'));
  await client.line('measured');
  return { lab, listener, client };
}

/** What a NAT between the two does: from now on the listener sees the client's packets come from there. The rules
 *  know no flows, so that nothing of an earlier name is remembered. */
function rename(lab: Lab, clientPort: number, { ip, port }: { ip: string; port: number }): void {
  for (const line of [
    'add table ip nat',
    'flush table ip nat',
    'add chain ip nat in { type filter hook prerouting priority -300; }',
    'add chain ip nat out { type filter hook output priority -300; }',
    `add rule ip nat in udp dport ${PORT} ip saddr set ${ip} udp sport set ${port} counter`,
    `add rule ip nat out udp sport ${PORT} ip daddr ${ip} udp dport ${port} ip daddr set ${LEFT_IP} udp dport set ${clientPort} counter`,
  ]) {
    lab.run('right', ['nft', line]);
  }
}

/** Fragments are what the cable carries: an ingress hook sees them before they are put together. Two counters: of all
 *  fragments, and of those that are dropped. */
function dropFragments(lab: Lab, side: 'left' | 'right'): void {
  const isFragment = 'ip frag-off & 0x3fff != 0';
  for (const line of [
    'add table netdev lab',
    'add chain netdev lab in { type filter hook ingress device cable priority 0; }',
    `add rule netdev lab in ${isFragment} counter`,
    `add rule netdev lab in ${isFragment} numgen inc mod ${FRAGMENTS_A_DROP} == 0 counter drop`,
  ]) {
    lab.run(side, ['nft', line]);
  }
}

/** Packets that the rules of a table have counted, in their order. */
function countersOf(table: string): number[] {
  return [...table.matchAll(/counter packets (\d+)/g)].map(([, packets]) => Number(packets));
}

/** Of the data packets that come to a side each n-th is dropped: in any stretch of them as many as there are, but for one. */
function dropData(lab: Lab, side: 'left' | 'right', every: number): void {
  lab.filter(side, `udp length > ${OTHER_UDP_BYTES} numgen inc mod ${every} == 0 drop`);
}

/** What a busy receiver did not fetch in time was lost as well; of a copy that was sent for nothing nobody knows that it was. */
function assertLossIs({ direction, detail }: Phase, every: number): void {
  assert.ok(detail);
  const { packets, packets_lost: lost, packets_duplicate: duplicate, queue_drops: unread } = detail.report;
  const sent = packets + lost;
  const needless = Math.max(0, detail.sent.packets_resent - lost);
  const least = Math.floor(sent / every) - needless;
  const most = Math.ceil((sent + duplicate) / every) + (unread ?? 0);
  assert.ok(sent > 5 * every, `${direction}: only ${sent} packets`);
  assert.ok(lost >= least && lost <= most, `${direction}: ${lost} of ${sent}, not ${least} to ${most}`);
}

/** The next ones that begin after this moment: not the one that is running, whatever of the lines is still to be read. */
async function phasesFromNow({ client }: Pick<Pair, 'client'>, count: number): Promise<Phase[]> {
  const nowMs = Date.now();
  const phases = [await client.line('phase', ({ t_ms: endedMs }) => endedMs > nowMs)];
  while (phases.length <= count) phases.push(await client.line('phase', undefined, phases.at(-1)));
  return phases.slice(1);
}

/** Two more phases, all of it there. */
async function assertGoesOn(pair: Pair): Promise<void> {
  for (const { detail } of await phasesFromNow(pair, 2)) assert.equal(detail?.report.packets_residual, 0);
}

function assertNoLosses({ client, listener }: Omit<Pair, 'lab'>): void {
  assert.deepEqual([client.all('lost'), listener.all('lost')], [[], []]);
}
