import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConnect } from '../../src/options/addresses/connect-uri.js';
import type { MeasurePlan } from '../../src/options/types.js';
import { AS_THE_SYSTEM_HAS_IT, assertRefused, connect, given, run } from './fixture.js';

const DEFAULTS: MeasurePlan = {
  monitorBandwidth: false,
  direction: 'both',
  packetSizeBytes: 128_000,
  bound: { kind: 'time', phaseUs: 1_000_000 },
  reliable: true,
  rateBps: 0,
  cc: 'cubic',
  pingIntervalUs: 500_000,
};

const UDP_DEFAULTS: MeasurePlan = { ...DEFAULTS, packetSizeBytes: 1400 };

test('a bare URI means one connection and latency only', () => {
  assert.deepEqual(connect('tcp://127.0.0.1:1234'), {
    text: 'tcp://127.0.0.1:1234',
    protocol: 'tcp',
    host: '127.0.0.1',
    port: 1234,
    family: 0,
    connections: 1,
    measure: DEFAULTS,
    socket: AS_THE_SYSTEM_HAS_IT,
    latency: 'event',
  });
});

test("the original's own example is read as it means it", () => {
  const target = connect('tcp://127.0.0.1:1234?monitor-bandwidth&packet-size=5mb');
  assert.deepEqual(target.measure, { ...DEFAULTS, monitorBandwidth: true, packetSizeBytes: 5_000_000 });
});

test('every option of a URI reaches the plan', () => {
  const options =
    'monitor-bandwidth&packet-size=1400&phase=250ms&ping-interval=100ms&connections=50&direction=up';
  const target = connect(`tcp6://[fe80::1%25eth0]:9/?${options}`);
  assert.equal(target.host, 'fe80::1%eth0');
  assert.equal(target.family, 6);
  assert.equal(target.connections, 50);
  assert.deepEqual(target.measure, {
    ...DEFAULTS,
    monitorBandwidth: true,
    direction: 'up',
    packetSizeBytes: 1400,
    bound: { kind: 'time', phaseUs: 250_000 },
    pingIntervalUs: 100_000,
  });
});

const PLANS: readonly (readonly [query: string, plan: Partial<MeasurePlan>])[] = [
  ['', {}],
  ['?', {}],
  ['?&', {}],
  ['?monitor-bandwidth=true', { monitorBandwidth: true }],
  ['?monitor-bandwidth=false', {}],
  ['?packet-size=5mb', { packetSizeBytes: 5_000_000 }],
  ['?packet-size=64mb', { packetSizeBytes: 64_000_000 }],
  ['?direction=down', { direction: 'down' }],
  ['?test-size=256mb', { bound: { kind: 'size', testSizeBytes: 256_000_000 } }],
  ['?test-size=128kb', { bound: { kind: 'size', testSizeBytes: 128_000 } }],
  ['?phase=10ms', { bound: { kind: 'time', phaseUs: 10_000 } }],
  ['?ping-interval=4999ms', { pingIntervalUs: 4_999_000 }],
  ['?ping-interval=0', { pingIntervalUs: 0 }],
];

for (const [query, plan] of PLANS) {
  test(`'tcp:host:1${query}' changes ${Object.keys(plan).join() || 'nothing'}`, () => {
    assert.deepEqual(connect(`tcp:host:1${query}`).measure, { ...DEFAULTS, ...plan });
  });
}

const UDP_PLANS: readonly (readonly [query: string, plan: Partial<MeasurePlan>])[] = [
  ['', {}],
  ['?monitor-bandwidth&packet-size=63kb', { monitorBandwidth: true, packetSizeBytes: 63_000 }],
  ['?reliable=on', {}],
  ['?reliable=off', { reliable: false }],
  ['?reliable=OFF&rate=10mbit', { reliable: false, rateBps: 10_000_000 }],
  ['?rate=1.5gbit', { rateBps: 1_500_000_000 }],
  ['?cc=newreno', { cc: 'newreno' }],
  ['?cc=None', { cc: 'none' }],
  ['?cc=cubic', {}],
  ['?test-size=1400', { bound: { kind: 'size', testSizeBytes: 1400 } }],
];

for (const [query, plan] of UDP_PLANS) {
  test(`'udp://host:1${query}' changes ${Object.keys(plan).join() || 'nothing'}`, () => {
    const target = connect(`udp://host:1${query}`);
    assert.equal(target.protocol, 'udp');
    assert.deepEqual(target.measure, { ...UDP_DEFAULTS, ...plan });
  });
}

const KNOWN =
  '(known: bind, cc, connections, df, direction, dscp, latency, monitor-bandwidth, packet-size, phase, ping-interval, rate, ' +
  'rcvbuf, reliable, sndbuf, test-size, tos)';
const WRITE_RATE = 'write e.g. 500kbit, 10mbit, 1.5gbit';
const UDP_ONLY = 'for UDP only: over TCP the system sends again';
const WRITE_SIZE = 'write e.g. 1400, 128kb, 5mb, 64KiB';

