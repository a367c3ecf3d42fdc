import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  LimitEvidence,
  PeerEvidence,
  SendingEvidence,
  TcpEvidence,
} from '../../src/stats/limit-evidence.js';
import { limitedBy } from '../../src/stats/limited-by.js';
import type { LimitCause } from '../../src/stats/snapshot.js';

/** A second of sending in which nothing stands out. */
const CALM: LimitEvidence = {
  sends: true,
  runningUs: 1_000_000,
  shardBusyUs: 400_000,
  rateBps: 1e9,
  setRateBps: 0,
  connections: 1,
  queueDrops: 0,
  packets: 90_000,
  lost: 0,
  rttUs: 400,
  minRttUs: 100,
  sending: null,
  tcp: null,
  peer: null,
};

const SENDING: SendingEvidence = {
  elapsedUs: 1_000_000,
  dataUs: 950_000,
  windowUs: 0,
  bufferUs: 0,
  congestionUs: 0,
};
const NO_LOSS: TcpEvidence = { retransmits: 0, segmentBytes: 1448 };
const TCP = { sending: SENDING, tcp: NO_LOSS };
const CLOSED = { sending: { ...SENDING, windowUs: 800_000 } };
const HELD = { sending: { ...SENDING, congestionUs: 800_000 } };
const SMALL_BUFFER = { sending: { ...SENDING, bufferUs: 600_000 } };
const QUEUE = { rttUs: 60_000, minRttUs: 1000 };
/** What a busy machine may add, or a short queue. */
const DOUBTFUL = { rttUs: 8000, minRttUs: 100 };
const ALL_CPU = { shardBusyUs: 980_000 };
const PEER: PeerEvidence = { elapsedUs: 1_000_000, busyUs: 300_000, queueDrops: 0 };
const IDLE_PEER = { peer: PEER };
const BUSY_PEER = { peer: { ...PEER, busyUs: 970_000 } };
const HALF_BUSY_PEER = { peer: { ...PEER, busyUs: 700_000 } };
const dropping = (queueDrops: number) => ({ peer: { ...PEER, queueDrops } });

