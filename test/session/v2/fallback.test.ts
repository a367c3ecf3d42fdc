import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MeasurePlan } from '../../../src/options/types.js';
import { ClientSession } from '../../../src/session/client.js';
import { ListenerSession } from '../../../src/session/listener.js';
import { MAX_PHASE_BYTES, MAX_PHASE_US } from '../../../src/session/v2/limits.js';
import { makeClientSession, makeListenerSession } from '../../../src/session/versioned-session.js';
import { Prng } from '../../support/prng.js';
import { VersionedEnd } from '../../support/versioned-end.js';
import { MARKED_ID, TOKEN, VersionedPair } from '../../support/versioned-pair.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import { VirtualEnd } from '../../support/virtual-end.js';
import { CONNECTION_ID, LINK, MEASURE } from '../../support/virtual-pair.js';
import { VirtualStream } from '../../support/virtual-stream.js';

const TIMEOUT_US = 5_000_000;
const WRITE_BYTES = 10_000;
const MAX_PACKET_SIZE_BYTES = 64_000_000;
const CLIENT = { name: 'cli', timeoutUs: TIMEOUT_US };
const LISTENER = { name: 'srv', maxPacketSizeBytes: MAX_PACKET_SIZE_BYTES, timeoutUs: TIMEOUT_US };

type End = VirtualEnd | VersionedEnd;
type MakeEnd = (clock: VirtualClock, out: VirtualStream, measure: MeasurePlan) => End;

const v1Client =
  (connectionId: string): MakeEnd =>
  (clock, out, measure) => {
    const settings = { maxPacketSizeBytes: MAX_PACKET_SIZE_BYTES, writeBytes: WRITE_BYTES, connectionId };
    return new VirtualEnd(
      clock,
      out,
      settings,
      (transport, nowUs) => new ClientSession({ ...CLIENT, measure }, transport, nowUs),
    );
  };

const v2Client =
  (connectionId: string): MakeEnd =>
  (clock, out, measure) => {
    const session = { ...CLIENT, measure: { ...measure, cc: 'none' } } as const;
    const settings = { connectionId, maxPacketSizeBytes: MAX_PACKET_SIZE_BYTES };
    return new VersionedEnd(clock, out, WRITE_BYTES, settings, (transport, nowUs) =>
      makeClientSession(session, transport, nowUs),
    );
  };

const v1Listener: MakeEnd = (clock, out) => {
  const settings = {
    maxPacketSizeBytes: MAX_PACKET_SIZE_BYTES,
    writeBytes: WRITE_BYTES,
    connectionId: null,
  };
  return new VirtualEnd(
    clock,
    out,
    settings,
    (transport, nowUs) => new ListenerSession(LISTENER, transport, nowUs),
  );
};

const v2Listener: MakeEnd = (clock, out) => {
  const session = {
    ...LISTENER,
    token: TOKEN,
    maxPhaseUs: MAX_PHASE_US,
    maxPhaseBytes: MAX_PHASE_BYTES,
    keepsRate: true,
    pathProbes: 'none' as const,
  };
  const settings = { connectionId: null, maxPacketSizeBytes: MAX_PACKET_SIZE_BYTES };
  return new VersionedEnd(clock, out, WRITE_BYTES, settings, (transport, nowUs) =>
    makeListenerSession(session, transport, nowUs),
  );
};

interface Played {
  readonly up: string;
  readonly down: string;
  readonly client: End;
  readonly listener: End;
}

/** Three seconds of a session, and every byte of it. */
function played(makeClient: MakeEnd, makeListener: MakeEnd, measure: MeasurePlan): Played {
  const clock = new VirtualClock();
  const prng = new Prng(1);
  const up = new VirtualStream(clock, LINK, prng);
  const down = new VirtualStream(clock, LINK, prng);
  const client = makeClient(clock, up, measure);
  const listener = makeListener(clock, down, measure);
  const written = { up: '', down: '' };
  up.onWrite((bytes) => {
    written.up += Buffer.from(bytes).toString('latin1');
  });
  down.onWrite((bytes) => {
    written.down += Buffer.from(bytes).toString('latin1');
  });
  up.onData((bytes, off, end) => listener.handleData(bytes, off, end));
  down.onData((bytes, off, end) => client.handleData(bytes, off, end));
  listener.start();
  client.start();
  clock.runFor(300_000);
  return { ...written, client, listener };
}

