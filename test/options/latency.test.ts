import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseListen } from '../../src/options/addresses/endpoint.js';
import { assertRefused, connect, given } from './fixture.js';

test('latency reaches the plan of either end, in the same words', () => {
  assert.equal(connect('udp://h:1?latency=spin').latency, 'spin');
  assert.equal(connect('udp://h:1?latency=block').latency, 'block');
  assert.equal(connect('tcp://h:1?latency=spin').latency, 'spin');
  assert.equal(connect('tcp://h:1?latency=event').latency, 'event');
  const listens = parseListen(given('udp:127.0.0.1:8000-8001?latency=block'), 0);
  assert.deepEqual(
    listens.map(({ port, latency }) => [port, latency]),
    [
      [8000, 'block'],
      [8001, 'block'],
    ],
  );
});

const REFUSED_LISTENS: readonly (readonly [text: string, problem: string])[] = [
  ['tcp:1?latency=block', ": latency 'block': block is for UDP only: over TCP write spin, or leave it out"],
  ['udp:1?latency=spun', ": latency 'spun': not one of event, block, spin; did you mean 'spin'?"],
  ['udp:1?latency', ': latency has no value; write latency=block|spin'],
  [
    'udp:1?cc=cubic',
    ': a listen address over udp takes df, dscp, latency, rcvbuf, sndbuf, tos; the connecting side sets cc',
  ],
  ['tcp:1?rcvbuf=1', ": rcvbuf '1': too small; the least is 1024"],
  [
    'udp:1?latency=spin&rate=1mbit',
    ': a listen address over udp takes df, dscp, latency, rcvbuf, sndbuf, tos; the connecting side sets rate',
  ],
];

for (const [text, problem] of REFUSED_LISTENS) {
  test(`--listen '${text}' is refused${problem}`, () => {
    assertRefused(() => parseListen(given(text), 0), `--it '${text}'${problem}`);
  });
}
