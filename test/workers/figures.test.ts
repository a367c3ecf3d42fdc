/** What a shard counts, read back as the main thread shows it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directionSummary } from '../../src/control/direction.js';
import { Tally } from '../../src/control/tally.js';
import type { PhaseDetail, SessionEvent } from '../../src/session/event.js';
import { LatencyMerge } from '../../src/stats/latency.js';
import { COUNTER } from '../../src/stats/layout.js';
import { PageReader } from '../../src/stats/page-reader.js';
import { PageWriter } from '../../src/stats/page-writer.js';
import { SlotSnapshot } from '../../src/stats/slot-snapshot.js';
import { Figures } from '../../workers/figures.js';

const REPORT: PhaseDetail['report'] = {
  kind: 'report',
  phase: 1,
  final: true,
  packets: 990,
  bytes: 990_000,
  elapsedUs: 1_000_000,
  lost: 30,
  recovered: 20,
  residual: 10,
  reordered: 3,
  duplicates: 2,
  resent: 22,
  busyUs: 0,
  jitterNs: 700,
  owd: '',
};
const DETAIL: PhaseDetail = {
  report: REPORT,
  sent: { packets: 1000, bytes: 1_000_000, elapsedUs: 999_000, resent: 25, spurious: 4 },
};

type PhaseEvent = Extract<SessionEvent, { type: 'phase' }>;

function phaseEvent(given: Partial<PhaseEvent> = {}): PhaseEvent {
  const { packets, bytes, elapsedUs } = REPORT;
  const common = { type: 'phase', direction: 'up', received: false, packets, bytes, elapsedUs } as const;
  return { ...common, rateBps: 7_920_000, detail: DETAIL, ...given };
}

class Shard {
  readonly #page = PageWriter.create(0);
  readonly #reader = new PageReader(this.#page.buffer);

  open(key: number, pingIntervalNs = 0): Figures {
    const slot = this.#page.alloc();
    this.#page.open(slot, key);
    return new Figures(this.#page, { page: 0, slot }, pingIntervalNs);
  }

  /** Published, read and added up. */
  tally(...all: readonly Figures[]): Tally {
    const tally = new Tally();
    for (const figures of all) tally.add(this.read(figures), true);
    return tally;
  }

  read(figures: Figures): SlotSnapshot {
    figures.publish();
    const snapshot = new SlotSnapshot();
    assert.equal(this.#reader.read(figures.place.slot, snapshot), true);
    return snapshot;
  }
}

test('every kind of times has its own count, extremes, mean and newest value', () => {
  const shard = new Shard();
  const figures = shard.open(1);
  for (const ns of [500, 300, 400]) figures.handleLatency(ns, false);
  figures.handleLatency(9_000, true);
  figures.handleRtt(1_000, false);
  for (const ns of [0, 6_000]) figures.handleRtt(ns, true);
  for (let ns = 0; ns < 5_000; ns++) figures.handleOwd(ns);
  const tally = shard.tally(figures);
  const { count, lastNs, minNs, meanNs, maxNs, p50Ns } = tally.samples('latency');
  assert.deepEqual([count, lastNs, minNs, meanNs, maxNs, p50Ns], [3, 400, 300, 400, 500, 400]);
  assert.equal(tally.samples('latencyLoaded').p99Ns, 9_000);
  assert.equal(tally.samples('rtt').maxNs, 1_000);
  assert.deepEqual([tally.samples('rttLoaded').minNs, tally.samples('rttLoaded').maxNs], [0, 6_000]);
  const owd = tally.samples('owd');
  assert.deepEqual([owd.count, owd.maxNs], [5_000, 4_999]);
  assert.ok(Math.abs((owd.p50Ns ?? 0) - 2_500) <= 5, `p50 is ${owd.p50Ns}`);
});

