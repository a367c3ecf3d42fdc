/** What sockets are asked for, seen by the network between two namespaces. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Lifetime } from '../support/children.js';
import { type Instance, startInstance, startListener } from '../support/instance.js';
import { type Lab, LEFT_IP, makeLab, RIGHT_IP, whyNoLab } from '../support/netns.js';

const PORT = 1234;
const OWN_IP = '198.51.100.9';
const lab = { skip: whyNoLab() };

/** What is asked for, and what lets nothing else through. */
const ASKED = [
  { protocol: 'tcp', query: 'dscp=ef&df=on', wanted: ['ip dscp ef', 'ip frag-off & 0x4000 != 0'] },
  { protocol: 'udp', query: 'tos=0x48&df=off', wanted: ['ip dscp af21', 'ip frag-off & 0x4000 == 0'] },
] as const;

describe('what a socket is asked for', { concurrency: 3 }, () => {
  for (const { protocol, query, wanted } of ASKED) {
    test(
      `what a socket of ${protocol} is asked for is on the wire from its first packet on`,
      lab,
      async (t) => {
        const net = makeLab(t);
        net.run('left', ['ip', 'addr', 'add', `${OWN_IP}/24`, 'dev', 'cable']);
        net.run('left', ['ip', 'link', 'set', 'cable', 'mtu', '1400']);
        await listen(t, net, protocol);
        net.filter('right', `${protocol} dport ${PORT} ip saddr ${OWN_IP} ${wanted.join(' ')} accept`);
        net.run('right', ['nft', `add rule inet lab in ${protocol} dport ${PORT} drop`]);
        const uri = `${protocol}://${RIGHT_IP}:${PORT}?${query}&bind=${OWN_IP}%cable&sndbuf=50kb&rcvbuf=60kb`;
        const client = connect(t, net, [uri]);
        const { send_buffer_bytes: sent, receive_buffer_bytes: received } = await client.line('connected');
        assert.deepEqual({ sent, received }, { sent: 100_000, received: 120_000 });
        const { clients } = await client.peer('clients', (peer) => peer.path_mtu_bytes !== null);
        assert.equal(clients[0]?.path_mtu_bytes, 1400);
      },
    );
  }

  for (const { df, others } of [
    { df: 'on', others: 'ip frag-off & 0x4000 == 0' },
    { df: 'off', others: 'ip frag-off & 0x4000 != 0' },
  ]) {
    test(`df=${df} holds for every datagram of a run that leaves in one call`, lab, async (t) => {
      const net = makeLab(t);
      await listen(t, net, 'udp');
      net.filter('right', `udp dport ${PORT} ${others} counter drop`);
      const measured =
        'monitor-bandwidth&direction=up&phase=300ms&reliable=off&rate=100mbit&packet-size=1300';
      const client = connect(t, net, [`udp://${RIGHT_IP}:${PORT}?${measured}&df=${df}`]);
      const { detail } = await client.line('phase');
      assert.ok((detail?.report.packets ?? 0) > 100);
      assert.match(net.run('right', ['nft', 'list', 'table', 'inet', 'lab']), /counter packets 0 /);
    });
  }

  test('datagrams above the MTU that must not be split are said not to leave', lab, async (t) => {
    const net = makeLab(t);
    net.run('left', ['ip', 'link', 'set', 'cable', 'mtu', '1400']);
    await listen(t, net, 'udp');
    const options = 'monitor-bandwidth&direction=up&phase=300ms&df=on';
    const client = connect(t, net, [`udp://${RIGHT_IP}:${PORT}?${options}`]);
    const { text } = await client.line('notice', ({ text }) => text.startsWith('datagrams'));
    assert.match(text, /^datagrams of 1[45]\d\d bytes to .* are above the path's MTU and must not be split/);
    assert.match(text, /none of them leaves$/);
  });

  test('what the system does not give is said', lab, async (t) => {
    const net = makeLab(t);
    await listen(t, net, 'tcp');
    const client = connect(t, net, [
      `tcp://${RIGHT_IP}:${PORT}?bind=${LEFT_IP}%25wire`,
      `udp://${RIGHT_IP}:${PORT}?bind=%25wire`,
      `tcp://${RIGHT_IP}:${PORT}?bind=%25lo`,
      `tcp://${RIGHT_IP}:${PORT}?rcvbuf=900mb`,
    ]);
    for (const protocol of ['tcp', 'udp']) {
      const isOf = ({ target }: { target: string }) => target.startsWith(protocol) && target.endsWith('wire');
      const { cause } = await client.line('failed', isOf);
      assert.equal(cause.code, 'SOCKET_OPTION');
      assert.equal(cause.text, 'bind=: the system refuses it: there is no such network device (ENODEV)');
    }
    const elsewhere = await client.line('failed', ({ target }) => target.endsWith('lo'));
    assert.match(elsewhere.cause.code, /^(ENETUNREACH|EHOSTUNREACH|EINVAL|TIMEOUT)$/);
    const cut = await client.line('notice', ({ text }) => text.includes('rcvbuf'));
    assert.match(
      cut.text,
      /: the system gives \d+ of the 900000000 bytes asked for; its limit is net\.core\.rmem_max$/,
    );
  });
});

function connect(t: Lifetime, net: Lab, uris: readonly string[]): Instance {
  const connects = uris.flatMap((uri) => ['--connect', uri]);
  return startInstance(t, [...connects, '--interval', '500ms', '--timeout', '3s'], net.on('left'));
}

async function listen(t: Lifetime, net: Lab, protocol: 'tcp' | 'udp'): Promise<void> {
  await startListener(t, [], `${protocol}:${PORT}`, net.on('right'));
}
