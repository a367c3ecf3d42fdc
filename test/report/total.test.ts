import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunHistory } from '../../src/report/rows/history.js';
import { busiestPeers } from '../../src/report/rows/rank.js';
import { totalFigures } from '../../src/report/rows/total.js';
import {
  CONNECT,
  connected,
  failed,
  lossyPeer,
  lost,
  NO_LATENCY,
  peer,
  type Step,
  unreached,
} from './fixture.js';

test('a total adds up what can be added', () => {
  const total = totalFigures([peer({ lost: 1, delayed: 0 }), peer({ lost: 2, retries: 3 })]);
  assert.equal(total.packetsSent, 2 * peer().packetsSent);
  assert.equal(total.up.rateBps, 13_000_000_000);
  assert.equal(total.lost, 3);
  assert.equal(total.delayed, 0);
  assert.equal(total.retries, 3);
});

test('a total adds up the losses of each direction, and has no share and no jitter', () => {
  const { up, down } = totalFigures([lossyPeer(), lossyPeer(), peer()]);
  assert.deepEqual([up.lost, up.spurious, up.lossRate, up.jitterNs], [7200, 800, null, null]);
  assert.deepEqual([down.lost, down.spurious, down.duplicates], [24, 2, 4]);
});

test('a total has the extremes and the weighted mean of latency, and no percentile', () => {
  const slow = { ...NO_LATENCY, count: 1, minNs: 5e6, meanNs: 5e6, maxNs: 5e6, p50Ns: 5e6 };
  const fast = { ...NO_LATENCY, count: 3, minNs: 1e6, meanNs: 1e6, maxNs: 1e6, p50Ns: 1e6 };
  const { latency } = totalFigures([peer({ latency: slow }), peer({ latency: fast }), unreached()]);
  assert.deepEqual(latency, { ...NO_LATENCY, count: 4, minNs: 1e6, meanNs: 2e6, maxNs: 5e6 });
});

test('a total of nothing measured is not a zero', () => {
  const total = totalFigures([unreached(), unreached()]);
  assert.deepEqual(total.latency, NO_LATENCY);
  assert.equal(total.up.rateBps, null);
  assert.equal(total.lost, null);
});

test('the busiest peers keep the order of all peers', () => {
  const peers = [3, 1, 4, 1, 5, 9, 2, 6].map((bytes) => peer({ bytesSent: bytes, bytesReceived: 0 }));
  const chosen = busiestPeers(peers, 4).map((row) => row.bytesSent);
  assert.deepEqual(chosen, [4, 5, 9, 6]);
  assert.equal(busiestPeers(peers, 8), peers);
});

function historyOf(steps: readonly Step[]): RunHistory {
  const history = new RunHistory();
  for (const step of steps) if ('event' in step) history.handleEvent(step.event);
  return history;
}

test('a history counts connections, losses, failures and outages of each target', () => {
  const history = historyOf([
    failed(0),
    connected(1),
    lost(2),
    connected(3, { outageMs: 100 }),
    lost(4),
    connected(5, { outageMs: 300 }),
    connected(6, { target: 'tcp://other:1' }),
  ]);
  const { lastCause, ...counts } = history.find('client', CONNECT) ?? {};
  assert.deepEqual(counts, {
    role: 'client',
    target: CONNECT,
    connections: 3,
    losses: 2,
    failures: 1,
    outages: 2,
    outageMs: 400,
    longestOutageMs: 300,
  });
  assert.equal(lastCause?.code, 'PEER_CLOSED');
  assert.equal(history.all().length, 2);
});

test('a connection that the end of the run closed is no loss', () => {
  const stopped = lost(2, {
    cause: { phase: 'session', code: 'STOPPED', text: '', elapsedMs: 0, tried: [] },
  });
  assert.equal(historyOf([connected(1), stopped]).find('client', CONNECT)?.losses, 0);
});

test('nothing is known of a target before its first event', () => {
  assert.equal(historyOf([]).find('client', CONNECT), null);
});
