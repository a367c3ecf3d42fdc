/** Probes against every answer that a firewall, a router or an absent host can give. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Lifetime } from '../support/children.js';
import { startInstance } from '../support/instance.js';
import { type Lab, makeLab, RIGHT_IP, whyNoLab } from '../support/netns.js';
import { type PortLine, portLine, probe } from '../support/probe.js';

const lab = { skip: whyNoLab() };
const IMPATIENT = ['--timeout', '500ms'];
/** Unlimited, or the seventh rejection of a second would look like a drop. */
const NO_ICMP_LIMITS = ['net.ipv4.icmp_ratelimit=0', 'net.ipv6.icmp.ratelimit=0'];

type Seen = readonly [state: string, cause: string, errno: string | null, icmp: string | null];

interface Reject {
  readonly rule: string;
  readonly tcp: Seen;
  readonly udp: Seen;
}

const both = (...seen: Seen): Pick<Reject, 'tcp' | 'udp'> => ({ tcp: seen, udp: seen });

const REJECTS: readonly Reject[] = [
  { rule: 'icmp net-unreachable', ...both('filtered', 'net-unreachable', 'ENETUNREACH', '3/0') },
  { rule: 'icmp host-unreachable', ...both('filtered', 'host-unreachable', 'EHOSTUNREACH', '3/1') },
  { rule: 'icmp prot-unreachable', ...both('filtered', 'protocol-unreachable', 'ENOPROTOOPT', '3/2') },
  {
    rule: 'icmp port-unreachable',
    tcp: ['filtered', 'port-unreachable', 'ECONNREFUSED', '3/3'],
    udp: ['closed', 'refused', 'ECONNREFUSED', '3/3'],
  },
  { rule: 'icmp net-prohibited', ...both('filtered', 'prohibited', 'ENETUNREACH', '3/9') },
  { rule: 'icmp host-prohibited', ...both('filtered', 'prohibited', 'EHOSTUNREACH', '3/10') },
  { rule: 'icmp admin-prohibited', ...both('filtered', 'prohibited', 'EHOSTUNREACH', '3/13') },
];

const REJECTS_V6: readonly Reject[] = [
  { rule: 'icmpv6 no-route', ...both('filtered', 'net-unreachable', 'ENETUNREACH', '1/0') },
  { rule: 'icmpv6 admin-prohibited', ...both('filtered', 'prohibited', 'EACCES', '1/1') },
  { rule: 'icmpv6 addr-unreachable', ...both('filtered', 'host-unreachable', 'EHOSTUNREACH', '1/3') },
  {
    rule: 'icmpv6 port-unreachable',
    tcp: ['filtered', 'port-unreachable', 'ECONNREFUSED', '1/4'],
    udp: ['closed', 'refused', 'ECONNREFUSED', '1/4'],
  },
  { rule: 'icmpv6 policy-fail', ...both('filtered', 'prohibited', 'EACCES', '1/5') },
  { rule: 'icmpv6 reject-route', ...both('filtered', 'prohibited', 'EACCES', '1/6') },
];

const FIRST_PORT = 9000;

