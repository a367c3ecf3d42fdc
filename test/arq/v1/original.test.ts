import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OriginalClient } from '../../support/original/client.js';
import { readPacket, writePacket } from '../../support/original/codec.js';
import { OriginalListener } from '../../support/original/listener.js';

/** The table of docs/protocol.md, "How the original behaves off the happy path", holds for the double. */

const ID = '6b1e9d3c-5f0e-4d9b-9a54-1c2a7f3d8e10';
const HELLO = '["Hello",{"name":"sender"}]';
const PING = '["Latency",["Ping"]]';
const PONG = '["Latency",["Pong"]]';

function request(direction: string, n: number, size: number): string {
  return `["Bandwidth",{"direction":["${direction}"],"n_packets":${n},"packet_size":${size}}]`;
}

/** A listener, and what was sent to it and came back, all in one moment unless a test says otherwise. */
class Bench {
  readonly listener = new OriginalListener('theirs');
  nowUs = 0;

  send(index: number, data: string, from?: string): string[] {
    return this.sendBytes(writePacket(index, ID, ['Normal'], Buffer.from(data)), from);
  }

  ack(index: number): string[] {
    return this.sendBytes(writePacket(-1, ID, ['Ack', index], Buffer.alloc(0)));
  }

  sendBytes(datagram: Uint8Array, from?: string): string[] {
    this.listener.handleDatagram(this.nowUs, datagram, from);
    return this.take().map(({ text }) => text);
  }

  /** What the listener says: index or Ack, and data. */
  take(): { to: string; text: string }[] {
    const said: { to: string; text: string }[] = [];
    for (let out = this.listener.pollTransmit(); out !== undefined; out = this.listener.pollTransmit()) {
      const packet = readPacket(out.datagram);
      const meta = packet?.meta.kind === 'Ack' ? `ack ${packet.meta.index}` : `${packet?.index}`;
      const data = packet === null ? '' : packet.data.toString('latin1');
      said.push({ to: out.to, text: data === '' ? meta : `${meta} ${data.slice(0, 60)}` });
    }
    return said;
  }

  get flow() {
    return this.listener.connections.get(ID)?.flow;
  }
}

function greeted(): Bench {
  const bench = new Bench();
  bench.send(0, HELLO);
  return bench;
}

