import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SendRun } from '../../../src/arq/send-run.js';
import { DELIVERY, V1Engine } from '../../../src/arq/v1/engine.js';
import { MAX_V1_DATA_BYTES } from '../../../src/arq/v1/limits.js';
import { readPacket, writePacket } from '../../support/original/codec.js';
import { Prng } from '../../support/prng.js';
import { testSeed, withSeed } from '../../support/seed.js';
import { Lab, OurListener, ourClient } from './lab.js';
import { CONNECTION_ID } from './our-end.js';
import { drawPlan } from './trials.js';

function normal(index: number, data: string, id = CONNECTION_ID): Buffer {
  return writePacket(index, id, ['Normal'], Buffer.from(data));
}

function listener(): V1Engine {
  return new V1Engine({ connectionId: CONNECTION_ID, role: 'listener' }, 0);
}

function feed(engine: V1Engine, datagram: Uint8Array, nowUs = 0): void {
  for (let off = 0; off < datagram.length; ) {
    off = engine.handleDatagram(nowUs, datagram, off, datagram.length);
  }
}

/** Sizes of the datagrams of each run that is to be sent. */
function transmit(engine: V1Engine, run: SendRun): number[][] {
  const runs: number[][] = [];
  while (engine.pollTransmit(0, run) > 0) {
    const sizes: number[] = [];
    for (let off = 0; off < run.sizeBytes; off += run.segmentBytes) {
      sizes.push(Math.min(run.segmentBytes, run.sizeBytes - off));
      assert.ok(readPacket(Buffer.from(run.bytes.slice(off, off + run.segmentBytes))));
    }
    assert.equal(sizes.length, run.segments);
    runs.push(sizes);
  }
  return runs;
}

describe('the engine', () => {
  test('counts what is no packet of its connection, and drops it', () => {
    const engine = listener();
    const bad = [
      Buffer.from('junk'),
      normal(0, 'x').subarray(0, 50),
      normal(0, 'x', 'another'),
      normal(1_000_000, 'x'),
      normal(-5, 'x'),
      writePacket(0, CONNECTION_ID, ['Resend_ack'], Buffer.alloc(0)),
    ];
    for (const datagram of bad) feed(engine, datagram);
    assert.equal(engine.malformed, bad.length);
    assert.equal(engine.pollDelivery(), DELIVERY.none);
    assert.equal(engine.packetsReceived, 0);
  });

  test('takes several packets that were joined into one datagram', () => {
    const engine = listener();
    const joined = Buffer.concat([normal(0, 'first'), normal(1, 'second')]);
    const off = engine.handleDatagram(0, joined, 0, joined.length);
    assert.equal(engine.pollDelivery(), DELIVERY.message);
    assert.equal(Buffer.from(engine.message).toString(), 'first');
    assert.equal(engine.handleDatagram(0, joined, off, joined.length), joined.length);
    assert.equal(engine.pollDelivery(), DELIVERY.message);
    assert.equal(Buffer.from(engine.message).toString(), 'second');
  });

  test('puts data of one size into runs, as many as it is allowed, and messages beside them', () => {
    const engine = new V1Engine({ connectionId: CONNECTION_ID, role: 'client' }, 0);
    engine.sendMessage(Buffer.from('["Hello",{"name":"ours"}]'));
    engine.sendBulk(25, 1400);
    const runs = transmit(engine, new SendRun(new Uint8Array(65_536), 8));
    assert.deepEqual(
      runs.map(({ length }) => length),
      // The head of index 10 is one byte longer.
      [1, 8, 1, 8, 8],
    );
    assert.ok(runs.every((sizes) => new Set(sizes).size === 1));
    assert.equal(engine.bulkPacketsSent, 25);
    assert.equal(engine.bulkBytesSent, 25 * 1400);
  });

  test('fills no run beyond its room', () => {
    const engine = new V1Engine({ connectionId: CONNECTION_ID, role: 'client' }, 0);
    engine.sendBulk(10, 1400);
    const runs = transmit(engine, new SendRun(new Uint8Array(4000), 64));
    assert.deepEqual(
      runs.map(({ length }) => length),
      [2, 2, 2, 2, 2],
    );
  });

  test('refuses what can never be sent or counted', () => {
    const engine = listener();
    assert.throws(() => engine.sendBulk(1, MAX_V1_DATA_BYTES + 1), RangeError);
    assert.throws(() => engine.sendBulk(-1, 10), RangeError);
    assert.throws(() => engine.countBulk(1.5), RangeError);
    engine.countBulk(3);
    assert.throws(() => engine.countBulk(3), RangeError);
  });

  test('survives any bytes, with bounded work and memory', () => {
    withSeed(testSeed(), (seed) => {
      const rand = new Prng(seed);
      const engine = listener();
      const run = new SendRun(new Uint8Array(65_536), 64);
      for (let i = 0; i < 50_000; i++) {
        const datagram = normal(rand.below(50), rand.pick(['%%%', '["Latency",["Ping"]]', '', '{']));
        if (rand.below(2) === 0) datagram[rand.below(datagram.length)] = rand.below(256);
        feed(engine, datagram, i);
        while (engine.pollDelivery() !== DELIVERY.none);
        while (engine.pollTransmit(i, run) > 0);
      }
      assert.ok(engine.malformed > 1000);
      assert.ok(engine.acksSent <= engine.packetsReceived);
    });
  });

  test('is not changed by being woken early, twice or at random', () => {
    withSeed(testSeed(), (seed) => {
      const figures = [false, true].map((isWoken) => {
        const client = ourClient(PLAN(seed));
        const server = new OurListener();
        const lab = new Lab(PLAN(seed), client, server);
        const rand = new Prng(seed);
        lab.run(60e6, () => {
          // Harmless at any time before it is due.
          if (isWoken && rand.below(3) === 0) client.engine.handleTimeout(lab.nowUs);
          if (isWoken && rand.below(3) === 0) server.end?.engine.handleTimeout(lab.nowUs);
          return client.events.filter(({ type }) => type === 'phase').length >= 2;
        });
        return { nowUs: lab.nowUs, up: lab.up.counters, down: lab.down.counters };
      });
      assert.deepEqual(figures[1], figures[0]);
    });
  });
});

const PLAN = (seed: number) => drawPlan(seed, 100, { loss: 0.05 });
