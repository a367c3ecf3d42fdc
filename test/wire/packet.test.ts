import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FAULT } from '../../src/wire/errors.js';
import { META } from '../../src/wire/header.js';
import { MAX_HEADER_BYTES, MAX_ID_LENGTH } from '../../src/wire/limits.js';
import { DatagramView, decodeDatagram, encodePacket } from '../../src/wire/packet.js';
import { PacketTemplate } from '../../src/wire/packet-template.js';
import { fromBytes, naiveEncode, toBytes } from './naive.js';

const ID = '6b1e9d3c-5f0e-4d9b-9a54-1c2a7f3d8e10';
const H = (index: number) => `{"index":${index},"connection_id":"${ID}","meta":["Normal"]}`;
const UP = '["Bandwidth",{"direction":["Up"],"n_packets":182857,"packet_size":1400}]';
const DOWN = '["Bandwidth",{"direction":["Down"],"n_packets":182857,"packet_size":1400}]';

/** Index, data, and the golden bytes of a Normal packet. */
const GOLDEN: readonly (readonly [number, string, string])[] = [
  [0, '["Hello",{"name":"cli"}]', `84\n24\n${H(0)}["Hello",{"name":"cli"}]`],
  [1, '["Latency",["Ping"]]', `84\n20\n${H(1)}["Latency",["Ping"]]`],
  [1, '["Latency",["Pong"]]', `84\n20\n${H(1)}["Latency",["Pong"]]`],
  [2, '["Latency",["Pong"]]', `84\n20\n${H(2)}["Latency",["Pong"]]`],
  [3, UP, `84\n72\n${H(3)}${UP}`],
  [4, '%'.repeat(1400), `84\n1400\n${H(4)}${'%'.repeat(1400)}`],
  [182861, DOWN, `89\n74\n${H(182861)}${DOWN}`],
];
const ACK = `85\n0\n{"index":-1,"connection_id":"${ID}","meta":["Ack",19]}`;

function encode(index: number, data: string, template = new PacketTemplate(ID)): string {
  const out = new Uint8Array(4096);
  const nBytes = encodePacket(out, 5, index, template, META.normal, 0, toBytes(data));
  return fromBytes(out.subarray(5, 5 + nBytes));
}

