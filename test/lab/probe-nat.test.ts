/** Probes through a router that translates addresses, and across a bridge. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type BridgeLab, HOST_IPS, makeBridgeLab, ROUTER_IP } from '../support/bridge.js';
import type { Lifetime } from '../support/children.js';
import { startInstance } from '../support/instance.js';
import { whyNoLab } from '../support/netns.js';
import { portLine, probe } from '../support/probe.js';

const lab = { skip: whyNoLab() };
const IMPATIENT = ['--timeout', '500ms'];

describe('a probe', { concurrency: 3 }, () => {
  test(
    'behind a masquerading router each host and each forwarded port is told for what it is',
    lab,
    async (t) => {
      const network = makeBridgeLab(t);
      await startHosts(t, network);
      for (const rule of [
        'nat out oifname lan masquerade',
        `nat in iifname outer tcp dport 9000 dnat to ${HOST_IPS.a}:8000`,
        `nat in iifname outer udp dport 9000 dnat to ${HOST_IPS.b}:8000`,
        `nat in iifname outer tcp dport 9001 dnat to ${HOST_IPS.a}:8001`,
      ]) {
        network.run('router', ['nft', `add rule ip ${rule}`]);
      }
      const found = await probe(
        t,
        [`tcp://${ROUTER_IP}:9000-9002`, `udp://${ROUTER_IP}:9000-9001`, ...IMPATIENT],
        network.on('client'),
      );
      assert.equal(portLine(found, 9000).peer?.name, 'a');
      assert.equal(portLine(found, 9000, 'udp').peer?.name, 'b');
      // Forwarded to a host that refuses, and not forwarded at all: the router itself refuses.
      for (const port of [9001, 9002]) assert.equal(portLine(found, port).state, 'closed');
      const { state, icmp } = portLine(found, 9001, 'udp');
      assert.deepEqual([state, icmp?.from], ['closed', ROUTER_IP]);

      const direct = await probe(
        t,
        [`tcp://${HOST_IPS.a}:8000`, `tcp://${HOST_IPS.b}:8001`, ...IMPATIENT],
        network.on('client'),
      );
      assert.equal(portLine(direct, 8000).peer?.name, 'a');
      assert.equal(portLine(direct, 8001).state, 'closed');
    },
  );

  test('of two hosts on a bridge one sees the other, but for what the bridge drops', lab, async (t) => {
    const network = makeBridgeLab(t);
    await startHosts(t, network);
    for (const line of [
      'add table bridge lab',
      'add chain bridge lab forward { type filter hook forward priority 0; }',
      'add rule bridge lab forward tcp dport 8002 drop',
    ]) {
      network.run('router', ['nft', line]);
    }
    const found = await probe(
      t,
      [`tcp://${HOST_IPS.b}:8000-8002`, `udp://${HOST_IPS.b}:8000`, ...IMPATIENT],
      network.on('a'),
    );
    assert.equal(portLine(found, 8000).peer?.name, 'b');
    assert.equal(portLine(found, 8001).state, 'closed');
    assert.deepEqual([portLine(found, 8002).state, portLine(found, 8002).cause], ['filtered', 'timed-out']);
    assert.equal(portLine(found, 8000, 'udp').peer?.name, 'b');
  });

  test(
    'a port that is forwarded to a host that is gone is an unreachable host, says the router',
    lab,
    async (t) => {
      const network = makeBridgeLab(t);
      network.run('router', [
        'nft',
        'add rule ip nat in iifname outer tcp dport 9000 dnat to 203.0.113.99:8000',
      ]);
      const found = await probe(t, [`tcp://${ROUTER_IP}:9000`, '--timeout', '6s'], network.on('client'));
      const { state, cause, icmp } = portLine(found, 9000);
      assert.deepEqual([state, cause, icmp?.from], ['filtered', 'host-unreachable', ROUTER_IP]);
    },
  );
});

async function startHosts(t: Lifetime, network: BridgeLab): Promise<void> {
  const hosts = (['a', 'b'] as const).map((host) =>
    startInstance(t, ['--name', host, '--listen', 'tcp:8000', '--listen', 'udp:8000'], network.on(host)),
  );
  for (const host of hosts) await host.atLeast(2, 'listening');
}
