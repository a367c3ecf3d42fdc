/** Two instances at the ends of a cable that can be taken out, and a network that can say no. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Lifetime } from '../support/children.js';
import { type Instance, startInstance, startListener } from '../support/instance.js';
import type { PeerLine } from '../support/lines.js';
import { type Lab, LEFT_IP, LEFT_IP6, makeLab, RIGHT_IP, RIGHT_IP6, whyNoLab } from '../support/netns.js';
import { portLine, probe } from '../support/probe.js';

const PORT = 1234;
const ADDRESS = `tcp://${RIGHT_IP}:${PORT}`;
const IMPATIENT = ['--timeout', '1s', '--retry-delay', '200ms', '-i', '200ms'];
const lab = { skip: whyNoLab() };
const REJECTS: readonly Reject[] = [
  { rule: 'icmp net-unreachable', reason: 'net-unreachable' },
  { rule: 'icmp host-unreachable', reason: 'host-unreachable' },
  { rule: 'icmp prot-unreachable', reason: 'protocol-unreachable' },
  { rule: 'icmp port-unreachable', reason: 'port-unreachable' },
  { rule: 'icmp net-prohibited', reason: 'prohibited' },
  { rule: 'icmp host-prohibited', reason: 'prohibited' },
  { rule: 'icmp admin-prohibited', reason: 'prohibited' },
];

/** RFC 4443 §3.1: all of type 1. */
const REJECTS_V6: readonly Reject[] = [
  { rule: 'icmpv6 no-route', reason: 'net-unreachable' },
  { rule: 'icmpv6 admin-prohibited', reason: 'prohibited' },
  { rule: 'icmpv6 addr-unreachable', reason: 'host-unreachable' },
  { rule: 'icmpv6 port-unreachable', reason: 'port-unreachable' },
  { rule: 'icmpv6 policy-fail', reason: 'prohibited' },
  { rule: 'icmpv6 reject-route', reason: 'prohibited' },
];
/** By address family: type is that of destination unreachable, RFC 792 and RFC 4443. */
const FAMILIES = [
  { name: 'ICMP', host: RIGHT_IP, ip: RIGHT_IP, type: 3, limit: 'ipv4.icmp_ratelimit', rejects: REJECTS },
  {
    name: 'ICMPv6',
    host: `[${RIGHT_IP6}]`,
    ip: RIGHT_IP6,
    type: 1,
    limit: 'ipv6.icmp.ratelimit',
    rejects: REJECTS_V6,
  },
];

interface Reject {
  readonly rule: string;
  readonly reason: string;
}

