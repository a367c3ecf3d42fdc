import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatherAlike } from '../../src/probe/alike.js';
import { changesOf } from '../../src/probe/changes.js';
import { meets } from '../../src/probe/expect.js';
import { type Run, runsOf, singleRuns } from '../../src/probe/runs.js';
import type { PortResult, Section } from '../../src/probe/sections.js';
import type { Verdict } from '../../src/probe/types.js';
import { conntest, failure, notConntest, silence } from '../../src/probe/verdict.js';

const CLOSED = failure('tcp', 'ECONNREFUSED', null);
const FILTERED = silence('tcp');

function result(port: number, verdict: Verdict, elapsedUs = 10): PortResult {
  return { port, verdict, elapsedUs, tries: 1 };
}

function shown(runs: readonly Run[]): string[] {
  return runs.map(({ ranges, verdict }) => {
    const text = ranges.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
    return `${text} ${verdict.state}`;
  });
}

test('neighbours with the same answer are told together, over ports that were not asked for', () => {
  const ports = [
    ...[1, 2, 3].map((port) => result(port, FILTERED)),
    result(22, notConntest('SSH-2.0')),
    ...[23, 80, 81].map((port) => result(port, CLOSED)),
  ];
  assert.deepEqual(shown(runsOf(ports)), ['1-3 filtered', '22 open', '23,80-81 closed']);
  assert.equal(singleRuns(ports).length, 7);
});

test('a run counts its ports, and tells the longest time and the least latency', () => {
  const peer = (latencyUs: number): Verdict => conntest({ name: 'a', version: 2, latencyUs });
  const [run, ...more] = runsOf([result(1, peer(9), 10), result(2, peer(3), 30), result(3, peer(5), 20)]);
  assert.deepEqual(more, []);
  assert.deepEqual([run?.count, run?.elapsedUs, run?.verdict.peer?.latencyUs], [3, 30, 3]);
});

test('the same state by another cause is another run', () => {
  const prohibited = failure('tcp', 'EHOSTUNREACH', { type: 3, code: 13, from: '192.0.2.1' });
  assert.deepEqual(shown(runsOf([result(1, FILTERED), result(2, prohibited)])), ['1 filtered', '2 filtered']);
});

test('answers that alternate endlessly are gathered, and what is open still stands for itself', () => {
  const ports = Array.from({ length: 100 }, (_, i) => result(i + 1, i % 2 === 0 ? CLOSED : FILTERED));
  ports[49] = result(50, notConntest(null));
  const runs = runsOf(ports);
  assert.deepEqual(
    runs.map(({ count, verdict }) => [count, verdict.state]),
    [
      [50, 'closed'],
      [49, 'filtered'],
      [1, 'open'],
    ],
  );
});

test('hosts of a block that answer alike are told together, with the longest time; a conntest stands for itself', () => {
  const section = (address: string, verdict: Verdict, elapsedUs: number): Section => ({
    protocol: 'tcp',
    host: '192.0.2.0/29',
    address,
    ports: [result(22, FILTERED, elapsedUs), result(80, verdict)],
  });
  const ours = conntest({ name: 'a', version: 2, latencyUs: 5 });
  const gathered = gatherAlike([
    section('192.0.2.0', CLOSED, 10),
    section('192.0.2.1', CLOSED, 30),
    section('192.0.2.2', FILTERED, 10),
    section('192.0.2.3', ours, 10),
    section('192.0.2.4', ours, 10),
  ]);
  assert.deepEqual(
    gathered.map(({ section: { address, ports }, count, lastAddress }) => [
      address,
      lastAddress,
      count,
      ports[0]?.elapsedUs,
    ]),
    [
      ['192.0.2.0', '192.0.2.1', 2, 30],
      ['192.0.2.2', '192.0.2.2', 1, 10],
      ['192.0.2.3', '192.0.2.3', 1, 10],
      ['192.0.2.4', '192.0.2.4', 1, 10],
    ],
  );
});

test('a change is another answer, not another latency or time', () => {
  const peer = (name: string, latencyUs: number): Verdict => conntest({ name, version: 2, latencyUs });
  const section = (ports: PortResult[]): Section => ({
    protocol: 'tcp',
    host: 'h',
    address: '192.0.2.1',
    ports,
  });
  const before = section([result(1, CLOSED), result(2, peer('a', 5)), result(3, peer('a', 5))]);
  const now = section([
    result(1, FILTERED),
    result(2, peer('a', 9), 99),
    result(3, peer('b', 5)),
    result(4, CLOSED),
  ]);
  assert.deepEqual(
    changesOf([before], [now]).map(({ now: { port } }) => port),
    [1, 3],
  );
});

test('whatever accepts is open to --expect open, and only one of ours to --expect conntest', () => {
  const ours = conntest({ name: 'a', version: 1, latencyUs: 5 });
  assert.deepEqual([meets(ours, 'open'), meets(ours, 'conntest')], [true, true]);
  assert.deepEqual([meets(notConntest(null), 'open'), meets(notConntest(null), 'conntest')], [true, false]);
  assert.deepEqual([meets(silence('udp'), 'open'), meets(silence('udp'), 'filtered')], [false, false]);
  assert.deepEqual([meets(CLOSED, 'closed'), meets(FILTERED, 'filtered')], [true, true]);
});