const REFUSED: readonly (readonly [rest: string, problem: string])[] = [
  ['//127.0.0.1:99999', ': port 99999 is out of range; ports go from 1 to 65535'],
  ['1234', ': no host; write e.g. tcp://127.0.0.1:1234'],
  ['//h:1/path', ": the path '/path' means nothing here; options follow a '?'"],
  ['//h:1?packet-sise=5mb', `: unknown option 'packet-sise'; did you mean 'packet-size'? ${KNOWN}`],
  ['//h:1?colour', `: unknown option 'colour' ${KNOWN}`],
  ['//h:1?phase=1s&phase=2s', ': phase is given twice; keep one'],
  ['//h:1?packet-size', ': packet-size has no value; write packet-size=SIZE'],
  ['//h:1?phase=', ': phase has no value; write phase=DURATION'],
  ['//h:1?monitor-bandwidth=', ': monitor-bandwidth has no value; write monitor-bandwidth=true'],
  ['//h:1?monitor-bandwidth=on', ": monitor-bandwidth 'on': not one of true, false"],
  ['//h:1?packet-size=5mx', `: packet-size '5mx': unknown unit 'mx'; ${WRITE_SIZE}`],
  ['//h:1?packet-size=0', ": packet-size '0': too small; the least is 1"],
  ['//h:1?packet-size=65mb', ": packet-size '65mb': too large; the most is 64mb (set by --max-packet-size)"],
  [
    '//h:1?phase=1s&test-size=1mb',
    ": test-size '1mb': phase and test-size both end a bandwidth phase; choose one of the two",
  ],
  ['//h:1?test-size=1kb', ": test-size '1kb': less than one packet; packet-size is 128kb"],
  ['//h:1?test-size=1000001gb', ": test-size '1000001gb': too large; the most is 1000000gb"],
  ['//h:1?phase=1ms', ": phase '1ms': too short; the least is 10ms"],
  ['//h:1?phase=2h', ": phase '2h': too long; the most is 1h"],
  [
    '//h:1?ping-interval=5s',
    ": ping-interval '5s': the timeout of 5s would end the connection first; write less than that",
  ],
  ['//h:1?connections=0', ": connections '0': out of range; write 1 to 10000"],
  ['//h:1?connections=10001', ": connections '10001': out of range; write 1 to 10000"],
  ['//h:1?connections=two', ": connections 'two': not a whole number; write 1 to 10000"],
  ['//h:1?direction=upp', ": direction 'upp': not one of up, down, both; did you mean 'up'?"],
];

for (const [rest, problem] of REFUSED) {
  test(`--connect 'tcp:${rest}' is refused${problem}`, () => {
    assertRefused(() => connect(`tcp:${rest}`), `--connect 'tcp:${rest}'${problem}`);
  });
}

const UDP_REFUSED: readonly (readonly [rest: string, problem: string])[] = [
  ['//h:0', ': port 0 is out of range; ports go from 1 to 65535'],
  ['//h:1?cc=bbr', ": cc 'bbr': not one of cubic, newreno, none"],
  ['//h:1?cc=reno', ": cc 'reno': not one of cubic, newreno, none"],
  ['//h:1?cc', ': cc has no value; write cc=NAME'],
  ['//h:1?reliable=no', ": reliable 'no': not one of on, off"],
  ['//h:1?reliable', ': reliable has no value; write reliable=on|off'],
  ['//h:1?rate=5mb', `: rate '5mb': unknown unit 'mb'; ${WRITE_RATE}`],
  ['//h:1?rate=1mbit&rate=2mbit', ': rate is given twice; keep one'],
  ['//h:1?rat=1mbit', `: unknown option 'rat'; did you mean 'rate'? ${KNOWN}`],
  ['//h:1?packet-size=63001', ": packet-size '63001': too large; the most is 63kb that one datagram carries"],
  ['//h:1?test-size=1399', ": test-size '1399': less than one packet; packet-size is 1400"],
];

for (const [rest, problem] of UDP_REFUSED) {
  test(`--connect 'udp:${rest}' is refused${problem}`, () => {
    assertRefused(() => connect(`udp:${rest}`), `--connect 'udp:${rest}'${problem}`);
  });
}

test('reliable is refused over TCP', () => {
  const uri = 'tcp://h:1?reliable=off';
  assertRefused(() => connect(uri), `--connect '${uri}': reliable 'off': ${UDP_ONLY}`);
});

test('--max-packet-size below a datagram bounds UDP as well', () => {
  const uri = 'udp:h:1?packet-size=4001';
  assertRefused(
    () => connect(uri, '--max-packet-size', '4kb'),
    `--connect '${uri}': packet-size '4001': too large; the most is 4kb (set by --max-packet-size)`,
  );
});

test('--max-packet-size raises what a URI may ask for', () => {
  const target = connect('tcp:h:1?packet-size=1gb', '--max-packet-size', '1gb');
  assert.equal(target.measure.packetSizeBytes, 1_000_000_000);
});

test('defaults give way to the limits of the run', () => {
  const { measure } = connect('tcp:h:1', '--max-packet-size', '64kb', '--timeout', '400ms');
  assert.equal(measure.packetSizeBytes, 64_000);
  assert.equal(measure.pingIntervalUs, 200_000);
});

test('a udp: URI is understood, with packets that suit datagrams', () => {
  const target = parseConnect(given('udp6://h:1'), 0, { maxPacketSizeBytes: 64_000_000, timeoutMs: 5000 });
  assert.equal(target.protocol, 'udp');
  assert.equal(target.family, 6);
  assert.equal(target.measure.packetSizeBytes, 1400);
});

test('a run may listen and connect over both protocols at once', () => {
  const { options, notices } = run([
    '--listen',
    'udp:1234',
    '--listen',
    'tcp:1234',
    '--connect',
    'udp://h:1',
  ]);
  assert.deepEqual(
    [...options.listens, ...options.connects].map(({ protocol }) => protocol),
    ['udp', 'tcp', 'udp'],
  );
  assert.deepEqual(notices, []);
});