test('a time that so many packets have is counted for each', () => {
  const shard = new Shard();
  const figures = shard.open(1);
  const runs = [...Array(3_000).keys()].map((i) => ({ ns: (i * 37) % 1_000, times: (i * 7) % 5 }));
  for (const { ns, times } of runs) if (times > 0) figures.handleOwd(ns, times);
  const all = runs.flatMap(({ ns, times }) => Array<number>(times).fill(ns)).sort((a, b) => a - b);
  const { count, meanNs, p90Ns, p99Ns } = shard.tally(figures).samples('owd');
  const plain = new LatencyMerge();
  for (const ns of all) plain.record(ns);
  const sumNs = all.reduce((sum, ns) => sum + ns, 0);
  const expected = plain.summary(null, all.at(0) ?? 0, all.at(-1) ?? 0, sumNs, all.length);
  assert.deepEqual([count, meanNs], [all.length, expected.meanNs]);
  assert.deepEqual([p90Ns, p99Ns], [expected.p90Ns, expected.p99Ns]);
});

test('what is counted behind a restart is all that there is, and what is newest stays', () => {
  const shard = new Shard();
  const figures = shard.open(1, 1_000_000);
  figures.values[COUNTER.version] = 2;
  figures.values[COUNTER.packetsSent] = 77;
  figures.values[COUNTER.tcpRttUs] = 40;
  figures.handleLatency(5, false);
  figures.handleLatency(9_000_000, false);
  figures.handlePhase(phaseEvent());
  assert.ok(shard.tally(figures).sum('upLost') > 0);
  // It was not published yet, and is forgotten all the same.
  figures.handleLatency(8_000_000, false);
  figures.restart();

  const empty = shard.tally(figures);
  assert.deepEqual([empty.samples('latency').count, empty.samples('latency').p99Ns], [0, null]);
  for (const counter of ['packetsSent', 'upBytes', 'upPhases', 'upElapsedUs', 'upLost'] as const)
    assert.equal(empty.sum(counter), 0, counter);
  assert.deepEqual([empty.version, empty.gauge('upRateBps'), empty.gauge('tcpRttUs')], [2, 7_920_000, 40]);

  figures.handleLatency(700, false);
  figures.handlePhase(phaseEvent());
  const tally = shard.tally(figures);
  const { count, minNs, meanNs, maxNs, p50Ns } = tally.samples('latency');
  assert.deepEqual([count, minNs, meanNs, maxNs, p50Ns], [1, 700, 700, 700, 700]);
  assert.deepEqual([tally.sum('upBytes'), tally.sum('upPhases')], [REPORT.bytes, 1]);
});

test('only latencies are corrected for the pings that a late answer held up', () => {
  const shard = new Shard();
  const figures = shard.open(1, 1_000);
  figures.handleLatency(10_000, true);
  figures.handleRtt(10_000, true);
  const tally = shard.tally(figures);
  assert.ok((tally.samples('latencyLoaded').p50Ns ?? 0) < 6_000);
  assert.equal(tally.samples('rttLoaded').p50Ns, 10_000);
});

test('both ends of a version 2 phase over UDP show what its receiver reported and its sender sent', () => {
  const shard = new Shard();
  const sender = shard.open(1);
  const receiver = shard.open(2);
  sender.handlePhase(phaseEvent());
  receiver.handlePhase(phaseEvent({ received: true }));
  const side = { protocol: 'udp', version: 2 } as const;
  const sent = directionSummary(shard.tally(sender), 'up', 1, { role: 'client', ...side });
  const received = directionSummary(shard.tally(receiver), 'up', 1, { role: 'listener', ...side });
  const { lost, recovered, residual, resent, spurious, reordered, duplicates, lossRate } = sent;
  assert.deepEqual([lost, recovered, residual, resent, spurious], [30, 20, 10, 25, 4]);
  assert.deepEqual([reordered, duplicates, lossRate], [3, 2, 30 / 1_020]);
  assert.deepEqual([sent.meanRateBps, sent.rawRateBps, sent.jitterNs], [7_920_000, 8_200_000, 700]);
  assert.deepEqual(received, sent);
});

