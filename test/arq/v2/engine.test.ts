import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SendRun } from '../../../src/arq/send-run.js';
import { DELIVERY, V2Engine } from '../../../src/arq/v2/engine.js';
import { MAX_HELD_MESSAGES } from '../../../src/arq/v2/limits.js';
import { Resets } from '../../../src/arq/v2/reset.js';
import { encodeV2Packet, V2Reader } from '../../../src/wire/v2/datagram.js';
import { V2_META, type V2Meta } from '../../../src/wire/v2/meta.js';
import { Prng } from '../../support/prng.js';
import { testSeed, withSeed } from '../../support/seed.js';
import { Pair, TOKEN } from './pair.js';
import { BULK, openPair } from './transfer.js';

const ID = '6b1e9d3c-5f0e-4d9b-9a54-1c2a7f3d8e10+2';
const LIMIT_US = 60e6;

function packet(index: number, meta: V2Meta | null, data = '', id = ID): Uint8Array {
  const out = new Uint8Array(2000);
  return out.subarray(0, encodeV2Packet(out, 0, index, id, meta, new TextEncoder().encode(data)));
}

function feed(engine: V2Engine, datagram: Uint8Array, nowUs = 2000): void {
  engine.handleDatagram(nowUs, datagram, 0, datagram.length);
}

/** What the engine sends now, as text. */
function sentBy(engine: V2Engine, nowUs = 2000): string[] {
  const run = new SendRun(new Uint8Array(65_507), 64);
  const texts: string[] = [];
  while (engine.pollTransmit(nowUs, run) > 0) {
    texts.push(new TextDecoder().decode(run.bytes.subarray(0, run.sizeBytes)));
  }
  return texts;
}

function newClient(): V2Engine {
  const client = new V2Engine({ connectionId: ID, role: 'client', token: '', samples: null }, 1000);
  client.sendMessage(new TextEncoder().encode('hello'));
  return client;
}

function newListener(): V2Engine {
  return new V2Engine({ connectionId: ID, role: 'listener', token: TOKEN, samples: null }, 1000);
}