describe('an original listener', () => {
  test('answers Hello and Ping, and ignores an unasked Pong', () => {
    const bench = new Bench();
    assert.deepEqual(bench.send(0, HELLO), ['0 ["Hello",{"name":"theirs"}]']);
    assert.deepEqual(bench.send(1, PONG), []);
    assert.deepEqual(bench.send(2, PING), [`1 ${PONG}`]);
  });

  test('drops what is no packet, or not of a connection that it knows', () => {
    const bench = new Bench();
    assert.deepEqual(bench.send(3, HELLO), []);
    bench.send(0, HELLO);
    const header = (fields: string) => `${fields.length}\n0\n${fields}`;
    const bad = [
      '',
      '84\n',
      '-1\n0\n{}',
      '84\n20\n{"index":1',
      header('{"index":1}'),
      header(`{"index":"1","connection_id":"${ID}","meta":["Normal"]}`),
      header(`{"index":1,"connection_id":"${ID}","meta":["Sack"]}`),
      header(`{"index":1,"connection_id":"${ID}","meta":["Normal"],"more":1}`),
      header('{{'),
    ];
    for (const datagram of bad) assert.deepEqual(bench.sendBytes(Buffer.from(datagram)), [], datagram);
    assert.deepEqual(bench.send(1, PING), [`1 ${PONG}`]);
  });

  for (const data of ['["Farewell",{}]', '["Hello",{"name":"x","age":1}]', 'words', '']) {
    test(`closes the connection for ${data === '' ? 'no data' : data} where a message is due; a new Hello works at once`, () => {
      const bench = greeted();
      assert.deepEqual(bench.send(1, data), []);
      assert.deepEqual(bench.send(2, PING), []);
      assert.deepEqual(bench.send(0, HELLO), ['0 ["Hello",{"name":"theirs"}]']);
    });
  }

  test('closes the connection for bytes behind the declared data', () => {
    const bench = greeted();
    bench.sendBytes(Buffer.concat([writePacket(1, ID, ['Normal'], Buffer.from(PING)), Buffer.from('x')]));
    assert.equal(bench.listener.connections.size, 0);
  });

  for (const [n, size] of [
    [5, -1],
    [5, 70_000],
  ] as const) {
    test(`closes the connection when it is asked for packets of ${size} bytes`, () => {
      const bench = greeted();
      assert.deepEqual(bench.send(1, request('Down', n, size)), []);
      assert.equal(bench.listener.connections.size, 0);
    });
  }

  test('opens a phantom for an Ack of an unknown id', () => {
    const bench = new Bench();
    assert.deepEqual(bench.ack(7), []);
    assert.equal(bench.listener.connections.size, 1);
  });

  test('sends 30 packets, and then what an Ack allows, without any upper bound', () => {
    const bench = greeted();
    assert.equal(bench.send(1, request('Down', 1000, 10)).length, 29);
    assert.equal(bench.ack(19).length, 20);
    assert.equal(bench.ack(-100).length, 0);
    assert.equal(bench.flow?.credit, 0);
    assert.equal(bench.ack(49).length, 30);
    assert.equal(bench.ack(200).length, 200 + 30 - 79);
  });

  test('acknowledges every 20th datagram with its own index, copies counted', () => {
    const bench = greeted();
    bench.send(1, request('Up', 100, 5));
    for (let index = 2; index < 19; index++) assert.deepEqual(bench.send(index, '%%%%%'), []);
    assert.deepEqual(bench.send(18, '%%%%%'), ['ack 18']);
  });

  test('counts a copy as one delayed less, and never delivers it twice', () => {
    const bench = greeted();
    bench.send(1, PING);
    assert.deepEqual(bench.send(1, PING), []);
    assert.equal(bench.flow?.delayed, -1);
  });

  test('delivers 2 when 36 comes and 1 is missing, which then is lost and still delayed', () => {
    const bench = greeted();
    for (let index = 2; index < 36; index++) bench.send(index, PONG);
    assert.deepEqual({ lost: bench.flow?.lost, delayed: bench.flow?.delayed }, { lost: 0, delayed: 1 });
    assert.deepEqual(bench.listener.log, ['hello']);
    bench.send(36, PONG);
    assert.deepEqual({ lost: bench.flow?.lost, delayed: bench.flow?.delayed }, { lost: 1, delayed: 1 });
    assert.equal(bench.listener.log.length, 1 + 35);
  });

  test('fills a hole with a late packet', () => {
    const bench = greeted();
    bench.send(2, PING);
    assert.deepEqual(bench.send(1, PING), [`1 ${PONG}`, `2 ${PONG}`]);
    assert.equal(bench.flow?.delayed, 0);
  });

  test('counts whatever comes as Up data, messages included', () => {
    const bench = greeted();
    bench.send(1, request('Up', 3, 100));
    bench.send(2, '%%');
    bench.send(3, 'other');
    bench.send(4, PING);
    assert.deepEqual(bench.listener.log, [
      'hello',
      'Up',
      'data 2',
      'data 5',
      `data ${PING.length}`,
      'counted',
    ]);
  });

  test('reads no Acks any more when 70 messages are waiting while it waits for credit', () => {
    const bench = greeted();
    bench.send(1, request('Down', 1000, 10));
    for (let index = 2; index < 72; index++) bench.send(index, PING);
    assert.deepEqual(bench.ack(29), []);
  });

  test('takes datagrams of a known id from any address, and answers to the first', () => {
    const bench = new Bench();
    bench.listener.handleDatagram(0, writePacket(0, ID, ['Normal'], Buffer.from(HELLO)), 'first');
    bench.listener.handleDatagram(0, writePacket(1, ID, ['Normal'], Buffer.from(PING)), 'second');
    assert.deepEqual(
      bench.take().map(({ to }) => to),
      ['first', 'first'],
    );
  });

  test('ignores a Hello for an id that it holds until 5 s have passed without progress', () => {
    const bench = greeted();
    bench.nowUs = 4_999_999;
    bench.listener.handleTimeout(bench.nowUs);
    assert.deepEqual(bench.send(0, HELLO), []);
    bench.nowUs = 5_000_000;
    bench.ack(10);
    bench.listener.handleTimeout(bench.nowUs);
    assert.equal(bench.listener.timeouts, 1);
    assert.deepEqual(bench.send(0, HELLO), ['0 ["Hello",{"name":"theirs"}]']);
  });

  test('never gets a datagram above 4096 bytes as a whole', () => {
    const bench = greeted();
    bench.send(1, request('Up', 2, 5000));
    bench.send(2, '%'.repeat(5000));
    assert.deepEqual(bench.listener.log, ['hello', 'Up']);
  });
});

test('an original client gives up after 5 s, and comes again 1 s later from another port with index 0', () => {
  const client = new OriginalClient(0, { name: 'theirs', id: ID, nPackets: 0, packetSize: 0 });
  assert.equal(readPacket(client.pollTransmit()!)?.index, 0);
  client.handleTimeout(client.pollTimeout());
  assert.equal(client.timeouts, 1);
  assert.equal(client.pollTransmit(), undefined);
  assert.equal(client.pollTimeout(), 6_000_000);
  client.handleTimeout(6_000_000);
  assert.equal(readPacket(client.pollTransmit()!)?.index, 0);
  assert.equal(client.port, 1);
});
