import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClientSessionV2 } from '../../../src/session/v2/client.js';
import { MAX_PHASE_BYTES, MAX_PHASE_US } from '../../../src/session/v2/limits.js';
import { ListenerSessionV2 } from '../../../src/session/v2/listener.js';
import { MEASURE } from '../../support/virtual-pair.js';
import { hello, PING, PONG, takeEvents } from '../fake-transport.js';
import { FakeTransportV2 } from './fake-transport.js';

const TIMEOUT_US = 5_000_000;
const START =
  '["Start",{"phase":1,"direction":["Up"],"packet_size":1400,"reliable":true,"rate_bps":0,"bound":["Packets",10],"cc":["None"]}]';
const DONE = '["Done",{"phase":1,"packets":10,"bytes":14000,"elapsed_us":1000,"resent":0,"spurious":0}]';

function report(phase: number, final: boolean): string {
  const counts =
    '"lost":0,"recovered":0,"residual":0,"reordered":0,"duplicates":0,"resent":0,"jitter_ns":0,"busy_us":0';
  return `["Report",{"phase":${phase},"final":${final},"packets":10,"bytes":14000,"elapsed_us":1000,${counts},"owd":""}]`;
}

type Side = 'client' | 'listener';

/** A session driven by hand; the Hellos are exchanged. */
class Driven {
  readonly transport = new FakeTransportV2();
  readonly session: ClientSessionV2 | ListenerSessionV2;

  constructor(side: Side) {
    if (side === 'client') {
      const settings = { name: 'cli', measure: { ...MEASURE, cc: 'none' }, timeoutUs: TIMEOUT_US } as const;
      this.session = new ClientSessionV2(settings, this.transport, 1000);
    } else {
      const limits = {
        maxPacketSizeBytes: 64_000,
        maxPhaseUs: MAX_PHASE_US,
        maxPhaseBytes: MAX_PHASE_BYTES,
        keepsRate: true,
        pathProbes: 'both' as const,
      };
      const settings = { name: 'srv', timeoutUs: TIMEOUT_US, token: '0123456789abcdef', ...limits };
      this.session = new ListenerSessionV2(settings, this.transport, 1000);
    }
  }

  hear(nowUs: number, ...texts: string[]) {
    for (const text of texts) this.session.handleMessage(nowUs, Buffer.from(text));
    return takeEvents(this.session);
  }

  greet(): this {
    this.hear(2000, hello('peer'));
    this.transport.take();
    return this;
  }
}

describe('a v2 client', () => {
  it('pings, asks for Up, sends it, says Done, and asks for Down after the last report', () => {
    const client = new Driven('client');
    client.hear(2000, hello('srv'));
    assert.deepEqual(client.transport.take(), [PING]);
    client.hear(3000, PONG);
    assert.deepEqual(client.transport.take(), [PONG, START, 'send 10 x 1400']);
    client.transport.finishBulk(10, 1400);
    client.session.handleProgress(4000);
    assert.deepEqual(client.transport.take(), ['stop', DONE]);
    client.hear(5000, report(1, true));
    assert.deepEqual(client.transport.take(), [
      START.replace('1,"direction":["Up"]', '2,"direction":["Down"]'),
    ]);
  });

  it('is not served Down before its address is known', () => {
    const listener = new Driven('listener').greet();
    listener.transport.isValidated = false;
    const events = listener.hear(3000, START.replace('"Up"', '"Down"'));
    assert.deepEqual(events, [{ type: 'refused', direction: 'down', code: 'unvalidated', limit: 0 }]);
    assert.deepEqual(listener.transport.take(), ['["Refuse",{"phase":1,"code":"unvalidated","limit":0}]']);
  });

  it('is told the counts without the histogram where both don`t fit', () => {
    const listener = new Driven('listener').greet();
    listener.transport.maxMessageBytes = 400;
    listener.transport.histogram = 'x'.repeat(400);
    listener.hear(3000, START, DONE);
    const [said] = listener.transport.take();
    assert.match(said!, /^\["Report",.*"final":true.*"owd":""}\]$/);
  });
});