describe('the opening', () => {
  it('says Hello in a way that an original reads, however often', () => {
    const client = newClient();
    for (let nowUs = 1000; nowUs < 10e6; nowUs = client.pollTimeout()) {
      client.handleTimeout(nowUs);
      for (const text of sentBy(client, nowUs)) assert.match(text, /"meta":\["Normal"\]/);
    }
  });

  it('falls back to v1 when the answer is a plain Hello, and says nothing more itself', () => {
    const client = newClient();
    sentBy(client);
    feed(client, packet(0, null, '["Hello",{"name":"srv"}]'));
    assert.equal(client.pollDelivery(2000), DELIVERY.fallback);
    assert.equal(client.pollDelivery(2000), DELIVERY.none);
    assert.deepEqual(sentBy(client, 1e9), []);
    assert.equal(client.pollTimeout(), Number.POSITIVE_INFINITY);
  });

  it('asks an original whose answer was lost by a v1 Ping, and falls back on its Pong', () => {
    const client = newClient();
    const first = sentBy(client, 1000);
    const againUs = client.pollTimeout();
    client.handleTimeout(againUs);
    const again = sentBy(client, againUs);
    assert.equal(first.length, 1);
    assert.deepEqual(
      again.map((text) => text.split('\n')[2]),
      [
        `{"index":0,"connection_id":"${ID}","meta":["Normal"]}hello`,
        `{"index":1,"connection_id":"${ID}","meta":["Normal"]}["Latency",["Ping"]]`,
      ],
    );
    feed(client, packet(1, null, '["Latency",["Pong"]]'), againUs);
    assert.equal(client.pollDelivery(againUs), DELIVERY.fallback);
  });

  it('brings the token back with packet 1, and every copy of it', () => {
    const client = newClient();
    sentBy(client);
    feed(client, packet(0, { kind: 'accept', token: TOKEN, copy: 0 }, 'hi'));
    assert.equal(client.pollDelivery(2000), DELIVERY.message);
    client.sendMessage(new TextEncoder().encode('ping'));
    const [ping] = sentBy(client).filter((text) => text.endsWith('ping'));
    assert.ok(ping?.includes(`"meta":["Token","${TOKEN}",0]`), ping);
    client.handleTimeout(5e6);
    const [again] = sentBy(client, 5e6).filter((text) => text.endsWith('ping'));
    assert.ok(again?.includes(`"meta":["Token","${TOKEN}",1]`), again);
  });

  it('takes nothing but Hellos and the right token from an address that has not proven itself', () => {
    const listener = newListener();
    const wrong = TOKEN.replace('0', '1');
    for (const datagram of [
      packet(1, { kind: 'token', token: wrong, copy: 0 }, 'x'),
      packet(2, null, 'x'),
      packet(3, { kind: 'bulk', copy: 0 }, 'x'),
      packet(-1, { kind: 'datagram', sequence: 0 }, 'x'),
    ]) {
      feed(listener, datagram);
    }
    assert.equal(listener.isOpen, false);
    assert.equal(listener.received.malformed, 4);
    assert.equal(listener.received.bulkPackets, 0);
    feed(listener, packet(1, { kind: 'token', token: TOKEN, copy: 0 }, 'x'));
    assert.equal(listener.isOpen, true);
  });

  it('never sends more than three times what came from such an address, whatever is asked and however long', () => {
    const seed = testSeed();
    withSeed(seed, () => {
      const rand = new Prng(seed);
      const listener = newListener();
      let receivedBytes = 0;
      let sentBytes = 0;
      for (let n = 0, nowUs = 1000; n < 2000; n++, nowUs += rand.below(300_000)) {
        const datagram = rand.below(3) === 0 ? packet(0, null, 'hello') : packet(rand.below(5), null, 'x');
        if (rand.below(2) === 0) {
          feed(listener, datagram, nowUs);
          receivedBytes += datagram.length;
        }
        if (listener.pollDelivery(nowUs) === DELIVERY.message) {
          listener.sendMessage(new TextEncoder().encode('a name as long as it may be '.repeat(12)));
          listener.startBulk(nowUs, { ...BULK, reliable: rand.below(2) === 0 });
        }
        listener.handleTimeout(nowUs);
        for (const text of sentBy(listener, nowUs)) sentBytes += text.length;
        assert.ok(sentBytes <= 3 * receivedBytes, `${sentBytes} bytes for ${receivedBytes}`);
      }
      assert.ok(sentBytes > 0);
    });
  });
});