describe('packets', () => {
  for (const [index, data, bytes] of GOLDEN) {
    it(`writes and reads packet ${index} with ${data.slice(0, 40)}`, () => {
      assert.equal(encode(index, data), bytes);
      const view = new DatagramView();
      const datagram = toBytes(bytes);
      assert.equal(decodeDatagram(datagram, 0, datagram.length, view), FAULT.none);
      assert.deepEqual([view.index, view.metaKind, view.connectionId], [index, META.normal, ID]);
      assert.equal(fromBytes(datagram.subarray(view.dataOff, view.dataOff + view.dataLen)), data);
      assert.equal(view.next, datagram.length);
    });
  }

  it('writes and reads an Ack', () => {
    const out = new Uint8Array(ACK.length);
    const nBytes = encodePacket(out, 0, -1, new PacketTemplate(ID), META.ack, 19, toBytes(''));
    assert.equal(fromBytes(out.subarray(0, nBytes)), ACK);
    const view = new DatagramView();
    assert.equal(decodeDatagram(out, 0, out.length, view), FAULT.none);
    assert.deepEqual([view.index, view.metaKind, view.ackIndex, view.dataLen], [-1, META.ack, 19, 0]);
  });

  it('writes nothing where a packet does not fit', () => {
    const template = new PacketTemplate(ID);
    for (const [metaKind, index, data] of [
      [META.normal, 0, 'data'],
      [META.ack, -1, ''],
    ] as const) {
      const room = new Uint8Array(200);
      const nBytes = encodePacket(room, 0, index, template, metaKind, 0, toBytes(data));
      const tight = new Uint8Array(nBytes + 9);
      assert.equal(encodePacket(tight, 10, index, template, metaKind, 0, toBytes(data)), -1);
      assert.ok(tight.every((byte) => byte === 0));
      assert.equal(encodePacket(tight, 9, index, template, metaKind, 0, toBytes(data)), nBytes);
    }
  });

  it('walks several packets in one buffer', () => {
    const packets = GOLDEN.map(([, , bytes]) => bytes);
    const buf = toBytes(`##${packets.join('')}##`);
    const end = buf.length - 2;
    const view = new DatagramView();
    const seen: string[] = [];
    for (let off = 2; off < end; off = view.next) {
      assert.equal(decodeDatagram(buf, off, end, view), FAULT.none);
      seen.push(fromBytes(buf.subarray(off, view.next)));
    }
    assert.deepEqual(seen, packets);
  });

  it('reports bytes behind the declared data by next', () => {
    const datagram = toBytes(`${GOLDEN[0]![2]}!`);
    const view = new DatagramView();
    assert.equal(decodeDatagram(datagram, 0, datagram.length, view), FAULT.none);
    assert.equal(view.next, datagram.length - 1);
  });

  it('finds every truncation, and never reads behind the end', () => {
    const datagram = toBytes(GOLDEN[3]![2]);
    for (let end = 0; end < datagram.length; end++) {
      assert.equal(decodeDatagram(datagram, 0, end, new DatagramView()), FAULT.truncated);
    }
  });

  it('counts what is wrong by kind', () => {
    const faultOf = (bytes: string) => decodeDatagram(toBytes(bytes), 0, bytes.length, new DatagramView());
    for (const bad of [
      'x',
      '\n',
      '-1\n0\n',
      '084\n',
      '00',
      '84\n\n',
      '84\n1.5\n',
      '12345678901234567',
      '84 \n',
    ]) {
      assert.equal(faultOf(bad), FAULT.badLength, bad);
    }
    assert.equal(faultOf('84\n9007199254740992\n'), FAULT.badLength);
    assert.equal(faultOf(`84\n9007199254740991\n${H(0)}`), FAULT.truncated);
    assert.equal(faultOf(`${MAX_HEADER_BYTES + 1}\n`), FAULT.headerTooLong);
    assert.equal(faultOf('2\n0\n{}'), FAULT.badHeader);
    assert.equal(faultOf('0\n0\n'), FAULT.badHeader);
  });

  it('writes what the naive codec writes, for any sequence of indices and sizes', () => {
    const indices = fc.oneof(
      fc.nat(),
      fc.nat({ max: 12 }),
      fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    );
    const packets = fc.array(fc.tuple(indices, fc.nat({ max: 1100 })), { maxLength: 20 });
    fc.assert(
      fc.property(packets, fc.string({ unit: 'binary', maxLength: 40 }), (sequence, id) => {
        const template = new PacketTemplate(id);
        for (const [index, dataBytes] of sequence) {
          const data = '%'.repeat(dataBytes);
          const bytes = encode(index, data, template);
          assert.equal(bytes, naiveEncode({ index, connectionId: id, meta: ['Normal'] }, data));
          assert.equal(template.headBytes(index, dataBytes), bytes.length - dataBytes);
        }
      }),
    );
  });

  it('writes right digits on both sides of every power of ten and of 2^31', () => {
    const template = new PacketTemplate(ID);
    const edges = [2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER - 1];
    for (let power = 10; power < Number.MAX_SAFE_INTEGER; power *= 10) edges.push(power);
    for (const edge of edges) {
      for (const index of [edge - 1, edge, edge + 1]) {
        assert.equal(
          encode(index, '', template),
          naiveEncode({ index, connectionId: ID, meta: ['Normal'] }, ''),
        );
      }
    }
  });

  it('takes the longest id that may come, and its own header stays within the limit', () => {
    const id = '\u0001'.repeat(MAX_ID_LENGTH);
    const bytes = encode(Number.MAX_SAFE_INTEGER, '', new PacketTemplate(id));
    assert.ok(Number.parseInt(bytes, 10) <= MAX_HEADER_BYTES);
    assert.equal(decodeDatagram(toBytes(bytes), 0, bytes.length, new DatagramView()), FAULT.none);
    assert.throws(() => new PacketTemplate(`${id}x`), /at most 256 characters, not 257/);
  });
});