test('over UDP in version 1 a side knows what it missed and what it sent again, and no more', () => {
  const shard = new Shard();
  const figures = shard.open(1);
  figures.values[COUNTER.downLost] = 4;
  figures.values[COUNTER.upResent] = 6;
  figures.handlePhase(phaseEvent({ direction: 'down', received: true, packets: 96, detail: null }));
  const tally = shard.tally(figures);
  const side = { role: 'client', protocol: 'udp', version: 1 } as const;
  const up = directionSummary(tally, 'up', 1, side);
  const down = directionSummary(tally, 'down', 1, side);
  assert.deepEqual([up.lost, up.resent, up.spurious, up.reordered, up.lossRate], [null, 6, null, null, null]);
  assert.deepEqual([down.lost, down.resent, down.recovered, down.duplicates], [4, null, null, 0]);
  assert.deepEqual([down.lossRate, down.rawRateBps, down.jitterNs], [0.04, null, null]);
});

test('over TCP, and before the Hello, nobody counts losses', () => {
  const shard = new Shard();
  const figures = shard.open(1);
  figures.handlePhase(phaseEvent());
  const tally = shard.tally(figures);
  for (const side of [
    { role: 'client', protocol: 'tcp', version: 2 },
    { role: 'client', protocol: 'udp', version: null },
  ] as const) {
    const { lost, recovered, residual, resent, spurious, reordered, duplicates, lossRate } = directionSummary(
      tally,
      'up',
      1,
      side,
    );
    const losses = [lost, recovered, residual, resent, spurious, reordered, duplicates, lossRate];
    assert.deepEqual(new Set(losses), new Set([null]));
  }
});

test('newest values are means over who has one, and those of ended connections are left out', () => {
  const shard = new Shard();
  const [one, two, three] = [shard.open(1), shard.open(2), shard.open(3)];
  one.values[COUNTER.srttNs] = 1_000;
  two.values[COUNTER.srttNs] = 3_000;
  one.values[COUNTER.cwndBytes] = 10;
  two.values[COUNTER.cwndBytes] = 30;
  two.values[COUNTER.version] = 2;
  three.handleLatency(5_000, false);
  const tally = shard.tally(one, two, three);
  assert.deepEqual([tally.mean('srttNs'), tally.gauge('cwndBytes'), tally.version], [2_000, 40, 2]);
  const later = new Tally();
  later.addEnded(tally);
  assert.deepEqual([later.mean('srttNs'), later.gauge('cwndBytes'), later.version], [null, null, 2]);
  const { count, lastNs, maxNs } = later.samples('latency');
  assert.deepEqual([count, lastNs, maxNs], [1, null, 5_000]);
});

test('a connection that is gone keeps its counts and has no rate and no window any more', () => {
  const shard = new Shard();
  const [gone, up] = [shard.open(1), shard.open(2)];
  for (const figures of [gone, up]) {
    figures.handlePhase(phaseEvent({ received: true }));
    figures.values[COUNTER.cwndBytes] = 10;
    figures.values[COUNTER.tcpRttUs] = 300;
  }
  const tally = new Tally();
  tally.add(shard.read(gone), false);
  const live = () => [
    tally.gauge('upRateBps'),
    tally.gauge('receivedRateBps'),
    tally.gauge('cwndBytes'),
    tally.mean('tcpRttUs'),
  ];
  assert.deepEqual(live(), [null, null, null, null]);
  assert.equal(tally.sum('upLost'), 30);
  tally.add(shard.read(up), true);
  assert.deepEqual(live(), [7_920_000, 7_920_000, 10, 300]);
  assert.equal(tally.sum('upLost'), 60);
});

test('a connection begins without the rates and windows of the one before it, and with its counts', () => {
  const shard = new Shard();
  const figures = shard.open(1);
  figures.handlePhase(phaseEvent());
  figures.values[COUNTER.cwndBytes] = 10;
  figures.forgetLive();
  const tally = shard.tally(figures);
  assert.deepEqual([tally.gauge('upRateBps'), tally.gauge('cwndBytes')], [null, null]);
  assert.equal(tally.sum('upLost'), 30);
});
