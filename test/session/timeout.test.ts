import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MeasurePlan } from '../../src/options/types.js';
import { ClientSession } from '../../src/session/client.js';
import { ListenerSession } from '../../src/session/listener.js';
import { LINK, MEASURE, VirtualPair } from '../support/virtual-pair.js';
import { bandwidth, FakeTransport, hello, PING, PONG, takeEvents } from './fake-transport.js';

const TIMEOUT_US = 2_500_000;
const IDLE: MeasurePlan = { ...MEASURE, monitorBandwidth: false };

function newClient(measure: MeasurePlan): ClientSession {
  return new ClientSession({ name: 'cli', measure, timeoutUs: TIMEOUT_US }, new FakeTransport(), 1000);
}

function newListener(): ListenerSession {
  const settings = { name: 'srv', maxPacketSizeBytes: 1e6, timeoutUs: TIMEOUT_US };
  return new ListenerSession(settings, new FakeTransport(), 1000);
}

function hear(session: ClientSession | ListenerSession, heard: readonly string[]): void {
  for (const [i, text] of heard.entries()) session.handleMessage(2000 + i, Buffer.from(text));
  takeEvents(session);
}

/** Fails at exactly this time and not before, and says what it waited for. */
function assertTimesOut(session: ClientSession | ListenerSession, atUs: number, awaited: string): void {
  assert.equal(session.pollTimeout(), atUs);
  session.handleTimeout(atUs - 1);
  assert.deepEqual(takeEvents(session), []);
  session.handleTimeout(atUs);
  session.handleTimeout(atUs);
  const text = `no progress for 2.5 s while waiting for ${awaited}`;
  assert.deepEqual(takeEvents(session), [{ type: 'failed', code: 'TIMEOUT', text }]);
}

describe('the progress timeout of a client', () => {
  for (const [measure, heard, awaited] of [
    [IDLE, [], 'the answer to Hello'],
    [IDLE, [hello('srv')], 'the answer to Ping'],
    [MEASURE, [hello('srv'), PONG], 'the end of a bandwidth phase'],
    [{ ...MEASURE, direction: 'down' }, [hello('srv'), PONG], 'the end of a bandwidth phase'],
    [{ ...MEASURE, direction: 'up' }, [hello('srv'), PONG], 'the end of the Up phase'],
  ] as const) {
    const direction = measure.monitorBandwidth ? `, direction=${measure.direction}` : '';
    it(`ends the wait for ${awaited}${direction}`, () => {
      const client = newClient(measure);
      hear(client, heard);
      assertTimesOut(client, (heard.length === 0 ? 1000 : 1999 + heard.length) + TIMEOUT_US, awaited);
    });
  }

  it('runs from the Ping after a pause, whatever the ping interval', () => {
    const client = newClient({ ...IDLE, pingIntervalUs: 9_000_000 });
    hear(client, [hello('srv'), PONG]);
    client.handleTimeout(2001 + 9_000_000);
    assertTimesOut(client, 2001 + 9_000_000 + TIMEOUT_US, 'the answer to Ping');
  });

  it('starts anew with whatever is read or written', () => {
    const client = newClient(MEASURE);
    hear(client, [hello('srv'), PONG]);
    client.handleProgress(1_000_000, 0);
    assert.equal(client.pollTimeout(), 1_000_000 + TIMEOUT_US);
    client.handleProgress(2_000_000, 0);
    assertTimesOut(client, 2_000_000 + TIMEOUT_US, 'the end of a bandwidth phase');
  });
});

describe('the progress timeout of a listener', () => {
  for (const [heard, awaited] of [
    [[], 'a Hello'],
    [[hello('cli')], 'the next request'],
    [[hello('cli'), PING], 'the next request'],
    [[hello('cli'), bandwidth('Up', 3, 5)], 'Up data'],
    [[hello('cli'), bandwidth('Down', 3, 5)], 'the peer to read Down data'],
  ] as const) {
    it(`ends the wait for ${awaited} after ${heard.length} messages`, () => {
      const listener = newListener();
      hear(listener, heard);
      assertTimesOut(listener, (heard.length === 0 ? 1000 : 1999 + heard.length) + TIMEOUT_US, awaited);
    });
  }

  it('starts anew with Up data', () => {
    const listener = newListener();
    hear(listener, [hello('cli'), bandwidth('Up', 3, 5)]);
    listener.handleProgress(1_000_000, 1);
    assertTimesOut(listener, 1_000_000 + TIMEOUT_US, 'Up data');
  });
});

describe('what is progress over a connection', () => {
  it('is not a header that comes byte by byte and never ends', () => {
    const { clock, listener } = new VirtualPair({ listenerTimeoutUs: TIMEOUT_US });
    const openedUs = clock.nowUs;
    listener.start();
    for (const byte of Buffer.from('84\n24\n{"index":')) {
      clock.runFor(400_000);
      if (listener.failure === null) listener.handleData(Uint8Array.of(byte), 0, 1);
    }
    assert.equal(listener.failure?.atUs, openedUs + TIMEOUT_US);
    assert.ok(listener.framer.partial);
  });

  for (const sendBufferBytes of [0, 2000]) {
    it(`is data that moves slowly, in either direction, with ${sendBufferBytes} bytes in the system`, () => {
      // A read or a header every 1.5 s at most, a write of 50 kB that takes most of a minute, and behind it
      // 2 s in which nobody sees the system's last bytes leave: the tail that a timeout has to exceed.
      const link = { ...LINK, bytesPerS: 1000, maxChunkBytes: 1440, sendBufferBytes };
      const measure = {
        ...MEASURE,
        packetSizeBytes: 25_000,
        bound: { kind: 'size', testSizeBytes: 50_000 },
      } as const;
      const pair = new VirtualPair({ measure, up: link, down: link });
      const startUs = pair.clock.nowUs;
      pair.start().runUntilLatencies(3);
      assert.ok(pair.clock.nowUs - startUs > 180e6, 'it took minutes');
    });
  }

  it('is not a cut network: both sides give up after their own time', () => {
    const pair = new VirtualPair({ timeoutUs: 1_000_000, listenerTimeoutUs: TIMEOUT_US }).start();
    pair.runUntilLatencies(2);
    const cutUs = pair.clock.nowUs;
    pair.cut();
    pair.clock.runUntil(() => pair.client.failure !== null && pair.listener.failure !== null);
    const clientUs = pair.client.failure!.atUs - cutUs;
    const listenerUs = pair.listener.failure!.atUs - cutUs;
    assert.ok(clientUs > 990_000 && clientUs < 1_000_001, `${clientUs} us`);
    assert.ok(listenerUs > 2_490_000 && listenerUs < TIMEOUT_US + 1, `${listenerUs} us`);
  });
});
