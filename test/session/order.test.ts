import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LINK, MEASURE, VirtualPair } from '../support/virtual-pair.js';
import { bandwidth, hello, PING, PONG } from './fake-transport.js';

const UP = bandwidth('Up', 10, 1400);
const DOWN = bandwidth('Down', 10, 1400);
const DATA = '10 x 1400';

/** The pair after so many latencies, with nothing left under way. */
function played(pair: VirtualPair, nLatencies: number): VirtualPair {
  pair.start().runUntilLatencies(nLatencies);
  pair.settle();
  return pair;
}

/** The first packets that were sent, as many as are expected. */
function assertBegins(said: readonly string[], expected: readonly string[]): void {
  assert.deepEqual(said.slice(0, expected.length), expected);
}

describe('the order of a session', () => {
  it('is Hello, Hello, then Up and Down in turn between two measurements of the latency', () => {
    const { sentUp, sentDown } = played(new VirtualPair(), 3);
    assertBegins(sentUp.said, [hello('cli'), ...repeat([PING, PONG, UP, DATA, DOWN], 2), PING, PONG]);
    assertBegins(sentDown.said, [hello('srv'), ...repeat([PONG, DATA], 2), PONG]);
  });

  it('is Ping, Pong, Pong and a pause without monitoring', () => {
    const pair = played(new VirtualPair({ measure: { ...MEASURE, monitorBandwidth: false } }), 3);
    assert.deepEqual(pair.sentUp.said, [hello('cli'), ...repeat([PING, PONG], 3)]);
    assert.deepEqual(pair.sentDown.said, [hello('srv'), ...repeat([PONG], 3)]);
  });

  it('leaves Down out with direction=up, and puts a Ping behind the data', () => {
    const pair = played(new VirtualPair({ measure: { ...MEASURE, direction: 'up' } }), 3);
    assertBegins(pair.sentUp.said, [
      hello('cli'),
      ...repeat([PING, PONG, UP, DATA, PING, PONG], 2),
      PING,
      PONG,
    ]);
    assert.deepEqual(pair.sentDown.said.slice(0, 6), [hello('srv'), ...repeat([PONG], 5)]);
  });

  it('leaves Up out with direction=down', () => {
    const pair = played(new VirtualPair({ measure: { ...MEASURE, direction: 'down' } }), 3);
    assertBegins(pair.sentUp.said, [hello('cli'), ...repeat([PING, PONG, DOWN], 2), PING, PONG]);
    assertBegins(pair.sentDown.said, [hello('srv'), ...repeat([PONG, DATA], 2), PONG]);
  });

  it('never lets the listener say what it was not asked for, however the bytes are cut', () => {
    for (const maxChunkBytes of [1, 2, 97, 100_000]) {
      const link = { ...LINK, maxChunkBytes };
      const pair = played(new VirtualPair({ up: link, down: link, writeBytes: 4200 }), 2);
      assertBegins(pair.sentDown.said, [hello('srv'), PONG, DATA, PONG]);
    }
  });
});

describe('the pause between two measurements', () => {
  const latencyTimesUs = (measure: typeof MEASURE): number[] => {
    const pair = new VirtualPair({ measure }).start().runUntilLatencies(5);
    return pair.client.events.flatMap(({ atUs, event }) => (event.type === 'latency' ? [atUs] : []));
  };

  it('is the ping interval without monitoring', () => {
    const times = latencyTimesUs({ ...MEASURE, monitorBandwidth: false, pingIntervalUs: 200_000 });
    for (const gapUs of gaps(times)) assert.ok(Math.abs(gapUs - 202_000) < 100, `${gapUs} us`);
  });

  it('is none with monitoring', () => {
    // Twice 14 kB at 10 MB/s and two round trips of 2 ms: no pause has a place in it.
    for (const gapUs of gaps(latencyTimesUs(MEASURE))) assert.ok(gapUs < 10_000, `${gapUs} us`);
  });
});

function repeat(texts: readonly string[], times: number): string[] {
  return Array.from({ length: times }, () => texts).flat();
}

function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((timeUs, i) => timeUs - times[i]!);
}
