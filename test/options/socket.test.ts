import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConnect } from '../../src/options/addresses/connect-uri.js';
import { parseListen } from '../../src/options/addresses/endpoint.js';
import type { Family, SocketPlan } from '../../src/options/types.js';
import { AS_THE_SYSTEM_HAS_IT, assertRefused, connect, given } from './fixture.js';

const PLANS: readonly (readonly [query: string, plan: Partial<SocketPlan>])[] = [
  ['dscp=ef', { tos: 0xb8 }],
  ['dscp=46', { tos: 0xb8 }],
  ['dscp=0x2e', { tos: 0xb8 }],
  ['dscp=AF43', { tos: 38 << 2 }],
  ['dscp=af11', { tos: 10 << 2 }],
  ['dscp=cs7', { tos: 56 << 2 }],
  ['dscp=63', { tos: 252 }],
  ['dscp=le', { tos: 4 }],
  ['tos=0xb8', { tos: 0xb8 }],
  ['tos=255', { tos: 255 }],
  ['tos=0', { tos: 0 }],
  ['sndbuf=1mb&rcvbuf=64KiB', { sendBufferBytes: 1_000_000, receiveBufferBytes: 65_536 }],
  ['df=on', { dontFragment: true }],
  ['df=OFF', { dontFragment: false }],
  ['bind=10.0.0.1', { bindAddress: '10.0.0.1' }],
  ['bind=10.0.0.1%eth0', { bindAddress: '10.0.0.1', bindDevice: 'eth0' }],
  ['bind=%25eth0.100', { bindDevice: 'eth0.100' }],
];

for (const [query, plan] of PLANS) {
  test(`${query} asks the socket for ${Object.entries(plan).join('; ')}`, () => {
    const { socket } = connect(`udp://host:1?${query}`);
    assert.deepEqual(socket, { ...connect('udp://host:1').socket, ...plan });
  });
}

test('a listening socket takes what each end has of its own, in the same words', () => {
  const [listen] = parseListen(given('udp:1?dscp=ef&sndbuf=1mb&rcvbuf=64KiB&df=on'), 0);
  const [alike] = parseListen(given('udp:1?tos=0xb8&sndbuf=1mb&rcvbuf=64KiB&df=on'), 0);
  const asked = { tos: 0xb8, sendBufferBytes: 1_000_000, receiveBufferBytes: 65_536, dontFragment: true };
  assert.deepEqual(listen?.socket, { ...AS_THE_SYSTEM_HAS_IT, ...asked });
  assert.deepEqual(alike?.socket, listen?.socket);
  if (process.platform !== 'linux') return;
  const [tcp] = parseListen(given('tcp:1?cc=Reno'), 0);
  assert.deepEqual(tcp?.socket, { ...AS_THE_SYSTEM_HAS_IT, tcpCc: 'reno' });
});

const FAMILIES: readonly (readonly [uri: string, family: Family])[] = [
  ['tcp://host:1?bind=10.0.0.1', 4],
  ['tcp://host:1?bind=[fe80::1]%25eth0', 6],
  ['tcp://host:1?bind=%eth0', 0],
];

for (const [uri, family] of FAMILIES) {
  test(`the addresses of the host that ${uri} tries are of family ${family}`, () => {
    assert.equal(connect(uri).family, family);
  });
}

test('cc is our own over UDP and the one of the system over TCP', () => {
  assert.equal(connect('udp://host:1?cc=newreno').socket.tcpCc, null);
  assert.equal(connect('udp://host:1?cc=newreno').measure.cc, 'newreno');
  if (process.platform !== 'linux') return;
  assert.equal(connect('tcp://host:1?cc=Reno').socket.tcpCc, 'reno');
  assert.throws(
    () => connect('tcp://host:1?cc=rneo'),
    /this system's TCP has no 'rneo', but .*did you mean 'reno'/,
  );
});

test('a rate is for TCP as well', () => {
  assert.equal(connect('tcp://host:1?rate=10mbit').measure.rateBps, 10_000_000);
});

const REFUSED: readonly (readonly [rest: string, problem: string])[] = [
  ['h:1?dscp=184', "dscp '184': out of range; a DSCP is 0 to 63; as the whole byte it is tos=184"],
  ['h:1?dscp=300', "dscp '300': out of range; a DSCP is 0 to 63"],
  [
    'h:1?dscp=af44',
    "dscp 'af44': not a DSCP; write 0 to 63, ef, af11 to af43 or cs0 to cs7; did you mean 'af41'?",
  ],
  ['h:1?tos=256', "tos '256': not a byte; write 0 to 255 or 0x0 to 0xff"],
  ['h:1?tos=ef', "tos 'ef': not a byte; write 0 to 255 or 0x0 to 0xff"],
  [
    'h:1?tos=1&dscp=1',
    "tos '1': tos is the whole byte, which dscp is the upper part of; choose one of the two",
  ],
  ['h:1?sndbuf=1', "sndbuf '1': too small; the least is 1024"],
  ['h:1?rcvbuf=2gb', "rcvbuf '2gb': too large; the most is 1073741823"],
  ['h:1?df=maybe', "df 'maybe': not one of on, off"],
  ['h:1?bind=eth0', "bind 'eth0': 'eth0' is no address; write e.g. 10.0.0.1, 10.0.0.1%eth0 or %eth0"],
  ['[::1]:1?bind=10.0.0.1', "bind '10.0.0.1': an IPv4 address, but the connection is over IPv6"],
  [
    'h:1?bind=10.0.0.1%averylongdevice0',
    "bind '10.0.0.1%averylongdevice0': 'averylongdevice0' is not the name of a network device, as in 10.0.0.1%eth0",
  ],
];

for (const [rest, problem] of REFUSED) {
  test(`'udp://${rest}' is refused`, () => {
    const parse = () =>
      parseConnect(given(`udp://${rest}`), 0, { maxPacketSizeBytes: 64e6, timeoutMs: 5000 });
    assertRefused(parse, `--it 'udp://${rest}': ${problem}`);
  });
}
