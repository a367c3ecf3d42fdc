/** What sockets are asked for, seen by the network between two namespaces. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lifetime } from '../support/children.js';
import { type Instance, startInstance, startListener } from '../support/instance.js';
import { type Lab, LEFT_IP, makeLab, RIGHT_IP, whyNoLab } from '../support/netns.js';

const PORT = 1234;
const lab = { skip: whyNoLab() };
/** Whole frames are filtered, and a connection that comes up has had its options from its first packet on. */
const FRAGMENTABLE = 'ip frag-off & 0x4000 == 0';

/** What is dropped, and the option that gets through all the same. */
const MARKED = [
  { protocol: 'tcp', option: 'dscp=ef', dropped: 'ip dscp != ef' },
  { protocol: 'udp', option: 'tos=0xb8', dropped: 'ip dscp != ef' },
  { protocol: 'udp', option: 'dscp=af21', dropped: 'ip dscp != af21' },
  { protocol: 'tcp', option: 'df=on', dropped: FRAGMENTABLE },
  { protocol: 'udp', option: 'df=off', dropped: 'ip frag-off & 0x4000 != 0' },
] as const;

for (const { protocol, option, dropped } of MARKED) {
  test(`${option} over ${protocol} gets through where all else is dropped`, lab, async (t) => {
    const net = makeLab(t);
    await listen(t, net, protocol);
    net.filter('right', `${protocol} dport ${PORT} ${dropped} drop`);
    const { path_mtu_bytes: mtu } = await measured(
      connect(t, net, `${protocol}://${RIGHT_IP}:${PORT}?${option}`),
    );
    assert.equal(mtu, 1500);
  });
}

for (const protocol of ['tcp', 'udp'] as const) {
  test(
    `bind chooses address and device over ${protocol}, and the buffers are what the kernel gave`,
    lab,
    async (t) => {
      const net = makeLab(t);
      await listen(t, net, protocol);
      net.run('left', ['ip', 'addr', 'add', '198.51.100.9/24', 'dev', 'cable']);
      const query = 'bind=198.51.100.9%cable&sndbuf=50kb&rcvbuf=60kb';
      const client = connect(t, net, `${protocol}://${RIGHT_IP}:${PORT}?${query}`);
      const {
        local,
        send_buffer_bytes: sent,
        receive_buffer_bytes: received,
      } = await client.line('connected');
      assert.deepEqual(
        { ip: local.ip, sent, received },
        { ip: '198.51.100.9', sent: 100_000, received: 120_000 },
      );
    },
  );

  test(
    `a device that does not lead to the peer is the cause of a failure over ${protocol}`,
    lab,
    async (t) => {
      const net = makeLab(t);
      await listen(t, net, protocol);
      const client = connect(t, net, `${protocol}://${RIGHT_IP}:${PORT}?bind=%25lo`);
      const { cause } = await client.line('failed');
      assert.match(cause.code, /^(ENETUNREACH|EHOSTUNREACH|EINVAL|TIMEOUT)$/);
    },
  );

  test(`a device that is not there is named over ${protocol}`, lab, async (t) => {
    const net = makeLab(t);
    const client = connect(t, net, `${protocol}://${RIGHT_IP}:${PORT}?bind=${LEFT_IP}%25wire`);
    const { cause } = await client.line('failed');
    assert.equal(cause.code, 'SOCKET_OPTION');
    assert.match(cause.text, /^bind=: the system refuses it: there is no such network device \(ENODEV\)$/);
  });

  test(`the path MTU over ${protocol} is the one of the link`, lab, async (t) => {
    const net = makeLab(t);
    net.run('left', ['ip', 'link', 'set', 'cable', 'mtu', '1400']);
    await listen(t, net, protocol);
    const { path_mtu_bytes: mtu } = await measured(connect(t, net, `${protocol}://${RIGHT_IP}:${PORT}`));
    assert.equal(mtu, 1400);
  });
}

test('a buffer above the limit of the system is cut, and that is said', lab, async (t) => {
  const net = makeLab(t);
  await listen(t, net, 'tcp');
  const client = connect(t, net, `tcp://${RIGHT_IP}:${PORT}?rcvbuf=900mb`);
  const { text } = await client.line('notice');
  assert.match(
    text,
    /rcvbuf: the system gives \d+ of the 900000000 bytes asked for; its limit is net\.core\.rmem_max$/,
  );
});

function connect(t: Lifetime, net: Lab, uri: string): Instance {
  return startInstance(t, ['--connect', uri, '--interval', '500ms', '--timeout', '3s'], net.on('left'));
}

async function listen(t: Lifetime, net: Lab, protocol: 'tcp' | 'udp'): Promise<void> {
  await startListener(t, [], `${protocol}:${PORT}`, net.on('right'));
}

/** The client's row once the kernel has told. */
async function measured(client: Instance) {
  const { clients } = await client.peer('clients', ({ path_mtu_bytes: mtu }) => mtu !== null);
  return clients[0]!;
}