describe('a v2 receiver', () => {
  it('takes what has not come of an unreliable phase for lost when its sender is done', () => {
    const listener = new Driven('listener').greet();
    listener.hear(3000, START, DONE);
    assert.equal(listener.transport.take().length, 1);
    listener.hear(4000, START.replace('true', 'false'), DONE);
    const [finish, final] = listener.transport.take();
    assert.equal(finish, 'finish 10');
    assert.match(final!, /^\["Report",.*"final":true/);
  });

  it('reports each second, but not to a peer that reads nothing', () => {
    const listener = new Driven('listener').greet();
    listener.hear(3000, START);
    listener.session.handleTimeout(1_003_000);
    assert.equal(listener.transport.take().length, 1);
    listener.transport.isCrowded = true;
    listener.session.handleTimeout(2_003_000);
    assert.deepEqual(listener.transport.take(), []);
    assert.equal(listener.session.pollTimeout(), 3_003_000);
  });
});

describe('a v2 session whose peer breaks the protocol', () => {
  const cases: readonly (readonly [side: Side, texts: readonly string[], failure: string])[] = [
    ['client', [PING], 'the peer sent ping, which is for clients to send'],
    ['client', [hello('again')], 'the peer sent hello, which is for clients to send'],
    ['client', [DONE], "the peer ended phase 1, which it wasn't sending"],
    ['client', [report(7, true)], "the peer reported phase 7, which it wasn't receiving"],
    ['client', [PONG, report(1, true)], 'the peer reported phase 1 for the last time before its end'],
    [
      'client',
      ['["Refuse",{"phase":1,"code":"rate","limit":1}]'],
      "the peer refused phase 1, which it wasn't asked for",
    ],
    ['listener', [START, START], 'the peer started phase 1 before the one before it was over'],
    ['listener', [DONE], "the peer ended phase 1, which it wasn't sending"],
    ['listener', [report(1, false)], "the peer reported phase 1, which it wasn't receiving"],
    [
      'listener',
      ['["Refuse",{"phase":1,"code":"rate","limit":1}]'],
      'the peer sent refuse, which is for listeners to send',
    ],
  ];
  for (const [side, texts, failure] of cases) {
    it(`fails as ${side}: ${failure}`, () => {
      const driven = new Driven(side).greet();
      const failed = driven.hear(3000, ...texts).filter(({ type }) => type === 'failed');
      assert.deepEqual(failed, [{ type: 'failed', code: 'PROTOCOL', text: failure }]);
      assert.equal(driven.session.phase, null);
      assert.equal(driven.session.pollTimeout(), Number.POSITIVE_INFINITY);
      driven.transport.take();
      assert.deepEqual(driven.hear(4000, PING, PONG, START), []);
      assert.deepEqual(driven.transport.take(), []);
    });
  }

  for (const side of ['client', 'listener'] as const) {
    it(`fails as ${side} when the first message is no Hello, or no message at all`, () => {
      for (const text of [
        PONG,
        'nonsense',
        '["Bandwidth",{"direction":["Up"],"n_packets":1,"packet_size":1}]',
      ]) {
        const [failed] = new Driven(side).hear(2000, text);
        assert.equal(failed?.type === 'failed' && failed.code, 'PROTOCOL');
      }
    });
  }

  it('ignores a Pong that nobody asked for', () => {
    for (const side of ['client', 'listener'] as const) {
      const driven = new Driven(side).greet();
      const before = side === 'client' ? [PONG] : [];
      driven.hear(3000, ...before);
      driven.transport.take();
      assert.deepEqual(driven.hear(4000, PONG), []);
      assert.deepEqual(driven.transport.take(), []);
    }
  });
});
