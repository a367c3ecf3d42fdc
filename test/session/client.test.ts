import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MeasurePlan } from '../../src/options/types.js';
import { ClientSession } from '../../src/session/client.js';
import { MEASURE } from '../support/virtual-pair.js';
import { bandwidth, FakeTransport, hello, PING, PONG, takeEvents } from './fake-transport.js';

const TIMEOUT_US = 5_000_000;
const IDLE = { ...MEASURE, monitorBandwidth: false };

/** A client driven by hand; times are given with each message. */
class Driven {
  readonly transport = new FakeTransport();
  readonly session: ClientSession;

  constructor(measure: MeasurePlan) {
    this.session = new ClientSession({ name: 'cli', measure, timeoutUs: TIMEOUT_US }, this.transport, 1000);
  }

  hear(nowUs: number, text: string) {
    this.session.handleMessage(nowUs, Buffer.from(text));
    return takeEvents(this.session);
  }

  /** Hello at 2 ms, Pong at 12 ms. */
  greetAndMeasure(): this {
    this.hear(2000, hello('srv'));
    this.hear(12_000, PONG);
    this.transport.take();
    return this;
  }
}

function failureText(events: ReturnType<typeof takeEvents>): string {
  const failures = events.flatMap((event) =>
    event.type === 'failed' ? [`${event.code}: ${event.text}`] : [],
  );
  assert.equal(failures.length, 1, `${failures.length} failures`);
  return failures[0]!;
}

describe('a client', () => {
  it('says Hello, then Ping once it is answered, and Pong at once to a Pong', () => {
    const client = new Driven(IDLE);
    assert.deepEqual(client.transport.take(), [hello('cli')]);
    assert.deepEqual(client.hear(2000, hello('srv')), [{ type: 'hello', peerName: 'srv', version: 1 }]);
    assert.deepEqual(client.transport.take(), [PING]);
    assert.deepEqual(client.hear(12_000, PONG), [{ type: 'latency', latencyNs: 5_000_000, loaded: false }]);
    assert.deepEqual(client.transport.take(), [PONG]);
  });

  it('pauses for the ping interval when bandwidth is not monitored', () => {
    const { session, transport } = new Driven(IDLE).greetAndMeasure();
    assert.equal(session.pollTimeout(), 512_000);
    session.handleTimeout(511_999);
    assert.deepEqual(transport.take(), []);
    session.handleTimeout(512_000);
    assert.deepEqual(transport.take(), [PING]);
  });

  it('gives the peer its full time from a Ping that was sent late', () => {
    const { session, transport } = new Driven(IDLE).greetAndMeasure();
    session.handleTimeout(60_000_000);
    session.handleTimeout(60_000_000);
    assert.deepEqual(transport.take(), [PING]);
    assert.deepEqual(takeEvents(session), []);
    assert.equal(session.pollTimeout(), 65_000_000);
  });

  it('asks for Up, sends it, and asks for Down right behind it', () => {
    const client = new Driven(MEASURE);
    client.hear(2000, hello('srv'));
    client.transport.take();
    client.hear(12_000, PONG);
    assert.deepEqual(client.transport.take(), [
      PONG,
      bandwidth('Up', 10, 1400),
      'send 10 x 1400',
      bandwidth('Down', 10, 1400),
      'count 10',
    ]);
    client.session.handleCounted(500_000, 14_000);
    assert.deepEqual(client.transport.take(), [PING]);
  });

  it('asks for Down only with direction=down', () => {
    const client = new Driven({ ...MEASURE, direction: 'down' });
    client.hear(2000, hello('srv'));
    client.transport.take();
    client.hear(12_000, PONG);
    assert.deepEqual(client.transport.take(), [PONG, bandwidth('Down', 10, 1400), 'count 10']);
  });

  it('ends an Up phase with a Ping behind it with direction=up, whose latency it does not record', () => {
    const client = new Driven({ ...MEASURE, direction: 'up' });
    client.hear(2000, hello('srv'));
    client.transport.take();
    client.hear(12_000, PONG);
    assert.deepEqual(client.transport.take(), [PONG, bandwidth('Up', 10, 1400), 'send 10 x 1400', PING]);
    assert.deepEqual(
      client.hear(1_022_000, PONG).map(({ type }) => type),
      ['phase'],
    );
    assert.deepEqual(client.transport.take(), [PONG, PING]);
  });

  it('takes the round trip out of the time of a phase that ends with the first sign of its end', () => {
    const client = new Driven({ ...MEASURE, direction: 'up' }).greetAndMeasure();
    const [phase] = client.hear(1_022_000, PONG);
    assert.deepEqual(phase, {
      type: 'phase',
      direction: 'up',
      received: false,
      packets: 10,
      bytes: 14_000,
      elapsedUs: 1_000_000,
      rateBps: 112_000,
      detail: null,
    });
  });

  it('ignores a Pong that it did not ask for', () => {
    const client = new Driven(IDLE);
    client.transport.take();
    assert.deepEqual(client.hear(1500, PONG), []);
    client.greetAndMeasure();
    assert.deepEqual(client.hear(13_000, PONG), []);
    assert.deepEqual(client.transport.take(), []);
  });

  for (const [sizeBytes, testSizeBytes, nPackets] of [
    [1400, 256e6, 182_857],
    [128_000, 256e6, 2000],
    [5e6, 256e6, 51],
    [64e6, 256e6, 4],
    [300e6, 256e6, 1],
  ] as const) {
    it(`asks for ${nPackets} packets of ${sizeBytes} bytes with test-size=${testSizeBytes}`, () => {
      const bound = { kind: 'size', testSizeBytes } as const;
      const client = new Driven({ ...MEASURE, direction: 'down', packetSizeBytes: sizeBytes, bound });
      client.hear(2000, hello('srv'));
      client.hear(3000, PONG);
      assert.equal(client.transport.take().at(-1), `count ${nPackets}`);
      client.session.handleCounted(900_000, nPackets * sizeBytes);
      client.hear(901_000, PONG);
      assert.equal(client.transport.take().at(-1), `count ${nPackets}`, 'the same in every phase');
    });
  }
});

