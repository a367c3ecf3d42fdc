import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MeasurePlan } from '../../../src/options/types.js';
import { DATAGRAM_DEFAULTS, DatagramPair, PATH } from '../../support/datagram-pair.js';
import { TOKEN } from '../../support/versioned-pair.js';

const { measure: MEASURE } = DATAGRAM_DEFAULTS;
const ROUNDS = 2;
const TIMED: MeasurePlan = { ...MEASURE, bound: { kind: 'time', phaseUs: 1_000_000 } };

function lossy(loss: number, measure: Partial<MeasurePlan> = {}): DatagramPair {
  const path = { ...PATH, loss };
  return new DatagramPair({ up: path, down: path, measure: { ...TIMED, ...measure } });
}

/** A phase of either direction, as both ends have it. */
function phasesOf(pair: DatagramPair) {
  pair.runUntilPhases(ROUNDS, 'down');
  return (['up', 'down'] as const).flatMap((direction) => {
    const [ours, theirs] = pair.ends.map((end) => end.phases(direction).slice(0, ROUNDS));
    return ours!.map((phase, i) => ({ ours: phase, theirs: theirs![i]! }));
  });
}

describe('a v2 session over UDP', () => {
  it('opens with a Hello, an Accept and the token, and sends each once', () => {
    const pair = new DatagramPair({ measure: { ...MEASURE, monitorBandwidth: false } });
    pair.runUntil(() => pair.client.of('latency').length > 0);
    assert.deepEqual(
      pair.ends.map(({ session, heard }) => [session.version, heard[0]]),
      [
        [2, '["Hello",{"name":"srv"}]'],
        [2, '["Hello",{"name":"cli"}]'],
      ],
    );
    assert.equal(pair.client.transport.v2?.sent.resent, 0);
    assert.equal(pair.listener.transport.isValidated, true);
    const { latencyNs } = pair.client.of('latency')[0]!;
    assert.ok(latencyNs >= 5_000_000 && latencyNs < 5_300_000, `${latencyNs} ns on a path of 5 ms`);
  });

  it('measures latency at every interval, and nothing else where bandwidth is not monitored', () => {
    const pair = new DatagramPair({
      measure: { ...MEASURE, monitorBandwidth: false, pingIntervalUs: 100_000 },
    });
    pair.runUntil(() => pair.lab.nowUs >= 3_000_000);
    for (const end of pair.ends) {
      assert.ok(Math.abs(end.of('latency').length - 30) <= 1);
      assert.deepEqual(end.phases('up'), []);
    }
  });

  for (const loss of [0, 0.01, 0.05, 0.2]) {
    it(`runs phases of 1 s at ${100 * loss} % loss, in which both ends have the same figures`, () => {
      for (const { ours, theirs } of phasesOf(lossy(loss))) {
        assert.deepEqual(ours.detail?.report, theirs.detail?.report);
        const { report, sent } = ours.detail!;
        assert.deepEqual(sent, theirs.detail?.sent);
        assert.equal(report.residual, 0);
        assert.equal(report.lost, report.recovered);
        assert.deepEqual([ours.packets, ours.bytes], [sent.packets, sent.bytes]);
        assert.ok(sent.elapsedUs >= 1_000_000 && sent.elapsedUs < 1_010_000, `sent in ${sent.elapsedUs} us`);
        assert.ok(ours.rateBps < 10e6, `${ours.rateBps} bit/s over 10 Mbit/s`);
      }
    });
  }

  it('shows nearly the rate of a path that loses nothing but by its queue', () => {
    for (const { ours } of phasesOf(lossy(0))) {
      assert.ok(ours.rateBps > 8.5e6, `${ours.rateBps} bit/s over 10 Mbit/s`);
    }
  });

  for (const cc of ['cubic', 'newreno', 'none'] as const) {
    it(`goes on at 5 % loss with ${cc}, and ends each phase in time`, () => {
      for (const { ours } of phasesOf(lossy(0.05, { cc }))) {
        assert.equal(ours.detail?.report.residual, 0);
        // With no control at all, 2,048 packets are on their way when the time is up.
        assert.ok(ours.elapsedUs < (cc === 'none' ? 10e6 : 1.5e6), `${ours.elapsedUs} us`);
      }
    });
  }

  for (const reliable of [true, false]) {
    it(`keeps a set rate within 1 %, ${reliable ? '' : 'un'}reliably`, () => {
      for (const { ours } of phasesOf(lossy(0, { reliable, rateBps: 4e6 }))) {
        const sentBps = (ours.detail!.sent.bytes * 8e6) / ours.detail!.sent.elapsedUs;
        assert.ok(Math.abs(sentBps / 4e6 - 1) < 0.01, `${sentBps} bit/s sent`);
        assert.ok(Math.abs(ours.rateBps / 4e6 - 1) < 0.01, `${ours.rateBps} bit/s received`);
        assert.equal(ours.detail?.report.lost, 0);
      }
    });
  }

  it('counts what an unreliable phase loses, and sends none of it again', () => {
    for (const { ours } of phasesOf(lossy(0.05, { reliable: false, rateBps: 4e6 }))) {
      const { report, sent } = ours.detail!;
      assert.ok(report.residual > 0);
      assert.equal(report.residual, sent.packets - report.packets);
      assert.equal(report.lost, report.residual + report.recovered);
    }
  });

  it('ends a phase by its size, to the packet', () => {
    const bound = { kind: 'size', testSizeBytes: 1_000_000 } as const;
    for (const { ours, theirs } of phasesOf(lossy(0.02, { bound }))) {
      assert.deepEqual([ours.packets, theirs.packets], [714, 714]);
    }
  });

  it('measures latency under load, which shows the queue, and round trips of packets', () => {
    const pair = lossy(0, { pingIntervalUs: 50_000 });
    pair.runUntilPhases(1, 'down');
    const [idle, loaded] = [false, true].map((isLoaded) =>
      pair.client.of('latency').flatMap(({ loaded: is, latencyNs }) => (is === isLoaded ? [latencyNs] : [])),
    );
    assert.ok(loaded!.length >= 30, `${loaded!.length} samples under load`);
    assert.ok(Math.max(...loaded!) > 2 * Math.max(...idle!));
    for (const { rttsNs } of pair.ends) assert.ok(rttsNs.length > 0 && Math.min(...rttsNs) >= 10e6);
  });

  it('reports each second of a long phase to both ends', () => {
    const pair = lossy(0.01, { direction: 'up', bound: { kind: 'time', phaseUs: 3_500_000 } });
    pair.runUntilPhases(1, 'up');
    const [ours, theirs] = pair.ends.map((end) => end.of('report').map(({ report }) => report));
    assert.equal(ours!.length, 3);
    assert.deepEqual(ours, theirs);
  });

  it('goes on within two Pings when the client`s address changes in the middle of its Down data', () => {
    const pingIntervalUs = 100_000;
    const pair = lossy(0, { direction: 'down', pingIntervalUs });
    pair.runUntil(() => (pair.listener.transport.v2?.sent.bulkPackets ?? 0) > 300);
    pair.listener.transport.handleAddressChange();
    const { nowUs } = pair.lab;
    pair.runUntil(() => pair.listener.transport.v2?.budget.isValidated ?? false);
    assert.ok(pair.lab.nowUs - nowUs < 2 * pingIntervalUs + 100_000, `${pair.lab.nowUs - nowUs} us`);
    pair.runUntilPhases(1, 'down');
    assert.equal(pair.client.phases('down')[0]?.detail?.report.residual, 0);
  });

  it('says Bye three times, and the other end stops at the first', () => {
    const pair = lossy(0);
    pair.runUntilPhases(1, 'up');
    const { nowUs } = pair.lab;
    pair.client.end(nowUs, 'the instance was stopped');
    assert.equal(pair.client.transport.isClosed, false);
    pair.lab.run(nowUs + 1e6, () => pair.client.transport.isClosed);
    assert.equal(pair.listener.ending, 'bye: the instance was stopped');
    assert.ok(pair.lab.nowUs - nowUs < 100_000, 'the last Bye is soon said');
  });
});

