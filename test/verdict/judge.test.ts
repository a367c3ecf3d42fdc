import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFailIf } from '../../src/options/values/fail-if.js';
import { peerRecord } from '../../src/report/records/snapshot-record.js';
import type { PeerSnapshot } from '../../src/stats/snapshot.js';
import { Course } from '../../src/verdict/course.js';
import { judge } from '../../src/verdict/judge.js';
import { type CourseFigures, METRICS } from '../../src/verdict/metrics.js';
import { given } from '../options/fixture.js';
import { lossyPeer, NO_LATENCY, peer, unreached } from '../report/fixture.js';

const NO_COURSE: CourseFigures = { outages: 0, longestOutageNs: null, failures: 0 };

/** Outcome, value and peer of a condition for these peers. */
function verdict(text: string, peers: readonly PeerSnapshot[], course = NO_COURSE) {
  const rows = peers.map((one) => peerRecord(one));
  const [found] = judge([parseFailIf(given(text))], { rows, course });
  assert.ok(found);
  return [found.outcome, found.value, found.peer];
}

test('a condition holds when the figure is on the wrong side of its limit', () => {
  const cases: readonly (readonly [text: string, outcome: string, value: number])[] = [
    ['p99>80us', 'held', 80_200],
    ['p99>80200ns', 'not-held', 80_200],
    ['p99>=80200ns', 'held', 80_200],
    ['p50<24000ns', 'not-held', 24_000],
    ['p50<=24000ns', 'held', 24_000],
    ['p99.9>1ms', 'not-held', 120_000],
    ['max>1.2ms', 'held', 1_204_000],
    ['p99load>4ms', 'held', 4_500_000],
    ['up<1gbit', 'not-held', 1_007_986_896],
    ['loss>1%', 'held', 0.01316],
    ['lost>3611', 'held', 3612],
    ['residual>0', 'held', 1],
    ['jitter>1ms', 'not-held', 18_250],
  ];
  for (const [text, outcome, value] of cases) {
    assert.deepEqual(verdict(text, [lossyPeer()]), [outcome, value, 'receiver'], text);
  }
});

test('the worst peer counts, and is named: the highest for >, the lowest for <', () => {
  const begun = peer({ peerName: 'begun', up: { ...peer().up, meanRateBps: null, rateBps: 1e6 } });
  assert.deepEqual(verdict('up<10mbit', [begun]), ['held', 1e6, 'begun'], 'before a phase is over');
  const peers = [
    peer(),
    peer({ peerName: 'far', latency: { ...NO_LATENCY, p99Ns: 9e6 } }),
    peer({ peerName: 'slow', up: { ...peer().up, meanRateBps: 5e6 } }),
    unreached(),
  ];
  assert.deepEqual(verdict('p99>5ms', peers), ['held', 9e6, 'far']);
  assert.deepEqual(verdict('p99<5ms', peers), ['held', 80_200, 'receiver']);
  assert.deepEqual(verdict('up<10mbit', peers), ['held', 5e6, 'slow']);
});

test('what nobody has measured does not hold, and is told apart', () => {
  assert.deepEqual(verdict('loss>0', [peer()]), ['not-measured', null, null]);
  assert.deepEqual(verdict('p99>0', [unreached()]), ['not-measured', null, null]);
  assert.deepEqual(verdict('up<1gbit', []), ['not-measured', null, null]);
  assert.deepEqual(verdict('outage>0', []), ['not-measured', null, null]);
});

test('a peer that has not said its name is called by its target', () => {
  assert.deepEqual(verdict('retries>1', [unreached({ target: 'tcp://h:1' })]), ['held', 2, 'tcp://h:1']);
});

test('every metric reads something of a run that has measured everything', () => {
  const course = { outages: 1, longestOutageNs: 5e9, failures: 2 };
  for (const { name, unit } of METRICS) {
    const limit = { time: '1ns', rate: '1bit', share: '0', count: '0' }[unit];
    const [outcome] = verdict(`${name}>=${limit}`, [lossyPeer()], course);
    assert.equal(outcome, 'held', name);
  }
});

test('outages are counted from the loss to the return, or to the end; being closed by hand is none', () => {
  const course = new Course();
  const event = (type: string, t_ms: number, key: number, code = 'ECONNRESET', role = 'client') =>
    course.handleEvent({ type, t_ms, key, role, cause: { code } });
  assert.equal(course.figures(0).longestOutageNs, null, 'nothing was ever connected');
  event('failed', 10, 1);
  event('connected', 20, 1);
  event('connected', 20, 2);
  event('connected', 20, 3, '', 'listener');
  assert.deepEqual(course.figures(20), { outages: 0, longestOutageNs: 0, failures: 1 });
  event('lost', 100, 1);
  event('failed', 150, 1);
  event('connected', 400, 1);
  event('lost', 500, 3, 'PEER_CLOSED', 'listener');
  event('lost', 600, 1, 'STOPPED');
  assert.deepEqual(course.figures(9000), { outages: 1, longestOutageNs: 300e6, failures: 2 });
  event('lost', 1000, 2);
  assert.deepEqual(course.figures(3000), { outages: 2, longestOutageNs: 2000e6, failures: 2 });
});