describe('an open connection', () => {
  it('pushes back while nobody fetches, and then delivers everything', () => {
    const pair = openPair({ delayUs: 1000 });
    const { client, listener } = pair;
    listener.isFetching = false;
    const texts = Array.from({ length: 100 }, (_, n) => `message ${n}`);
    for (const text of texts) client.say(text);
    pair.runFor(5e6);
    assert.ok(listener.engine.received.refused > 0);
    assert.ok(
      listener.engine.received.packets - listener.engine.received.refused <= 2 * MAX_HELD_MESSAGES + 2,
    );
    listener.isFetching = true;
    pair.runUntil(() => client.engine.isAllAcked, LIMIT_US);
    assert.deepEqual(listener.messages.slice(2), texts);
  });

  it('forgets what was acknowledged: a long conversation never gets crowded', () => {
    const pair = openPair({ delayUs: 100, loss: 0.05 });
    for (let n = 0; n < 2000; n++) {
      pair.client.say(`message ${n}`);
      if (n % 20 === 0) pair.runUntil(() => pair.client.engine.isAllAcked, LIMIT_US);
      assert.equal(pair.client.engine.isCrowded, false);
    }
    pair.runUntil(() => pair.listener.messages.length === 2002, LIMIT_US);
  });

  it('loses nothing to a receiver that sleeps for 2 s, nor to one with a small window', () => {
    for (const windowPackets of [16_384, 40]) {
      const pair = new Pair({
        seed: 3,
        up: { delayUs: 5000 },
        down: { delayUs: 5000 },
        listener: { windowPackets },
      });
      pair.open();
      const { client, listener } = pair;
      client.engine.startBulk(pair.nowUs, { ...BULK, packets: 3000 });
      pair.runFor(50_000);
      listener.asleepUntilUs = pair.nowUs + 2e6;
      pair.runUntil(() => client.engine.isBulkSent && client.engine.isAllAcked, LIMIT_US);
      assert.equal(listener.engine.received.bulkPackets, 3000);
    }
  });

  it('goes on after all Acks of 2 s were lost, and after packets too large for the path', () => {
    const up = { delayUs: 5000, mtuBytes: 1472 };
    const pair = new Pair({ seed: 4, up, down: { delayUs: 5000, blackhole: [[200_000, 2_200_000]] } });
    pair.open();
    const { client, listener } = pair;
    client.engine.startBulk(pair.nowUs, { ...BULK, packetSizeBytes: 1300, packets: 20_000 });
    pair.runUntil(() => client.engine.isBulkSent && client.engine.isAllAcked, LIMIT_US);
    assert.equal(listener.engine.received.bulkPackets, 20_000);
    client.engine.stopBulk();
    client.engine.startBulk(pair.nowUs, {
      ...BULK,
      packetSizeBytes: 1500,
      reliable: false,
      rateBps: 1e6,
      packets: 100,
    });
    pair.runUntil(() => client.engine.isBulkSent, LIMIT_US);
    client.engine.stopBulk();
    client.say('done');
    pair.runUntil(() => listener.messages.includes('done'), LIMIT_US);
  });

  it('adds up: what was sent has come or was dropped, and the losses shown are those of the path', () => {
    const pair = new Pair({
      seed: 8,
      up: { delayUs: 5000, loss: 0.05 },
      down: { delayUs: 5000, loss: 0.05 },
    });
    pair.open();
    const { client, listener, up, down } = pair;
    client.engine.startBulk(pair.nowUs, { ...BULK, cc: 'none', packets: 20_000 });
    pair.runUntil(() => client.engine.isBulkSent && client.engine.isAllAcked, LIMIT_US);
    pair.runFor(1e6);
    const { sent } = client.engine;
    const { received } = listener.engine;
    assert.equal(sent.datagrams, received.datagrams + up.counters.dropped);
    assert.equal(listener.engine.sent.datagrams, client.engine.received.datagrams + down.counters.dropped);
    assert.equal(sent.packets, 20_000 + listener.messages.length + sent.resent);
    assert.equal(received.bulkPackets, 20_000);
    assert.ok(received.lost <= up.counters.dropped && received.lost >= 0.98 * up.counters.dropped);
    assert.ok(sent.spurious + received.duplicates < 0.01 * sent.resent);
  });

  it('survives the loss of any single datagram, either way', () => {
    const count = (direction: 'up' | 'down', lost: number): number => {
      const lossy = { delayUs: 5000, drop: (n: number) => n === lost };
      const links = { up: { delayUs: 5000 }, down: { delayUs: 5000 }, [direction]: lossy };
      const pair = new Pair({ seed: 1, ...links });
      pair.open();
      pair.client.engine.startBulk(pair.nowUs, { ...BULK, packets: 100 });
      pair.runUntil(() => pair.client.engine.isBulkSent, LIMIT_US);
      pair.client.engine.stopBulk();
      pair.client.say('done');
      pair.runUntil(() => pair.client.engine.isAllAcked && pair.listener.engine.isAllAcked, 5e6);
      assert.deepEqual(pair.listener.messages.at(-1), 'done');
      assert.equal(pair.listener.engine.received.bulkPackets, 100);
      return pair[direction].counters.sent;
    };
    for (const direction of ['up', 'down'] as const) {
      for (let lost = 0, total = 1; lost < total; lost++) total = Math.max(total, count(direction, lost));
    }
  });

  it('never shrinks for ever: after a blackhole of 3 s the rate is back within seconds', () => {
    const pair = openPair({ delayUs: 10_000, rateBps: 20e6, queueBytes: 50_000, blackhole: [[1e6, 4e6]] });
    pair.client.engine.startBulk(pair.nowUs, BULK);
    pair.runFor(8e6);
    const before = pair.listener.engine.received.bulkBytes;
    pair.runFor(2e6);
    const bps = ((pair.listener.engine.received.bulkBytes - before) * 8e6) / 2e6;
    assert.ok(bps > 10e6, `it is ${bps} bit/s`);
  });

  it('counts what an unreliable phase lost, reordered and repeated, and knows late packets of the one before', () => {
    const link = { delayUs: 1000, loss: 0.1, reorder: 0.05, duplicate: 0.05 };
    const pair = new Pair({ seed: 5, up: link, down: { delayUs: 1000 } });
    pair.open();
    const { client, listener } = pair;
    client.engine.startBulk(pair.nowUs, { ...BULK, reliable: false, rateBps: 100e6, packets: 5000 });
    pair.runUntil(() => client.engine.isBulkSent, LIMIT_US);
    client.engine.stopBulk();
    pair.runFor(100_000);
    listener.engine.finishDatagrams(5000);
    const { received, phaseBase } = listener.engine;
    assert.equal(received.bulkPackets + received.lost, 5000);
    assert.equal(received.bulkPackets + received.duplicates, received.packets - listener.messages.length);
    assert.ok(received.lost > 400 && received.lost < 600, `${received.lost} of 5000 at 10 %`);
    assert.ok(received.reordered > 0 && received.duplicates > 0);
    listener.engine.resetPhase();
    assert.deepEqual(phaseBase, received);
    feed(listener.engine, packet(-1, { kind: 'datagram', sequence: 4999 }, 'x'), pair.nowUs);
    assert.equal(received.late, 1);
    assert.equal(received.bulkPackets, phaseBase.bulkPackets);
  });

  it('measures jitter and one-way delay above its least from the stamps', () => {
    const owdsNs: number[] = [];
    const rttsNs: number[] = [];
    const link = { delayUs: 10_000, jitterUs: 2000 };
    const pair = new Pair({
      seed: 6,
      up: link,
      down: { delayUs: 10_000 },
      client: { samples: { handleRtt: (ns) => rttsNs.push(ns), handleOwd: () => {} } },
      listener: {
        samples: {
          handleRtt: () => {},
          handleOwd: (ns, times) => owdsNs.push(...Array<number>(times).fill(ns)),
        },
      },
    });
    pair.open();
    pair.client.engine.startBulk(pair.nowUs, { ...BULK, rateBps: 1e6, packets: 500 });
    pair.runUntil(() => pair.client.engine.isBulkSent && pair.client.engine.isAllAcked, LIMIT_US);
    const { jitterNs, minNs } = pair.listener.engine.transit;
    assert.ok(jitterNs > 100_000 && jitterNs < 2_000_000, `jitter is ${jitterNs} ns`);
    assert.ok(minNs >= 10e6 && minNs < 10.2e6, `the least is ${minNs} ns`);
    assert.equal(owdsNs.length, 500);
    assert.ok(owdsNs.every((ns) => ns >= 0 && ns <= 2_100_000));
    assert.ok(rttsNs.length > 50 && rttsNs.every((ns) => ns >= 20e6 && ns < 22.2e6));
  });

  it('bounds what goes to a changed address until an acknowledgement has come from there', () => {
    const pair = openPair({ delayUs: 1000 });
    const { engine } = pair.listener;
    engine.handleAddressChange();
    engine.startBulk(pair.nowUs, BULK);
    assert.deepEqual(sentBy(engine, pair.nowUs), []);
    pair.client.say('ping');
    pair.listener.handleMessage = () => pair.listener.say('pong');
    pair.runUntil(() => pair.client.messages.includes('pong'), LIMIT_US);
    pair.runUntil(() => engine.budget.isValidated && engine.sent.bulkPackets > 100, LIMIT_US);
  });

  it('does not take an acknowledgement of what went to the old address for a proof of the new one', () => {
    const pair = openPair({ delayUs: 1000 });
    const { engine } = pair.listener;
    engine.startBulk(pair.nowUs, BULK);
    assert.ok(sentBy(engine, pair.nowUs).length > 0);
    engine.handleAddressChange();
    const next = engine.sent.packets;
    const sack = { next, last: [next - 1, 0], delayUs: 0, window: 16_384, ranges: [] } as const;
    feed(engine, packet(-1, { kind: 'sack', sack }), pair.nowUs + 2000);
    assert.equal(engine.inFlightBytes, 0);
    assert.equal(engine.budget.isValidated, false);
  });

  it('says Bye three times, and the peer hears it once', () => {
    const pair = openPair({ delayUs: 1000 });
    const byes: number[] = [];
    pair.client.handleSent = (nowUs) => byes.push(nowUs);
    pair.client.engine.close(pair.nowUs, 'stopped by its user');
    pair.runUntil(() => pair.client.engine.isClosed, LIMIT_US);
    pair.runFor(100_000);
    assert.equal(byes.length, 3);
    assert.deepEqual(pair.listener.endings, [DELIVERY.bye]);
    assert.equal(pair.listener.engine.reason, 'stopped by its user');
    assert.equal(pair.listener.engine.isClosed, true);
  });

  it('believes a reset of its own connection, and counts one of another', () => {
    const { engine } = openPair({ delayUs: 1000 }).client;
    feed(engine, packet(-1, { kind: 'reset' }, '', `${ID.replace('6', '7')}`));
    assert.equal(engine.received.foreign, 1);
    assert.equal(engine.isClosed, false);
    feed(engine, packet(-1, { kind: 'reset' }));
    assert.equal(engine.pollDelivery(1e6), DELIVERY.reset);
  });

  it('drops a Sack for what was never sent', () => {
    const { engine } = openPair({ delayUs: 1000 }).client;
    const sack = { next: 99, last: [98, 0], delayUs: 0, window: 10, ranges: [] } as const;
    feed(engine, packet(-1, { kind: 'sack', sack }), 1e6);
    assert.equal(engine.received.malformed, 1);
  });

  it('reads several packets that the system has joined', () => {
    const { engine } = openPair({ delayUs: 1000 }).listener;
    const first = packet(2, { kind: 'bulk', copy: 0 }, 'x'.repeat(100));
    const joined = new Uint8Array([...first, ...packet(3, { kind: 'bulk', copy: 0 }, 'x'.repeat(50))]);
    feed(engine, joined, 1e6);
    assert.equal(engine.received.bulkPackets, 2);
    assert.equal(engine.received.bulkBytes, 150);
  });

  it('explains misuse', () => {
    const { engine } = openPair({ delayUs: 1000 }).client;
    assert.throws(
      () => engine.startBulk(0, { ...BULK, packetSizeBytes: 70_000 }),
      /0 to 63000 bytes of data, not 70000/,
    );
    assert.throws(() => engine.sendMessage(new Uint8Array(70_000)), /at most 63000 bytes, not 70000/);
    engine.startBulk(0, BULK);
    assert.throws(() => engine.startBulk(0, BULK), /being sent already/);
  });
});