describe('a client whose peer breaks the protocol', () => {
  for (const [text, due] of [
    [PING, 'the peer sent ping while the answer to Hello was due'],
    [bandwidth('Up', 1, 1), 'the peer sent bandwidth while the answer to Hello was due'],
    ['["Hullo",{}]', 'a Hello, Latency or Bandwidth message was due'],
    ['', 'without data'],
  ] as const) {
    it(`fails at ${text || 'an empty message'} instead of a Hello`, () => {
      const failure = failureText(new Driven(IDLE).hear(2000, text));
      assert.ok(failure.startsWith('PROTOCOL: ') && failure.includes(due), failure);
    });
  }

  it('names what was due at each later point', () => {
    const pinged = new Driven(IDLE);
    pinged.hear(2000, hello('srv'));
    assert.match(failureText(pinged.hear(3000, hello('srv'))), /sent hello while the answer to Ping was due/);
    const paused = new Driven(IDLE).greetAndMeasure();
    assert.match(failureText(paused.hear(13_000, PING)), /sent ping while the next Ping was due/);
    const up = new Driven({ ...MEASURE, direction: 'up' }).greetAndMeasure();
    assert.match(failureText(up.hear(13_000, PING)), /sent ping while the end of the Up phase was due/);
  });

  it('does nothing more after a failure, whatever comes', () => {
    const client = new Driven(MEASURE);
    failureText(client.hear(2000, PING));
    client.transport.take();
    for (const text of [hello('srv'), PING, PONG, 'junk']) assert.deepEqual(client.hear(3000, text), []);
    client.session.handleProgress(4000, 10);
    client.session.handleCounted(5000, 10);
    client.session.handleTimeout(99_000_000);
    assert.deepEqual(takeEvents(client.session), []);
    assert.deepEqual(client.transport.take(), []);
    assert.equal(client.session.pollTimeout(), Number.POSITIVE_INFINITY);
    assert.equal(client.session.phase, null);
  });
});