const VERDICTS: readonly (readonly [
  what: string,
  cause: LimitCause | null,
  given: Partial<LimitEvidence>,
])[] = [
  ['a calm second', null, {}],
  ['a calm second of TCP', null, TCP],
  ['a calm second of both ends', null, IDLE_PEER],
  ['a rate that is reached', 'rate', { setRateBps: 1e9 }],
  ['a rate that is reached by a busy shard', 'rate', { setRateBps: 1.02e9, ...ALL_CPU }],
  ['a rate that is missed', null, { setRateBps: 2e9 }],
  ['a rate that a busy shard misses', 'sender-cpu', { setRateBps: 2e9, ...ALL_CPU }],

  ['a busy shard that sends', 'sender-cpu', ALL_CPU],
  ['a busy shard that sends to a busy one', 'sender-cpu', { ...ALL_CPU, ...BUSY_PEER }],
  ['a busy shard that receives', 'receiver-cpu', { sends: false, ...ALL_CPU }],
  ['a busy shard that drops', 'receiver-cpu', { sends: false, queueDrops: 5, ...ALL_CPU }],
  ['a full receive queue', 'receiver-buffer', { sends: false, queueDrops: 5 }],
  ['a receive queue that is full while this side sends', null, { queueDrops: 5 }],
  ['losses seen by the receiver', null, { sends: false, lost: 12 }],

  ['a receiver that says it is busy', 'receiver-cpu', BUSY_PEER],
  ['a receiver that says so of a moment', null, { peer: { ...PEER, elapsedUs: 100_000, busyUs: 99_000 } }],
  ['a receiver that says it is busy, behind a closed window', 'receiver-cpu', { ...CLOSED, ...BUSY_PEER }],
  ['a busy receiver that makes round trips long', 'receiver-cpu', { ...CLOSED, ...BUSY_PEER, ...QUEUE }],
  ['a receiver that says it drops', 'receiver-buffer', { ...HELD, lost: 12, ...dropping(11) }],
  ['a busy sender to a receiver that drops little', 'sender-cpu', { ...ALL_CPU, lost: 12, ...dropping(12) }],
  [
    'a busy sender to a receiver that drops much',
    'receiver-buffer',
    { ...ALL_CPU, packets: 50_000, lost: 40_000, ...dropping(40_000) },
  ],
  ['a receiver that drops the least part of what is lost', 'path', { ...HELD, lost: 120, ...dropping(11) }],

  ['a window that is closed most of the time', 'window', { ...TCP, ...CLOSED }],
  ['a window of UDP that is closed most of the time', 'window', { ...CLOSED, ...IDLE_PEER }],
  ['a closed window and a busy shard', 'window', { ...TCP, ...CLOSED, ...ALL_CPU }],
  ['a window that is closed while a queue grows', 'path', { ...TCP, ...CLOSED, ...QUEUE }],
  ['a window that is closed while a queue may have grown', null, { ...TCP, ...CLOSED, ...DOUBTFUL }],
  ['a window that is closed at times', null, { ...TCP, sending: { ...SENDING, windowUs: 400_000 } }],
  ['a send buffer that is full most of the time', 'send-buffer', { ...TCP, ...SMALL_BUFFER }],
  ['a send buffer of UDP that is full most of the time', null, SMALL_BUFFER],
  ['a send buffer in front of what may be a queue', null, { ...TCP, ...SMALL_BUFFER, ...DOUBTFUL }],
  ['a send buffer in front of a queue', 'path', { ...TCP, ...SMALL_BUFFER, ...QUEUE }],

  ['a queue on the way', 'path', { ...TCP, ...QUEUE }],
  [
    'a queue on the way of data that seldom waits',
    null,
    { ...TCP, sending: { ...SENDING, dataUs: 300_000 }, ...QUEUE },
  ],
  [
    'losses as many as such a rate allows',
    'path',
    { rateBps: 20e6, rttUs: 20_000, minRttUs: 19_000, ...TCP, tcp: { ...NO_LOSS, retransmits: 2 } },
  ],
  [
    'losses that the congestion control does not heed',
    null,
    { rateBps: 200e6, rttUs: 20_000, minRttUs: 19_000, ...TCP, tcp: { ...NO_LOSS, retransmits: 200 } },
  ],
  [
    'losses that take a tenth of the rate',
    'path',
    { rateBps: 200e6, rttUs: 20_000, minRttUs: 19_000, ...TCP, tcp: { ...NO_LOSS, retransmits: 2000 } },
  ],
  [
    'as many losses while the window is closed half of the time',
    null,
    {
      rateBps: 20e6,
      rttUs: 20_000,
      minRttUs: 19_000,
      sending: { ...SENDING, windowUs: 450_000 },
      tcp: { ...NO_LOSS, retransmits: 2 },
    },
  ],
  [
    'a few losses on loopback',
    null,
    { rateBps: 12e9, rttUs: 300, ...TCP, tcp: { retransmits: 27, segmentBytes: 65_483 } },
  ],
  [
    'three losses on a fast link',
    null,
    { rateBps: 4.9e9, rttUs: 500, minRttUs: 5, ...TCP, tcp: { ...NO_LOSS, retransmits: 3 } },
  ],

  ['losses of datagrams', 'path-or-receiver', { lost: 12 }],
  ['losses while the sender has no CPU left', 'sender-cpu', { lost: 12, ...ALL_CPU }],
  ['growing round trips of datagrams', 'path-or-receiver', QUEUE],
  ['losses that hold congestion control back', 'path-or-receiver', { lost: 12, ...HELD }],
  ['losses that hold it back, none of the receiver', 'path', { lost: 12, ...HELD, ...IDLE_PEER }],
  ['losses that hold nothing back', null, { lost: 12, sending: SENDING, ...IDLE_PEER }],
  ['losses that take a tenth of the data', 'path', { lost: 10_000, sending: SENDING, ...IDLE_PEER }],
  ['growing round trips between idle ends', 'path', { ...QUEUE, ...HELD, ...IDLE_PEER }],
  ['growing round trips to a receiver at work', 'path-or-receiver', { ...QUEUE, ...HELD, ...HALF_BUSY_PEER }],

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
  const busy = 'shard was busy, or waited for a CPU,';
  assert.equal(evidenceOf(ALL_CPU), `this side's ${busy} 98% of the time`);
  assert.equal(evidenceOf(BUSY_PEER), `the peer's ${busy} 97% of the time`);
  assert.equal(
    evidenceOf({ ...CLOSED, ...BUSY_PEER }),
    `the peer's window held data back 80% of the time, and the peer's ${busy} 97% of the time`,
  );
  assert.equal(
    evidenceOf({ ...HELD, lost: 1200, ...dropping(1100) }),
    "1,100 datagrams were dropped in the peer's receive queue",
  );
  assert.equal(evidenceOf({ ...TCP, ...QUEUE }), 'round trips grew from 1.0 to 60.0 ms under load');
  assert.equal(evidenceOf({ lost: 1234 }), '1,234 packets were lost');
  assert.equal(evidenceOf({ setRateBps: 1e9 }), '100% of the rate that is set was reached');
});
