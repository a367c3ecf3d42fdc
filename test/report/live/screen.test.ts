import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RUN_KEYS } from '../../../src/report/live/help.js';
import { type Line, lengthOf, span } from '../../../src/report/live/line.js';
import { Rates } from '../../../src/report/live/rates.js';
import { type ScreenInput, screenOf } from '../../../src/report/live/screen.js';
import { ASCII_MARKS } from '../../../src/report/live/spark.js';
import { FIRST_VIEW } from '../../../src/report/live/view.js';
import type { PeerSnapshot } from '../../../src/stats/snapshot.js';
import { lossyPeer, peer, runSnapshot, served, unreached } from '../fixture.js';

function inputOf(clients: readonly PeerSnapshot[], given: Partial<ScreenInput> = {}): ScreenInput {
  return {
    snapshot: runSnapshot(3000, { clients }),
    view: FIRST_VIEW,
    size: { columns: 100, rows: 30 },
    events: [],
    rates: new Rates(),
    name: 'sender',
    bits: false,
    marks: ASCII_MARKS,
    keys: RUN_KEYS,
    timeLine: null,
    top: 0,
    nowMs: 0,
    ...given,
  };
}

function textsOf(lines: readonly Line[]): string[] {
  return lines.map((line) =>
    line
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );
}

function shown(input: ScreenInput): string[] {
  return textsOf(screenOf(input).lines);
}

function many(count: number): PeerSnapshot[] {
  return Array.from({ length: count }, (_, i) => peer({ id: `client ${i}`, peerName: `peer-${i}` }));
}

const SIZES = [
  { columns: 60, rows: 16 },
  { columns: 80, rows: 24 },
  { columns: 140, rows: 50 },
  { columns: 20, rows: 5 },
  { columns: 1, rows: 1 },
] as const;

test('a screen has as many lines as the terminal, and none is longer than it is wide', () => {
  const crowds = [[], [peer()], [lossyPeer(), unreached({ id: 'client 1' })], many(500)];
  for (const size of SIZES) {
    for (const clients of crowds) {
      for (const view of [FIRST_VIEW, { ...FIRST_VIEW, isHelp: true }]) {
        const events = [[span(' 12:00:00  '), span('x'.repeat(300))]];
        const { lines } = screenOf(inputOf(clients, { size, view, events }));
        assert.equal(lines.length, size.rows);
        for (const line of lines) assert.ok(lengthOf(line) <= size.columns, textsOf([line])[0]);
      }
    }
  }
});

test("the instance's name stands in the middle of the first line", () => {
  const [first = ''] = shown(inputOf([peer()]));
  assert.equal(first.indexOf('sender'), (100 - 'sender'.length) / 2);
  assert.match(first, /^ conntest .* 00:03$/);
});

test('where all fit, each connection has a block with the fields of the original, in both sections', () => {
  const snapshot = runSnapshot(3000, { clients: [peer()], servers: [served({ id: 's' })] });
  const text = shown(inputOf([], { snapshot, size: { columns: 110, rows: 40 } })).join('\n');
  assert.match(text, /As client\n > to receiver {2}127\.0\.0\.1 1234 {2}tcp v1 {2}connected/);
  assert.match(text, /As server\n {3}from sender {2}127\.0\.0\.1 40312 {2}tcp v1 {2}connected/);
  for (const label of [
    'uptime',
    '#sent',
    '#recv',
    'latnc',
    'bndwdth',
    'p-size',
    '#delayd',
    '#lost',
    'retries',
  ]) {
    assert.equal(text.split(`${label} `).length, 3, `${label} in both blocks`);
  }
  assert.match(text, /latency 21\.0 us @-\. 1\.20 ms/);
});

test("a block has the kernel's figures of TCP, those of our own engine over UDP, and n/a for what nobody tells", () => {
  const blockOf = (given: PeerSnapshot) =>
    shown(inputOf([given], { size: { columns: 110, rows: 40 } })).join('\n');
  const tcp = blockOf(peer());
  for (const field of [
    /rtt +46\.0 us/,
    /rttvar +12\.0 us/,
    /cwnd +\d/,
    /#resent +\d/,
    /pacing +\d/,
    /delivry +\d/,
    /pathmtu +65,535/,
    /#rxdrop +n\/a/,
  ]) {
    assert.match(tcp, field);
  }
  const udp = blockOf(lossyPeer());
  for (const field of [
    /rtt +3\.01 ms/,
    /rttvar +n\/a/,
    /cwnd +1\.23 MB/,
    /#resent +4,013/,
    /pacing +n\/a/,
    /delivry +n\/a/,
    /pathmtu +1,500/,
    /#rxdrop +0/,
  ]) {
    assert.match(udp, field);
  }
  const untold = { tcp: null, pathMtuBytes: null, queueDrops: null };
  assert.equal(blockOf(peer({ kernel: untold })).match(/n\/a/g)?.length, 8);
});

