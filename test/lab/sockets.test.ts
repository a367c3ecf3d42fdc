/** What sockets are asked for, seen by the network between two namespaces. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Lifetime } from '../support/children.js';
import { type Instance, startInstance, startListener } from '../support/instance.js';
import { type Lab, LEFT_IP, LEFT_IP6, makeLab, RIGHT_IP, RIGHT_IP6, whyNoLab } from '../support/netns.js';

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

  for (const { protocol, options } of [
    { protocol: 'tcp', options: 'dscp=ef&df=on&sndbuf=50kb&rcvbuf=60kb' },
    { protocol: 'udp', options: 'dscp=ef&df=on&sndbuf=50kb&rcvbuf=60kb' },
  ] as const) {
    for (const workers of ['1', '2']) {
      test(
        `what a listening socket of ${protocol} is asked for holds for what it sends, over IPv4 and IPv6 (${workers} shards)`,
        lab,
        async (t) => {
          const net = makeLab(t);
          giveIpv6(net);
          const listener = await startListener(
            t,
            ['--workers', workers],
            `${protocol}:${PORT}?${options}`,
            net.on('right'),
          );
          net.filter('left', `${protocol} sport ${PORT} ip dscp != ef counter drop`);
          for (const rule of ['ip frag-off & 0x4000 == 0', 'ip6 dscp != ef']) {
            net.run('left', ['nft', `add rule inet lab in ${protocol} sport ${PORT} ${rule} counter drop`]);
          }
          const uris = [RIGHT_IP, `[${RIGHT_IP6}]`].map((host) => `${protocol}://${host}:${PORT}`);
          const client = connect(t, net, uris);
          for (const uri of uris) await client.line('measured', ({ target }) => target === uri);
          await listener.atLeast(2, 'connected');
          for (const { send_buffer_bytes: sent, receive_buffer_bytes: received } of listener.all(
            'connected',
          )) {
            assert.deepEqual({ sent, received }, { sent: 100_000, received: 120_000 });
          }
          const counters = net
            .run('left', ['nft', 'list', 'table', 'inet', 'lab'])
            .match(/counter packets \d+/g);
          assert.deepEqual(counters, Array(3).fill('counter packets 0'));
        },
      );
    }
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

  for (const { udpIo, ip, fits } of [
    { udpIo: 'batch', ip: RIGHT_IP, fits: 1400 - 28 },
    { udpIo: 'dgram', ip: RIGHT_IP, fits: 1400 - 28 },
    { udpIo: 'batch', ip: RIGHT_IP6, fits: 1400 - 48 },
    { udpIo: 'dgram', ip: RIGHT_IP6, fits: 1400 - 48 },
  ]) {
    test(
      `datagrams above the MTU to ${ip} that must not be split are said not to leave, and what fits (${udpIo})`,
      lab,
      async (t) => {
        const net = makeLab(t);
        giveIpv6(net);
        net.run('left', ['ip', 'link', 'set', 'cable', 'mtu', '1400']);
        await listen(t, net, 'udp');
        const host = ip.includes(':') ? `[${ip}]` : ip;
        const uri = `udp://${host}:${PORT}?monitor-bandwidth&direction=up&phase=300ms&df=on`;
        const stuck = connect(t, net, [uri], ['--udp-io', udpIo]);
        const { text } = await stuck.line('notice', ({ text }) => text.startsWith('datagrams'));
        const [, most = ''] = /none of them leaves; packet-size=(\d+) fits$/.exec(text) ?? [];
        assert.match(
          text,
          /^datagrams of 1[45]\d\d bytes to .* are above the path's MTU of 1400 and must not be split/,
        );
        const headBytes = fits - Number(most);
        assert.ok(headBytes > 60 && headBytes < 120, text);
        await stuck.peer('clients', (peer) => peer.packets_sent > 2);
        assert.equal(
          stuck.all('notice').filter(({ text }) => text.startsWith('datagrams')).length,
          1,
          'once',
        );
        const moving = connect(t, net, [`${uri}&packet-size=${most}`], ['--udp-io', udpIo]);
        await moving.line('phase');
        assert.deepEqual(moving.all('notice'), []);
      },
    );
  }

  test(
    'a way on which runs are not cut is said once for all its connections, and data moves on it',
    lab,
    async (t) => {
      const net = makeLab(t);
      for (const [side, ip] of [
        ['left', RIGHT_IP],
        ['right', LEFT_IP],
      ] as const) {
        net.run(side, ['ip', 'route', 'add', `${ip}/32`, 'dev', 'cable', 'mtu', 'lock', '1200']);
      }
      const listener = await startListener(t, ['--workers', '2'], `udp:${PORT}`, net.on('right'));
      const uri = `udp://${RIGHT_IP}:${PORT}?monitor-bandwidth&phase=200ms&connections=4`;
      const client = connect(t, net, [uri], ['--workers', '2']);
      await client.atLeast(16, 'phase');
      for (const { report } of client.all('phase').flatMap(({ detail }) => detail ?? [])) {
        assert.equal(report.packets_residual, 0);
      }
      for (const [instance, ip] of [
        [client, RIGHT_IP],
        [listener, LEFT_IP],
      ] as const) {
        await instance.line('notice');
        const texts = instance.all('notice').map(({ text }) => text.replace(/1[45]\d\d/, 'N'));
        assert.deepEqual(texts, [
          `the system can't cut datagrams of N bytes to ${ip}, which are above its MTU: they leave one by one`,
        ]);
      }
    },
  );

  test('what the system does not give a listener is said', lab, async (t) => {
    const net = makeLab(t);
    const listens = [`tcp:${PORT}?rcvbuf=900mb`, `udp:${PORT}?sndbuf=900mb`];
    const listener = startInstance(
      t,
      listens.flatMap((text) => ['--listen', text]),
      net.on('right'),
    );
    for (const [address, option, limit] of [
      ['tcp', 'rcvbuf', 'rmem_max'],
      ['udp', 'sndbuf', 'wmem_max'],
    ] as const) {
      const { text } = await listener.line('notice', (notice) => notice.text.startsWith(address));
      const given = `${option}: the system gives \\d+ of the 900000000 bytes asked for; its limit is net.core.${limit}`;
      assert.match(text, new RegExp(`^${address}:${PORT}\\?${option}=900mb: ${given}$`));
    }
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

function giveIpv6(net: Lab): void {
  net.run('left', ['ip', 'addr', 'add', `${LEFT_IP6}/64`, 'dev', 'cable']);
  net.run('right', ['ip', 'addr', 'add', `${RIGHT_IP6}/64`, 'dev', 'cable']);
}

function connect(t: Lifetime, net: Lab, uris: readonly string[], args: readonly string[] = []): Instance {
  const connects = uris.flatMap((uri) => ['--connect', uri]);
  return startInstance(t, [...connects, ...args, '--interval', '500ms', '--timeout', '3s'], net.on('left'));
}

async function listen(t: Lifetime, net: Lab, protocol: 'tcp' | 'udp'): Promise<void> {
  await startListener(t, [], `${protocol}:${PORT}`, net.on('right'));
}