describe('two instances at the ends of a cable', { concurrency: 4 }, () => {
  test('two instances measure each other across a cable', lab, async (t) => {
    const { client, listener } = await startPair(t, '?monitor-bandwidth&phase=100ms&connections=2');
    const isMeasured = (peer: PeerLine): boolean => peer.up.phases > 3 && peer.down.phases > 3;
    await client.peer('clients', isMeasured);
    const snapshot = await listener.peer('servers', isMeasured);
    assert.equal(snapshot.servers[0]?.ip, LEFT_IP);
  });

  test(
    'a cable that is out for 3 s is a TIMEOUT on both sides, and an outage of that time when it is back',
    lab,
    async (t) => {
      const { client, listener, lab } = await startPair(t, '?ping-interval=50ms');
      await client.line('measured');
      lab.setLink('right', 'down');
      const downMs = Date.now();
      const lost = await client.line('lost');
      assert.deepEqual([lost.cause.phase, lost.cause.code], ['session', 'TIMEOUT']);
      assert.match(lost.cause.text, /no progress for 1 s/);
      assert.equal((await listener.line('lost')).cause.code, 'TIMEOUT');

      await delay(Math.max(0, 3000 - (Date.now() - downMs)));
      lab.setLink('right', 'up');
      const upMs = Date.now();
      const connected = await client.line('connected', undefined, lost);
      for (const { cause } of client.all('failed')) {
        assert.equal(cause.phase, 'connect');
        assert.match(cause.code, /^(TIMEOUT|ENETUNREACH|EHOSTUNREACH)$/);
      }
      assert.ok(client.all('failed').length > 0);
      assert.equal(connected.outage_ms, connected.t_ms - lost.t_ms);
      assert.ok(connected.t_ms - upMs < 3000, `connected ${connected.t_ms - upMs} ms after the cable`);
      await client.line('measured', undefined, lost);
    },
  );

  test(
    'an interface that is down at the client says at once that the network cannot be reached',
    lab,
    async (t) => {
      const { client, lab } = await startPair(t, '?ping-interval=50ms');
      await client.line('measured');
      lab.setLink('left', 'down');
      const lost = await client.line('lost');
      const { cause } = await client.line('failed', undefined, lost);
      assert.equal(cause.phase, 'connect');
      assert.match(cause.code, /^(ENETUNREACH|EHOSTUNREACH|ENETDOWN)$/);
      assert.ok(cause.elapsed_us < 500_000, 'no need to wait for what the system knows');
      lab.setLink('left', 'up');
      await client.line('measured', undefined, lost);
    },
  );

  test('a firewall that drops is a TIMEOUT in phase connect', lab, async (t) => {
    const { cause } = await firstFailure(t, `tcp dport ${PORT} drop`);
    assert.deepEqual([cause.phase, cause.code], ['connect', 'TIMEOUT']);
    assert.equal(cause.reason, 'timed-out');
    assert.match(cause.text, /no answer within 1 s/);
    assert.deepEqual(cause.tried, [{ address: `${RIGHT_IP}:${PORT}`, code: 'TIMEOUT' }]);
    assert.ok(cause.elapsed_us >= 1e6 && cause.elapsed_us < 2e6);
  });

  test('a firewall that resets is ECONNREFUSED', lab, async (t) => {
    const { cause } = await firstFailure(t, `tcp dport ${PORT} reject with tcp reset`);
    assert.deepEqual([cause.phase, cause.code, cause.reason], ['connect', 'ECONNREFUSED', 'refused']);
    assert.equal(cause.icmp, null);
  });

  for (const { name, host, ip, type, limit, rejects } of FAMILIES) {
    test(`a run names each ${name} error of a firewall as a probe does, over TCP and UDP`, lab, async (t) => {
      const network = makeLab(t);
      network.run('left', ['ip', 'addr', 'add', `${LEFT_IP6}/64`, 'dev', 'cable', 'nodad']);
      network.run('right', ['ip', 'addr', 'add', `${RIGHT_IP6}/64`, 'dev', 'cable', 'nodad']);
      network.run('right', ['sysctl', '-qw', `net.${limit}=0`]);
      const ports = rejects.map(({ rule }, i) => {
        const port = 9000 + i;
        const line = `meta l4proto { tcp, udp } th dport ${port} reject with ${rule}`;
        if (i === 0) network.filter('right', line);
        else network.run('right', ['nft', `add rule inet lab in ${line}`]);
        return port;
      });
      const uris = (['tcp', 'udp'] as const).flatMap((protocol) =>
        ports.map((port) => `${protocol}://${host}:${port}`),
      );
      const found = await probe(t, [...uris, '--timeout', '500ms'], network.on('left'));
      const connects = uris.flatMap((uri) => ['--connect', uri]);
      const client = startInstance(t, [...connects, ...IMPATIENT], network.on('left'));
      for (const protocol of ['tcp', 'udp'] as const) {
        for (const [i, port] of ports.entries()) {
          const { rule, reason } = rejects[i]!;
          const uri = `${protocol}://${host}:${port}`;
          const { cause } = await client.line('failed', ({ target }) => target === uri);
          const seen = portLine(found, port, protocol);
          assert.equal(cause.phase, 'connect', uri);
          assert.deepEqual([cause.reason, cause.code], [seen.cause, seen.errno], `${protocol} ${rule}`);
          assert.deepEqual(cause.icmp, { type, code: seen.icmp?.code, from: ip }, `${protocol} ${rule}`);
          if (protocol === 'tcp') assert.equal(cause.reason, reason, rule);
        }
      }
    });
  }

  test(
    'a firewall that drops in mid-session is a TIMEOUT, and the session comes back when it is gone',
    lab,
    async (t) => {
      const { client, lab } = await startPair(t, '?monitor-bandwidth&phase=100ms');
      await client.line('phase');
      // Both ways: the listener, too, times out, and its FIN might come first.
      lab.filter('left', `tcp sport ${PORT} drop`);
      lab.filter('right', `tcp dport ${PORT} drop`);
      const lost = await client.line('lost');
      assert.deepEqual([lost.cause.phase, lost.cause.code], ['session', 'TIMEOUT']);
      await client.line('failed', ({ cause }) => cause.code === 'TIMEOUT', lost);
      for (const side of ['left', 'right'] as const) lab.unfilter(side);
      await client.line('phase', undefined, await client.line('connected', undefined, lost));
    },
  );

  test('a link-local IPv6 address with its zone is listened on and connected to', lab, async (t) => {
    const lab = makeLab(t);
    const address = `[${lab.linkLocal('right')}%25cable]:${PORT}`;
    for (const workers of ['1', '2']) {
      const listener = await startListener(t, ['--workers', workers], `tcp:${address}`, lab.on('right'));
      const client = startInstance(t, ['--connect', `tcp://${address}`], lab.on('left'));
      await client.line('measured');
      assert.equal(await client.stop(), 0);
      assert.equal(await listener.stop(), 0);
    }
  });

  test('the shards of a listener share the connections of one port', lab, async (t) => {
    const lab = makeLab(t);
    const args = ['--workers', '2', '-i', '200ms'];
    const listener = await startListener(t, args, `tcp:${PORT}`, lab.on('right'));
    startInstance(t, ['--connect', `${ADDRESS}?connections=60`], lab.on('left'));
    const { shards } = await listener.peer('servers', ({ connections_up: up }) => up === 60);
    const { shards: accepting } = await listener.line('listening');
    // Which shard gets a connection is the system's choice: that one of two gets none of 60 has a chance of 2^-59.
    if (accepting === 2) for (const { connections } of shards) assert.ok(connections > 0);
    else assert.equal(accepting, 1);
  });
});

/** A listener on the right, a client on the left. */
async function startPair(
  t: Lifetime,
  options: string,
): Promise<{ lab: Lab; listener: Instance; client: Instance }> {
  const lab = makeLab(t);
  const listener = await startListener(t, IMPATIENT, `tcp:${PORT}`, lab.on('right'));
  const client = startInstance(t, ['--connect', `${ADDRESS}${options}`, ...IMPATIENT], lab.on('left'));
  return { lab, listener, client };
}

/** What a client says when the listener's firewall has this rule. */
async function firstFailure(t: Lifetime, rule: string) {
  const lab = makeLab(t);
  await startListener(t, [], `tcp:${PORT}`, lab.on('right'));
  lab.filter('right', rule);
  const client = startInstance(t, ['--connect', ADDRESS, ...IMPATIENT], lab.on('left'));
  const failed = await client.line('failed');
  lab.unfilter('right');
  await client.line('measured');
  return failed;
}
