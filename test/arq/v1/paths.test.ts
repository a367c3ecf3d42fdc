import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LossyLinkOptions } from '../../support/lossy-link.js';
import { readPacket } from '../../support/original/codec.js';
import { drawPlan, measureOurs, measureTheirListener, serveTheirClient } from './trials.js';

const SESSIONS = 20;
const N_PACKETS = 200;
const SEED = Number(process.env.CONNTEST_SEED ?? 1);

const TRIALS = [
  ['our client with an original listener', measureTheirListener],
  ['an original client with our listener', serveTheirClient],
  ['two of ours that speak v1', measureOurs],
] as const;

const NO_ACKS_US = [150_000, 2_150_000] as const;

function isAck(datagram: Uint8Array): boolean {
  return readPacket(Buffer.from(datagram))?.meta.kind === 'Ack';
}

/** What other paths do to datagrams; none of it is more than a session can live with. */
const PATHS: readonly (readonly [what: string, faults: Partial<LossyLinkOptions>])[] = [
  ['bursts of loss', { burst: { pGoodToBad: 0.005, pBadToGood: 0.2, lossBad: 0.8 } }],
  ['a blackhole of 1 s', { blackhole: [[400_000, 1_400_000]] }],
  [
    'no Acks for 2 s',
    { drop: (_n, datagram, nowUs) => nowUs >= NO_ACKS_US[0] && nowUs < NO_ACKS_US[1] && isAck(datagram) },
  ],
  ['three in ten datagrams that come twice', { duplicate: 0.3 }],
  ['much reordering', { jitterUs: 5000, reorder: 0.1 }],
];

for (const [what, faults] of PATHS) {
  for (const [who, trial] of TRIALS) {
    test(`over a path with ${what}, ${who} complete their phases`, () => {
      for (let seed = SEED; seed < SEED + SESSIONS; seed++) {
        const { begun, completed } = trial(drawPlan(seed, N_PACKETS, faults), 1);
        assert.deepEqual({ begun, completed }, { begun: 2, completed: 2 }, `with CONNTEST_SEED=${seed}`);
      }
    });
  }
}

for (const [who, trial] of TRIALS) {
  test(`over a slow path that queues a whole window, ${who} send nothing twice`, () => {
    const plan = drawPlan(SEED, N_PACKETS, { rateBps: 1e6, queueBytes: 60_000 });
    const { completed, lab } = trial(plan, 1);
    assert.equal(completed, 2);
    assert.ok(lab.up.counters.sent <= 6 + N_PACKETS + 10, `${lab.up.counters.sent} datagrams up`);
    assert.ok(lab.down.counters.sent <= 2 + N_PACKETS + 10, `${lab.down.counters.sent} datagrams down`);
  });
}