describe('a probe', { concurrency: 3 }, () => {
  test('each ICMP error of a firewall is told by its own cause, over TCP and UDP', lab, async (t) => {
    const network = startLab(t);
    rejectWith(network, REJECTS);
    const ports = `${FIRST_PORT}-${FIRST_PORT + REJECTS.length - 1}`;
    const found = await probe(
      t,
      [`tcp://${RIGHT_IP}:${ports}`, `udp://${RIGHT_IP}:${ports}`, ...IMPATIENT],
      network.on('left'),
    );
    REJECTS.forEach(({ rule, tcp, udp }, i) => {
      assert.deepEqual(seen(portLine(found, FIRST_PORT + i, 'tcp')), tcp, `tcp ${rule}`);
      assert.deepEqual(seen(portLine(found, FIRST_PORT + i, 'udp')), udp, `udp ${rule}`);
      assert.equal(portLine(found, FIRST_PORT + i, 'udp').icmp?.from, RIGHT_IP);
    });
  });

  test('each ICMPv6 error of a firewall is told by its own cause, over TCP and UDP', lab, async (t) => {
    const network = startLab(t);
    rejectWith(network, REJECTS_V6);
    const ports = `${FIRST_PORT}-${FIRST_PORT + REJECTS_V6.length - 1}`;
    const host = `[${network.linkLocal('right')}%cable]:${ports}`;
    const found = await probe(t, [`tcp://${host}`, `udp://${host}`, ...IMPATIENT], network.on('left'));
    REJECTS_V6.forEach(({ rule, tcp, udp }, i) => {
      assert.deepEqual(seen(portLine(found, FIRST_PORT + i, 'tcp')), tcp, `tcp ${rule}`);
      assert.deepEqual(seen(portLine(found, FIRST_PORT + i, 'udp')), udp, `udp ${rule}`);
    });
  });

  test('accepted, dropped, reset and plainly closed ports are told apart', lab, async (t) => {
    const network = startLab(t);
    const listener = startInstance(
      t,
      ['--name', 'receiver', '--listen', 'tcp:8000-8002', '--listen', 'udp:8000-8002'],
      network.on('right'),
    );
    await listener.line('listening', ({ target, local }) => target.startsWith('udp') && local.port === 8002);
    network.filter('right', 'tcp dport 8001 drop');
    network.run('right', ['nft', 'add rule inet lab in udp dport 8001 drop']);
    network.run('right', ['nft', 'add rule inet lab in tcp dport 8002 reject with tcp reset']);
    const found = await probe(
      t,
      [`tcp://${RIGHT_IP}:8000-8003`, `udp://${RIGHT_IP}:8000-8003`, ...IMPATIENT],
      network.on('left'),
    );
    assert.deepEqual(seen(portLine(found, 8000)), ['open', 'conntest', null, null]);
    assert.deepEqual(seen(portLine(found, 8001)), ['filtered', 'timed-out', null, null]);
    assert.deepEqual(seen(portLine(found, 8002)), ['closed', 'refused', 'ECONNREFUSED', null]);
    assert.deepEqual(seen(portLine(found, 8003)), ['closed', 'refused', 'ECONNREFUSED', null]);
    assert.deepEqual(seen(portLine(found, 8000, 'udp')), ['open', 'conntest', null, null]);
    assert.deepEqual(seen(portLine(found, 8001, 'udp')), ['open|filtered', 'timed-out', null, null]);
    assert.deepEqual(seen(portLine(found, 8002, 'udp')), ['open', 'conntest', null, null]);
    assert.deepEqual(seen(portLine(found, 8003, 'udp')), ['closed', 'refused', 'ECONNREFUSED', '3/3']);

    const dropped = portLine(found, 8001);
    assert.ok(dropped.elapsed_us >= 500_000 && dropped.elapsed_us < 1_500_000, `${dropped.elapsed_us} us`);
    assert.deepEqual([dropped.tries, portLine(found, 8001, 'udp').tries], [1, 2]);
    for (const protocol of ['tcp', 'udp'] as const) {
      const { peer } = portLine(found, 8000, protocol);
      assert.deepEqual([peer?.name, peer?.version], ['receiver', 2]);
      assert.ok(peer !== null && peer.latency_ns > 0);
    }
  });

  test('what this machine itself refuses to send is told as such', lab, async (t) => {
    const network = startLab(t);
    for (const [kind, net] of [
      ['prohibit', '203.0.113.0/26'],
      ['unreachable', '203.0.113.64/26'],
      ['blackhole', '203.0.113.128/26'],
    ] as const) {
      network.run('left', ['ip', 'route', 'add', kind, net]);
    }
    network.run('left', ['nft', 'add table inet lab']);
    network.run('left', ['nft', 'add chain inet lab out { type filter hook output priority 0; }']);
    network.run('left', ['nft', 'add rule inet lab out udp dport 7000 drop']);
    const found = await probe(
      t,
      [
        ...['tcp://203.0.113.1:1', 'tcp://203.0.113.65:2', 'tcp://203.0.113.129:3', 'tcp://192.0.2.1:4'],
        `udp://${RIGHT_IP}:7000`,
        ...IMPATIENT,
      ],
      network.on('left'),
    );
    assert.deepEqual(seen(portLine(found, 1)), ['filtered', 'prohibited', 'EACCES', null]);
    assert.deepEqual(seen(portLine(found, 2)), ['filtered', 'host-unreachable', 'EHOSTUNREACH', null]);
    assert.deepEqual(seen(portLine(found, 4)), ['filtered', 'net-unreachable', 'ENETUNREACH', null]);
    assert.deepEqual(seen(portLine(found, 7000, 'udp')), ['filtered', 'not-permitted', 'EPERM', null]);
    // The kernel's own word for a black hole.
    assert.deepEqual(seen(portLine(found, 3)), ['unknown', 'local', 'EINVAL', null]);
  });

  test(
    'an address that nobody has is an unreachable host, once the system has given up asking',
    lab,
    async (t) => {
      const network = startLab(t);
      const args = ['tcp://198.51.100.77:1', 'udp://198.51.100.77:1', '--timeout', '6s', '--tries', '1'];
      const found = await probe(t, args, network.on('left'));
      for (const protocol of ['tcp', 'udp'] as const) {
        const { state, cause, errno } = portLine(found, 1, protocol);
        assert.deepEqual([state, cause, errno], ['filtered', 'host-unreachable', 'EHOSTUNREACH'], protocol);
      }
    },
  );
});

test('a thousand filtered ports at 1 s and 500 at once take less than 4 s', lab, async (t) => {
  const network = startLab(t);
  network.filter('right', 'tcp dport 10000-10999 drop');
  const { summary } = await probe(
    t,
    [`tcp://${RIGHT_IP}:10000-10999`, '--timeout', '1s', '--parallel', '500'],
    network.on('left'),
  );
  assert.equal(summary.filtered, 1000);
  assert.ok(Number(summary.elapsed_us) < 4e6, `${summary.elapsed_us} us`);
});

function startLab(t: Lifetime): Lab {
  const network = makeLab(t);
  for (const setting of NO_ICMP_LIMITS) network.run('right', ['sysctl', '-qw', setting]);
  return network;
}

function rejectWith(network: Lab, rejects: readonly Reject[]): void {
  rejects.forEach(({ rule }, i) => {
    const line = `meta l4proto { tcp, udp } th dport ${FIRST_PORT + i} reject with ${rule}`;
    if (i === 0) network.filter('right', line);
    else network.run('right', ['nft', `add rule inet lab in ${line}`]);
  });
}

function seen({ state, cause, errno, icmp }: PortLine): Seen {
  return [state, cause, errno, icmp === null ? null : `${icmp.type}/${icmp.code}`];
}