function versionsOf(end: End): number[] {
  return end.events.flatMap(({ event }) => (event.type === 'hello' ? [event.version] : []));
}

const PLANS: readonly MeasurePlan[] = [
  MEASURE,
  { ...MEASURE, direction: 'up' },
  { ...MEASURE, direction: 'down', packetSizeBytes: 20_000, bound: { kind: 'size', testSizeBytes: 200_000 } },
  { ...MEASURE, monitorBandwidth: false, pingIntervalUs: 10_000 },
];

describe('between versions', () => {
  for (const [i, plan] of PLANS.entries()) {
    it(`a v2 client and a v1 listener say what two of v1 would say (plan ${i + 1})`, () => {
      const mixed = played(v2Client(MARKED_ID), v1Listener, plan);
      const pure = played(v1Client(MARKED_ID), v1Listener, plan);
      assert.ok(mixed.up.length > 1000 && mixed.down.length > 1000);
      assert.equal(mixed.up, pure.up);
      assert.equal(mixed.down, pure.down);
      assert.deepEqual(mixed.client.events, pure.client.events);
      assert.deepEqual(versionsOf(mixed.client), [1]);
    });

    it(`a v1 client and a v2 listener say what two of v1 would say (plan ${i + 1})`, () => {
      const mixed = played(v1Client(CONNECTION_ID), v2Listener, plan);
      const pure = played(v1Client(CONNECTION_ID), v1Listener, plan);
      assert.ok(mixed.up.length > 1000 && mixed.down.length > 1000);
      assert.equal(mixed.up, pure.up);
      assert.equal(mixed.down, pure.down);
      assert.deepEqual(mixed.listener.events, pure.listener.events);
      assert.deepEqual(versionsOf(mixed.listener), [1]);
    });
  }

  it('a client under an unmarked id stays in v1 with a v2 listener', () => {
    const { client, listener } = played(v2Client(CONNECTION_ID), v2Listener, MEASURE);
    assert.deepEqual([versionsOf(client), versionsOf(listener)], [[1], [1]]);
  });

  it('two of v2 say so by the id and by Accept, and speak v2 from then on', () => {
    const { up, down, client, listener } = played(v2Client(MARKED_ID), v2Listener, MEASURE);
    assert.deepEqual([versionsOf(client), versionsOf(listener)], [[2], [2]]);
    const hello = '["Hello",{"name":"cli"}]';
    const header = `{"index":0,"connection_id":"${MARKED_ID}","meta":["Normal"]}`;
    const token = `{"index":1,"connection_id":"${MARKED_ID}","meta":["Token","${TOKEN}",0]}`;
    const first = `${header.length}\n24\n${header}${hello}${token.length}\n20\n${token}["Latency",["Ping"]]`;
    assert.ok(up.startsWith(first), up.slice(0, 300));
    const accept = `{"index":0,"connection_id":"${MARKED_ID}","meta":["Accept",{"version":2,"token":"${TOKEN}","copy":0}]}`;
    assert.ok(down.startsWith(`${accept.length}\n24\n${accept}["Hello",{"name":"srv"}]`), down.slice(0, 200));
  });

  it('a client whose Hello is never answered fails as in v1', () => {
    const pair = new VersionedPair();
    pair.cut();
    pair.start();
    pair.clock.runUntil(() => pair.client.failure !== null);
    assert.equal(pair.client.failure?.text, 'no progress for 5 s while waiting for the answer to Hello');
    assert.equal(pair.client.session.version, null);
  });
});
