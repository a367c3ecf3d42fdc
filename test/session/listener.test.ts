import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ListenerSession } from '../../src/session/listener.js';
import { bandwidth, FakeTransport, hello, PING, PONG, takeEvents } from './fake-transport.js';

const TIMEOUT_US = 5_000_000;
const MAX_PACKET_BYTES = 64_000_000;

class Driven {
  readonly transport = new FakeTransport();
  readonly session: ListenerSession;

  constructor() {
    const settings = { name: 'srv', maxPacketSizeBytes: MAX_PACKET_BYTES, timeoutUs: TIMEOUT_US };
    this.session = new ListenerSession(settings, this.transport, 1000);
  }

  hear(nowUs: number, text: string) {
    this.session.handleMessage(nowUs, Buffer.from(text));
    return takeEvents(this.session);
  }

  greet(): this {
    this.hear(2000, hello('cli'));
    this.transport.take();
    return this;
  }
}

describe('a listener', () => {
  it('says nothing before the Hello, and answers it with its own', () => {
    const listener = new Driven();
    assert.deepEqual(listener.transport.take(), []);
    assert.deepEqual(listener.hear(2000, hello('cli')), [{ type: 'hello', peerName: 'cli', version: 1 }]);
    assert.deepEqual(listener.transport.take(), [hello('srv')]);
  });

  it('ignores a repeated Hello', () => {
    const listener = new Driven().greet();
    assert.deepEqual(listener.hear(3000, hello('cli')), []);
    assert.deepEqual(listener.hear(3000, hello('another')), []);
    assert.deepEqual(listener.transport.take(), []);
  });

  it('answers a Ping, and measures from its Pong to that of the client', () => {
    const listener = new Driven().greet();
    assert.deepEqual(listener.hear(3000, PING), []);
    assert.deepEqual(listener.transport.take(), [PONG]);
    assert.deepEqual(listener.hear(13_000, PONG), [{ type: 'latency', latencyNs: 5_000_000, loaded: false }]);
    assert.deepEqual(listener.transport.take(), []);
  });

  it('ignores a Pong that it did not ask for', () => {
    const listener = new Driven().greet();
    assert.deepEqual(listener.hear(3000, PONG), []);
    listener.hear(4000, PING);
    assert.equal(listener.hear(5000, PONG).length, 1);
    assert.deepEqual(listener.hear(6000, PONG), []);
  });

  it('counts Up data without an answer, and measures from the request to the last packet', () => {
    const listener = new Driven().greet();
    const started = listener.hear(10_000, bandwidth('Up', 10, 1400));
    assert.deepEqual(started, [{ type: 'phase-started', direction: 'up', packetSizeBytes: 1400 }]);
    assert.deepEqual(listener.transport.take(), ['count 10']);
    listener.session.handleProgress(200_000, 7000);
    listener.session.handleCounted(1_010_000, 14_000);
    const [phase] = takeEvents(listener.session);
    assert.deepEqual(phase, {
      type: 'phase',
      direction: 'up',
      received: true,
      packets: 10,
      bytes: 14_000,
      elapsedUs: 1_000_000,
      rateBps: 112_000,
      detail: null,
    });
    assert.deepEqual(listener.transport.take(), []);
  });

  it('reports the bytes that really came when a client sends other sizes than it announced', () => {
    const listener = new Driven().greet();
    listener.hear(10_000, bandwidth('Up', 10, 1400));
    listener.session.handleCounted(1_010_000, 999);
    assert.ok(takeEvents(listener.session).some((event) => event.type === 'phase' && event.bytes === 999));
  });

  it('sends Down data, and takes the next word of the client for its end', () => {
    const listener = new Driven().greet();
    listener.hear(3000, PING);
    listener.hear(23_000, PONG);
    listener.transport.take();
    listener.hear(30_000, bandwidth('Down', 10, 1400));
    assert.deepEqual(listener.transport.take(), ['send 10 x 1400']);
    const [phase] = listener.hear(1_050_000, PING);
    assert.equal(phase?.type === 'phase' && phase.elapsedUs, 1_000_000, 'without the round trip of 20 ms');
  });

  it('serves a Down of several packets of its largest size, and one of none', () => {
    const listener = new Driven().greet();
    listener.hear(3000, bandwidth('Down', 3, MAX_PACKET_BYTES));
    listener.hear(4000, bandwidth('Down', 0, 1400));
    assert.deepEqual(listener.transport.take(), [`send 3 x ${MAX_PACKET_BYTES}`, 'send 0 x 1400']);
  });

  it('shows a finite rate for a phase that arrives in one read', () => {
    const listener = new Driven().greet();
    listener.hear(3000, bandwidth('Up', 45, 1400));
    listener.session.handleCounted(3000, 63_000);
    const phase = takeEvents(listener.session).find(({ type }) => type === 'phase');
    assert.ok(phase?.type === 'phase' && phase.rateBps <= 63_000 * 8e4, JSON.stringify(phase));
  });
});

describe('a listener whose peer breaks the protocol', () => {
  for (const [text, says] of [
    [PING, 'the first packet was ping; a Hello was due'],
    [PONG, 'the first packet was pong; a Hello was due'],
    [bandwidth('Down', 1, 1), 'the first packet was bandwidth; a Hello was due'],
    ['%%%%', 'a Hello, Latency or Bandwidth message in JSON was due'],
  ] as const) {
    it(`fails at ${text} as the first packet`, () => {
      const [failure] = new Driven().hear(2000, text);
      assert.ok(failure?.type === 'failed' && failure.code === 'PROTOCOL', JSON.stringify(failure));
      assert.ok(failure.text.includes(says), failure.text);
    });
  }

  for (const [request, says] of [
    [
      bandwidth('Down', 1, MAX_PACKET_BYTES + 1),
      'packets of 64000001 bytes were asked for; at most 64000000 are served here',
    ],
    [bandwidth('Down', 2 ** 31, 1), 'a phase of 2147483648 packets was asked for; at most 2147483647'],
    [bandwidth('Up', 2 ** 31, 1), 'a phase of 2147483648 packets was asked for; at most 2147483647'],
    [bandwidth('Down', -1, 1), 'each N an integer from 0'],
    [bandwidth('Down', 1, -1), 'each N an integer from 0'],
  ] as const) {
    it(`refuses ${request}`, () => {
      const listener = new Driven().greet();
      const [failure] = listener.hear(3000, request);
      assert.ok(failure?.type === 'failed' && failure.code === 'PROTOCOL', JSON.stringify(failure));
      assert.ok(failure.text.includes(says), failure.text);
      assert.deepEqual(listener.transport.take(), []);
    });
  }

  it('does nothing more after a failure, whatever comes', () => {
    const listener = new Driven();
    assert.equal(listener.hear(2000, PING).length, 1);
    for (const text of [hello('cli'), PING, PONG, bandwidth('Down', 1, 1), 'junk']) {
      assert.deepEqual(listener.hear(3000, text), []);
    }
    listener.session.handleTimeout(99_000_000);
    assert.deepEqual(takeEvents(listener.session), []);
    assert.deepEqual(listener.transport.take(), []);
    assert.equal(listener.session.pollTimeout(), Number.POSITIVE_INFINITY);
  });
});
