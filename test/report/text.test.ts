import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { createTextReporter } from '../../src/report/text.js';
import type { PeerSnapshot } from '../../src/stats/snapshot.js';
import {
  cause,
  connected,
  failed,
  lossyPeer,
  type MemoryOutput,
  memoryOutput,
  peer,
  play,
  runSnapshot,
  SETTINGS,
  type Step,
  served,
  unreached,
} from './fixture.js';
import { SCENARIOS } from './scenarios.js';

function printed(steps: readonly Step[], given: Partial<MemoryOutput> = {}, emphasis = 'none'): string {
  const out = memoryOutput(given);
  play(createTextReporter(out, { ...SETTINGS, emphasis }), steps);
  return out.text;
}

const ESCAPE = '\u001b[';
const BOTH = { snapshot: runSnapshot(1000, { clients: [peer()], servers: [served()] }) };

test('without colour there is no escape sequence in any run', () => {
  for (const scenario of Object.values(SCENARIOS)) {
    assert.equal(printed(scenario(), {}, 'red').includes(ESCAPE), false);
  }
});

test('with colour the text is the same but for the escape sequences', () => {
  for (const scenario of Object.values(SCENARIOS)) {
    const colored = printed(scenario(), { color: true }, 'redBright');
    assert.ok(colored.includes(ESCAPE));
    assert.equal(stripVTControlCharacters(colored), printed(scenario()));
  }
});

test('the emphasis is the colour of the names', () => {
  assert.ok(printed([BOTH], { color: true }, 'magenta').includes(`${ESCAPE}35mreceiver`));
  assert.equal(printed([BOTH], { color: true }, 'none').includes(`${ESCAPE}35m`), false);
});

test('in a narrow terminal every table line fits, and what is missing is said once', () => {
  for (const columns of [60, 80, 100, 120, 160, 200]) {
    const text = printed([BOTH, BOTH], { columns });
    const rows = text.split('\n').filter((line) => line.startsWith('  '));
    assert.equal(rows.length, 8);
    for (const row of rows) assert.ok(row.length <= columns, `${row.length} > ${columns}: ${row}`);
    const said = text.split('\n').filter((line) => line.startsWith('(no room'));
    assert.equal(said.length, columns < 200 ? 1 : 0, `at ${columns} columns`);
  }
});

test('the latency, the state and the name are the last to go', () => {
  const text = printed([BOTH], { columns: 34 });
  assert.match(text, /^ {2}name +state +latnc$/m);
});