describe('what is not of the connection', () => {
  it('is dropped: other ids, garbage, and packets that only v1 knows', () => {
    const pair = lossy(0);
    pair.runUntilPhases(1, 'up');
    const foreign = 'c0ffee00-0000-4000-8000-000000000000+2';
    const header = (id: string, meta: string) => `{"index":-1,"connection_id":"${id}","meta":${meta}}`;
    const packet = (text: string) => Buffer.from(`${text.length}\n0\n${text}`);
    for (const datagram of [
      packet(header(foreign, '["Bye","go away"]')),
      packet(header(foreign, '["Reset"]')),
      packet(header(foreign.slice(0, -2), '["Ack",7]')),
      Buffer.alloc(0),
      Buffer.from('84\n20\n{"index":1,'),
      Buffer.alloc(1400, '%'),
    ]) {
      for (const end of pair.ends) end.handleDatagram(pair.lab.nowUs, datagram);
    }
    pair.runUntilPhases(ROUNDS, 'down');
    for (const { transport } of pair.ends) {
      const { foreign: others, malformed } = transport.v2!.received;
      assert.deepEqual([others, malformed > 0], [2, true]);
    }
  });

  it('is no token: a wrong one opens nothing', () => {
    const pair = new DatagramPair({ measure: { ...MEASURE, monitorBandwidth: false } });
    pair.runUntil(() => pair.listener.heard.length > 0);
    const id = '6b1e9d3c-5f0e-4d9b-9a54-1c2a7f3d8e10+2';
    const wrong = TOKEN.replace('0', 'f');
    const header = `{"index":1,"connection_id":"${id}","meta":["Token","${wrong}",0]}`;
    pair.listener.handleDatagram(
      pair.lab.nowUs,
      Buffer.from(`${header.length}\n20\n${header}["Latency",["Ping"]]`),
    );
    assert.equal(pair.listener.transport.isValidated, false);
    pair.runUntil(() => pair.listener.transport.isValidated);
  });
});