test('a block says what limits each direction, as far as that is known', () => {
  const up = { ...peer().up, limit: { cause: 'window', evidence: '' } } as const;
  assert.match(shown(inputOf([peer({ up })])).join('\n'), /^ {4}limit {3}up the peer's window, down -$/m);
});

test('a state says what is going on, and when the next try comes', () => {
  const states: readonly [Partial<PeerSnapshot>, RegExp][] = [
    [{ state: 'connecting', connectionsUp: 0 }, / connecting$/m],
    [{ connectionsWanted: 50, connectionsUp: 48 }, / 48\/50 connected$/m],
    [{ connectionsWanted: 50, connectionsUp: 50 }, / 50 connected$/m],
    [{ state: 'ended', connectionsUp: 0 }, / dropped$/m],
    [{ isMonitored: false }, / connected .* latency only$/m],
  ];
  for (const [given, pattern] of states) assert.match(shown(inputOf([peer(given)])).join('\n'), pattern);
  assert.match(shown(inputOf([unreached()])).join('\n'), /retrying in 3 s: connection refused$/m);
  assert.match(shown(inputOf([unreached({ retryInMs: 20 })])).join('\n'), /retrying in 1 s: /);
});

test('thousands of connections are a line each, the selected one in full among its neighbours', () => {
  const input = inputOf(many(5000), { view: { ...FIRST_VIEW, selected: 'client 2500' } });
  const lines = shown(input);
  const at = lines.findIndex((line) => line.startsWith(' > to peer-2500 '));
  assert.ok(at > 0, lines.join('\n'));
  assert.match(lines[at - 1] ?? '', /^ {3}peer-2499 /);
  assert.match(lines.join('\n'), /\n {3}peer-2495 /);
});

test('scrolling moves the list no further than the selection needs', () => {
  const peers = many(100);
  const at = (selected: string, top: number) =>
    screenOf(inputOf(peers, { view: { ...FIRST_VIEW, selected }, top })).top;
  const end = at('client 99', 0);
  assert.ok(end > 60);
  assert.equal(at('client 98', end), end, 'still in sight');
  assert.equal(at('client 0', end), 0, 'the head of the section comes with its first row');
  assert.equal(at('client 50', at('client 50', 0)), at('client 50', 0));
});

test('both rates and the state are readable in 60 columns', () => {
  const lines = shown(inputOf(many(40), { size: { columns: 60, rows: 12 } }));
  const row = lines.find((line) => line.includes('peer-3 ')) ?? '';
  assert.match(row, /^ {3}peer-3 +connected +813 MB\/s +803 MB\/s$/);
});

test('the order chosen holds in the list, and equal ones stay in the order given', () => {
  const peers = [
    peer({ id: 'a', peerName: 'zoe' }),
    unreached({ id: 'b', target: 'tcp://lost:1' }),
    peer({ id: 'c', peerName: 'ann', up: { ...peer().up, rateBps: 9e9 } }),
  ];
  const ids = (order: ScreenInput['view']['order']) =>
    screenOf(inputOf(peers, { view: { ...FIRST_VIEW, order } })).scene.peers.map(({ id }) => id);
  assert.deepEqual(ids('given'), ['a', 'b', 'c']);
  assert.deepEqual(ids('name'), ['c', 'b', 'a']);
  assert.deepEqual(ids('trouble'), ['b', 'a', 'c']);
  assert.deepEqual(ids('rate'), ['c', 'a', 'b']);
  assert.deepEqual(ids('latency'), ['a', 'c', 'b']);
});

test('a sparkline has the newest rate at its right end, up and down on one scale', () => {
  const rates = new Rates();
  for (const upBps of [0, 4e9, 8e9]) {
    const now = peer({ up: { ...peer().up, rateBps: upBps }, down: { ...peer().down, rateBps: 1e9 } });
    rates.handleSnapshot(runSnapshot(0, { clients: [now] }));
  }
  const lines = shown(inputOf([peer()], { rates }));
  assert.match(lines.join('\n'), /up {6}813 MB\/s .* {2}=@$/m);
  assert.match(lines.join('\n'), /down {4}803 MB\/s .* \.\.\.$/m);
});

test('rows that are gone leave no rates behind', () => {
  const rates = new Rates();
  rates.handleSnapshot(runSnapshot(0, { clients: [peer()] }));
  assert.equal(rates.of('client 0').up.length, 1);
  rates.handleSnapshot(runSnapshot(0));
  assert.deepEqual(rates.of('client 0'), { up: [], down: [] });
});

test('a message takes the place of the keys for as long as it holds', () => {
  const view = { ...FIRST_VIEW, message: 'dropped receiver', messageEndMs: 4000 };
  assert.equal(shown(inputOf([], { view, nowMs: 3999 })).at(-1), ' dropped receiver');
  assert.match(shown(inputOf([], { view, nowMs: 4000 })).at(-1) ?? '', /^ q end {2}\? help/);
});

test("nothing of a peer's name or address reaches the terminal but printable ASCII", () => {
  const evil = peer({ peerName: '\u001b[2J\u4e16\u754c\n', ip: '\u009b1m' });
  for (const line of shown(inputOf([evil, ...many(30)]))) assert.match(line, /^[ -~]*$/);
});