test('a column whose lack was told of is not told of again when it has come and gone', () => {
  const out = memoryOutput({ columns: 80 });
  const reporter = createTextReporter(out, SETTINGS);
  for (const columns of [80, 160, 80]) {
    Object.assign(out, { columns });
    play(reporter, [BOTH]);
  }
  assert.equal(out.text.match(/\(no room/g)?.length, 1);
});

test('a resized terminal is followed from one table to the next', () => {
  const out = memoryOutput({ columns: 80 });
  const reporter = createTextReporter(out, SETTINGS);
  play(reporter, [BOTH]);
  assert.doesNotMatch(out.text, /#delayd$/m);
  Object.assign(out, { columns: 240, text: '' });
  play(reporter, [BOTH]);
  assert.match(out.text, /retries$/m);
  assert.doesNotMatch(out.text, /no room/);
});

test('an idle listener says that there are no peers once, until somebody has come and gone', () => {
  const idle = { snapshot: runSnapshot(1000) };
  const count = (steps: Step[]) => printed(steps).split('no peers yet').length - 1;
  assert.equal(count([idle, idle, idle]), 1);
  assert.equal(count([idle, BOTH, idle, idle]), 2);
});

test('a storm of failures is five lines at once and a sum by cause at the next table', () => {
  const storm = Array.from({ length: 100 }, (_, key) =>
    failed(key, { key, cause: cause({ code: ['A', 'B', 'C', 'D'][Math.min(3, key % 10)] ?? '' }) }),
  );
  const before = printed(storm);
  assert.equal(before.trimEnd().split('\n').length, 5);
  const after = printed([...storm, BOTH]).slice(before.length);
  assert.match(after, /^\S+ {2}\.\.\. and 95 more tries failed: 68 D, 9 A, 9 B, \.\.\.$/m);
});

test('the next interval starts its count of events anew', () => {
  const five = Array.from({ length: 5 }, (_, key) => connected(1, { key }));
  const text = printed([...five, BOTH, ...five, BOTH]);
  assert.equal(text.split(' connected to ').length - 1, 10);
  assert.doesNotMatch(text, /more connected/);
});

test('tables are left out while the reader lags, and the next one says so', () => {
  const out = memoryOutput({ lagging: true });
  const reporter = createTextReporter(out, SETTINGS);
  play(reporter, [BOTH, BOTH]);
  assert.equal(out.text, '');
  Object.assign(out, { lagging: false, droppedWrites: 7 });
  play(reporter, [BOTH]);
  assert.match(out.text, /7 event lines dropped: the reader was too slow\n.*2 tables left out/);
  out.text = '';
  play(reporter, [BOTH]);
  assert.doesNotMatch(out.text, /dropped|left out/);
});

test('every line of a summary fits in 80 columns, also with the largest figures', () => {
  const huge = 123_456_789_012_345;
  const latency = { ...peer().latency, count: 999_999_999, maxNs: 5_000_000_000 };
  const rates = { rateBps: huge, meanRateBps: huge, rawRateBps: huge, jitterNs: 5e9 };
  const losses = { lost: 999_999_999, recovered: 999_999_999, residual: 999_999_999, lossRate: 1 };
  const copies = {
    resent: 999_999_999,
    spurious: 999_999_999,
    reordered: 999_999_999,
    duplicates: 999_999_999,
  };
  const direction = { ...peer().up, bytes: huge, phases: 99_999_999, ...rates, ...losses, ...copies };
  const times = { latency, latencyLoaded: latency, rtt: latency, rttLoaded: latency, owd: latency };
  const row = { ...times, up: direction, down: direction, packetsSent: huge, lost: 1e9, delayed: 1e9 };
  const identity = {
    peerName: 'n'.repeat(99),
    ip: '2001:db8:1234:5678:9abc:def0:1234:5678',
    retries: 99_999,
    version: 2,
    cwndBytes: huge,
    srttNs: 5e9,
  } as const;
  const clients = [peer({ ...row, ...identity }), unreached({ target: `tcp://${'h'.repeat(200)}:1` })];
  const steps = [...SCENARIOS.lostAndBack().slice(0, -1), { summary: runSnapshot(9e9, { clients }) }];
  for (const bits of [false, true]) {
    const out = memoryOutput();
    play(createTextReporter(out, { ...SETTINGS, bits, name: 'n'.repeat(200) }), steps);
    const summary = out.text.slice(out.text.indexOf('== Summary'));
    for (const line of summary.split('\n')) assert.ok(line.length <= 80, `${line.length}: ${line}`);
  }
});

test('losses are shown with their share where the protocol tells them', () => {
  const down = { ...peer().down, packets: 990, lost: 10, lossRate: 0.01 };
  const text = printed([
    { summary: runSnapshot(1, { clients: [peer({ protocol: 'udp', lost: 10, down })] }) },
  ]);
  assert.match(text, /down loss +10 lost \(1\.000%\)$/m);
  assert.doesNotMatch(text, /up loss/);
});

test('a path without losses is said to have none, and nothing that did not happen is named', () => {
  const copies = { resent: 0, spurious: 0, reordered: 0, duplicates: 0 };
  const none = { lost: 0, recovered: 0, residual: 0, lossRate: 0, ...copies };
  const row = lossyPeer({ down: { ...lossyPeer().down, ...none } });
  assert.match(printed([{ summary: runSnapshot(1, { clients: [row] }) }]), /down loss +0 lost \(0\.000%\)$/m);
});

test('the columns of losses come with the first peer that has something for them', () => {
  const header = (peers: PeerSnapshot[]) =>
    printed([{ snapshot: runSnapshot(1, { clients: peers }) }]).split('\n')[2] ?? '';
  assert.doesNotMatch(header([peer(), unreached()]), /#resent|#reord/);
  assert.match(header([peer(), lossyPeer()]), /#delayd +#lost +#resent +#reord +retries/);
});
