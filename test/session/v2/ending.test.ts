import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_PHASE_BYTES, MAX_PHASE_US } from '../../../src/session/v2/limits.js';
import { VersionedPair } from '../../support/versioned-pair.js';
import { LINK, MEASURE } from '../../support/virtual-pair.js';

const TIMED = { ...MEASURE, bound: { kind: 'time', phaseUs: 200_000 } } as const;
const LIMITS = {
  maxPacketSizeBytes: 64_000_000,
  maxPhaseUs: MAX_PHASE_US,
  maxPhaseBytes: MAX_PHASE_BYTES,
  keepsRate: true,
  pathProbes: 'none' as const,
};

describe('a phase over the limits of the listener', () => {
  const cases = [
    {
      name: 'packets too large',
      measure: { ...TIMED, packetSizeBytes: 20_000 },
      limits: { ...LIMITS, maxPacketSizeBytes: 1400 },
      refusal: { code: 'packet_size', limit: 1400 },
    },
    {
      name: 'too long',
      measure: TIMED,
      limits: { ...LIMITS, maxPhaseUs: 100_000 },
      refusal: { code: 'phase_time', limit: 100_000 },
    },
    {
      name: 'too much data',
      measure: MEASURE,
      limits: { ...LIMITS, maxPhaseBytes: 13_999 },
      refusal: { code: 'phase_bytes', limit: 13_999 },
    },
  ] as const;
  for (const { name, measure, limits, refusal } of cases) {
    it(`is refused (${name}), and the latency goes on`, () => {
      const pair = new VersionedPair({ measure, limits }).start();
      pair.clock.runFor(5_000_000);
      assert.equal(pair.isFailed, false);
      for (const end of [pair.client, pair.listener]) {
        assert.deepEqual(end.of('refused'), [
          { type: 'refused', direction: 'up', ...refusal },
          { type: 'refused', direction: 'down', ...refusal },
        ]);
        assert.deepEqual(end.of('phase'), []);
        assert.equal(end.session.phase, null);
        assert.ok(end.latenciesUs(false).length >= 8, `${end.latenciesUs(false)}`);
      }
    });
  }

  it('that is Up stops within a round trip, and what came of it is not counted to another phase', () => {
    const pair = new VersionedPair({ measure: TIMED, limits: { ...LIMITS, maxPhaseUs: 100_000 } }).start();
    pair.runUntil(() => pair.client.of('refused').length === 2);
    const bytes = pair.listener.transport.framer.bulkBytes;
    // 1 ms each way at 10 MB/s, and what the sender's system held.
    assert.ok(bytes > 0 && bytes < 20_000 + LINK.sendBufferBytes + 2 * 4500, `${bytes} bytes`);
    assert.deepEqual([pair.listener.transport.received.bytes, pair.client.transport.received.bytes], [0, 0]);
  });

  it('leaves the other direction as it is', () => {
    const pair = new VersionedPair({ measure: TIMED });
    // A listener that refuses Up only is not among ours: its refusal is made here.
    const { session } = pair.client;
    let isRefused = false;
    pair.start().runUntil(() => session.phase?.direction === 'up');
    const refuse = Buffer.from('["Refuse",{"phase":1,"code":"rate","limit":1000}]');
    pair.clock.at(pair.clock.nowUs + 10, () => {
      session.handleMessage(pair.clock.nowUs, refuse, { index: 9, connectionId: '', kind: 0 });
      isRefused = true;
    });
    pair.runUntil(() => isRefused && pair.client.ended.down >= 2);
    assert.equal(pair.client.ended.up, 0);
    assert.deepEqual(pair.client.of('refused'), [
      { type: 'refused', direction: 'up', code: 'rate', limit: 1000 },
    ]);
  });
});

describe('an orderly end', () => {
  for (const [from, to] of [
    ['client', 'listener'],
    ['listener', 'client'],
  ] as const) {
    it(`of the ${from} is told to the ${to} at once, and nothing is due any more`, () => {
      const pair = new VersionedPair({ measure: { ...TIMED, monitorBandwidth: false } }).start();
      pair.clock.runFor(1_200_000);
      pair[from].end('it is over "now"');
      pair.clock.runFor(2_000);
      assert.deepEqual(pair[to].of('bye'), [{ type: 'bye', reason: 'it is over "now"' }]);
      for (const { session } of [pair.client, pair.listener]) {
        assert.equal(session.pollTimeout(), Number.POSITIVE_INFINITY);
        session.handleTimeout(1e12);
        assert.equal(session.pollEvent(), undefined);
      }
    });

    it(`of the ${from} in the middle of a phase is told behind the packet that is being written`, () => {
      const measure = { ...TIMED, packetSizeBytes: 100_000 };
      const pair = new VersionedPair({ measure }).start();
      pair.runUntil(() => pair.client.session.phase?.direction === (from === 'client' ? 'up' : 'down'));
      pair.clock.runFor(30_000);
      pair[from].end('enough');
      pair.clock.runFor(100_000);
      assert.deepEqual(pair[to].of('bye'), [{ type: 'bye', reason: 'enough' }]);
      assert.equal(pair[to].transport.framer.partial, false);
      assert.equal(pair[from].transport.pending, false);
    });
  }
});

it('a reason that is too long to be read is cut', () => {
  const pair = new VersionedPair({ measure: { ...TIMED, monitorBandwidth: false } }).start();
  pair.clock.runFor(100_000);
  pair.client.end('\u0001'.repeat(1000));
  pair.clock.runFor(10_000);
  assert.deepEqual(pair.listener.of('bye'), [{ type: 'bye', reason: '\u0001'.repeat(256) }]);
});

describe('a peer that goes silent', () => {
  const waiting = [
    { name: 'the data of a phase', direction: 'down', text: 'the data of a phase' },
    { name: 'Up data to be read', direction: 'up', text: 'the peer to read the data of a phase' },
  ] as const;
  for (const { name, direction, text } of waiting) {
    it(`ends the client's wait for ${name} after the timeout`, () => {
      const measure = { ...MEASURE, direction, bound: { kind: 'time', phaseUs: 30_000_000 } } as const;
      const pair = new VersionedPair({ measure }).start();
      pair.runUntil(() => pair.client.session.phase !== null);
      pair.clock.runFor(100_000);
      pair.cut();
      pair.clock.runUntil(() => pair.client.failure !== null);
      assert.equal(pair.client.failure?.text, `no progress for 5 s while waiting for ${text}`);
    });
  }

  it('ends the wait for an answer to Ping, and for the next request', () => {
    const pair = new VersionedPair({ measure: { ...MEASURE, monitorBandwidth: false } }).start();
    pair.clock.runFor(100_000);
    pair.cut();
    pair.clock.runUntil(() => pair.client.failure !== null && pair.listener.failure !== null);
    assert.match(pair.client.failure!.text, /^no progress for 5 s while waiting for the answer to Ping$/);
    assert.match(pair.listener.failure!.text, /^no progress for 5 s while waiting for the next request$/);
  });
});
