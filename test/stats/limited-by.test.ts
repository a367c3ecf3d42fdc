import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LimitEvidence, limitedBy, type TcpEvidence } from '../../src/stats/limited-by.js';
import type { LimitCause } from '../../src/stats/snapshot.js';

/** A second of sending in which nothing stands out. */
const CALM: LimitEvidence = {
  sends: true,
  runningUs: 1_000_000,
  shardBusyUs: 500_000,
  rateBps: 1e9,
  setRateBps: 0,
  connections: 1,
  queueDrops: 0,
  lost: 0,
  rttUs: null,
  minRttUs: null,
  tcp: null,
};

const IDLE_TCP: TcpEvidence = { busyUs: 0, windowUs: 0, bufferUs: 0, retransmits: 0, segmentBytes: 1448 };
const BUSY_TCP: TcpEvidence = { ...IDLE_TCP, busyUs: 950_000 };
const QUEUE = { rttUs: 60_000, minRttUs: 1000 };
const ALL_CPU = { shardBusyUs: 980_000 };

const VERDICTS: readonly (readonly [
  what: string,
  cause: LimitCause | null,
  given: Partial<LimitEvidence>,
])[] = [
  ['a calm second', null, {}],
  ['a calm second of TCP', null, { tcp: BUSY_TCP, rttUs: 400, minRttUs: 100 }],
  ['a rate that is reached', 'rate', { setRateBps: 1e9 }],
  ['a rate that is reached by a busy shard', 'rate', { setRateBps: 1.02e9, ...ALL_CPU }],
  ['a rate that is missed', null, { setRateBps: 2e9 }],
  ['a rate that a busy shard misses', 'sender-cpu', { setRateBps: 2e9, ...ALL_CPU }],
  ['a busy shard that sends', 'sender-cpu', ALL_CPU],
  ['a busy shard that receives', 'receiver-cpu', { sends: false, ...ALL_CPU }],
  ['a busy shard that drops', 'receiver-cpu', { sends: false, queueDrops: 5, ...ALL_CPU }],
  ['a full receive queue', 'receiver-buffer', { sends: false, queueDrops: 5 }],
  ['a receive queue that is full while this side sends', null, { queueDrops: 5 }],
  ['losses of datagrams', 'path-or-receiver', { lost: 12 }],
  ['losses while the sender has no CPU left', 'sender-cpu', { lost: 12, ...ALL_CPU }],
  ['losses seen by the receiver', null, { sends: false, lost: 12 }],
  ['growing round trips of datagrams', 'path-or-receiver', QUEUE],
  ['a window that is closed most of the time', 'window', { tcp: { ...BUSY_TCP, windowUs: 800_000 } }],
  [
    'a window that is closed while a queue grows',
    'path',
    { tcp: { ...BUSY_TCP, windowUs: 800_000 }, ...QUEUE },
  ],
  ['a closed window and a busy shard', 'window', { tcp: { ...BUSY_TCP, windowUs: 800_000 }, ...ALL_CPU }],
  ['a window that is closed at times', null, { tcp: { ...BUSY_TCP, windowUs: 400_000 } }],
  ['a send buffer that is full most of the time', 'send-buffer', { tcp: { ...BUSY_TCP, bufferUs: 600_000 } }],
  ['a queue on the way', 'path', { tcp: BUSY_TCP, ...QUEUE }],
  ['a queue on the way of data that seldom waits', null, { tcp: { ...IDLE_TCP, busyUs: 300_000 }, ...QUEUE }],
  [
    'losses as many as such a rate allows',
    'path',
    { rateBps: 20e6, rttUs: 20_000, minRttUs: 19_000, tcp: { ...BUSY_TCP, retransmits: 2 } },
  ],
  [
    'a few losses on loopback',
    null,
    { rateBps: 12e9, rttUs: 300, minRttUs: 100, tcp: { ...BUSY_TCP, retransmits: 27, segmentBytes: 65_483 } },
  ],
  ['a phase that has just begun', null, { runningUs: 150_000, shardBusyUs: 150_000 }],
  ['no phase', null, { runningUs: 0, shardBusyUs: 0, setRateBps: 1 }],
];

for (const [what, cause, given] of VERDICTS) {
  test(`${what} is ${cause === null ? 'no verdict' : `limited by ${cause}`}`, () => {
    assert.equal(limitedBy({ ...CALM, ...given })?.cause ?? null, cause);
  });
}

test('a verdict carries the figures that it comes from', () => {
  const evidenceOf = (given: Partial<LimitEvidence>) => limitedBy({ ...CALM, ...given })?.evidence;
  assert.equal(evidenceOf(ALL_CPU), "this side's shard was busy 98% of the time");
  assert.equal(evidenceOf({ tcp: BUSY_TCP, ...QUEUE }), 'round trips grew from 1.0 to 60.0 ms under load');
  assert.equal(evidenceOf({ lost: 1234 }), '1,234 packets were lost');
  assert.equal(evidenceOf({ setRateBps: 1e9 }), '100% of the rate that is set was reached');
});