describe('damaged and hostile input', () => {
  const seed = testSeed();

  it(`neither throws nor stands still when damage gets past UDP's checksum (CONNTEST_SEED=${seed})`, () => {
    for (let n = 0; n < 100; n++) {
      withSeed(seed + n, (runSeed) => {
        const link = { delayUs: 1000, corrupt: 0.3, duplicate: 0.1, reorder: 0.1 };
        const pair = new Pair({ seed: runSeed, up: link, down: link, isUnchecked: true });
        pair.client.say('hello');
        pair.listener.handleMessage = () => pair.listener.say('hello');
        pair.runFor(1e6);
        pair.client.engine.startBulk(pair.nowUs, { ...BULK, packetSizeBytes: 100, packets: 300 });
        pair.runFor(2e6);
      });
    }
  });
});

describe('stateless resets', () => {
  const out = new Uint8Array(2000);

  it('answer packets of unknown connections of v2, a hundred a second, never with more than came', () => {
    const resets = new Resets(0);
    let sent = 0;
    for (let n = 0; n < 10_000; n++) sent += resets.write(n * 100, out, ID, V2_META.bulk, 1500) > 0 ? 1 : 0;
    assert.ok(sent >= 100 && sent <= 201, `${sent} in a second`);
    assert.equal(resets.suppressed, 10_000 - sent);
    assert.equal(new Resets(0).write(0, out, ID, V2_META.sack, 50), 0);
  });

  it('never answer a reset, a Bye, or a connection of v1', () => {
    const resets = new Resets(0);
    assert.equal(resets.write(0, out, ID, V2_META.reset, 1500), 0);
    assert.equal(resets.write(0, out, ID, V2_META.bye, 1500), 0);
    assert.equal(resets.write(0, out, ID.slice(0, -2), V2_META.normal, 1500), 0);
  });

  it('are read as such', () => {
    const sizeBytes = new Resets(0).write(0, out, ID, V2_META.normal, 1500);
    const reader = new V2Reader(ID);
    assert.equal(reader.read(out, 0, sizeBytes), 0);
    assert.equal(reader.view.kind, V2_META.reset);
  });
});
