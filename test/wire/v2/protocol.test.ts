import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SendRun } from '../../../src/arq/send-run.js';
import { BulkImage } from '../../../src/arq/v2/bulk-image.js';
import { FAULT } from '../../../src/wire/errors.js';
import { META } from '../../../src/wire/header.js';
import { encodeMessage, type Message } from '../../../src/wire/message.js';
import { encodePacket } from '../../../src/wire/packet.js';
import { PacketTemplate } from '../../../src/wire/packet-template.js';
import { encodeV2Packet, V2Reader, type V2View } from '../../../src/wire/v2/datagram.js';
import { bulkTemplate, datagramTemplate } from '../../../src/wire/v2/head-template.js';
import { decodeV2Message } from '../../../src/wire/v2/message.js';
import { V2_META } from '../../../src/wire/v2/meta.js';
import { SackCodec } from '../../../src/wire/v2/sack.js';
import { readVectors } from './protocol.js';
import { dataOf, EXAMPLES, ID } from './vectors.js';

const VECTORS = readVectors();
const NO_DATA = new Uint8Array(0);

const V1: Readonly<Record<string, readonly [index: number, message: Message]>> = {
  'v1 Hello': [0, { kind: 'hello', name: 'cli' }],
  'v1 Ping': [1, { kind: 'ping' }],
  'v1 Pong': [2, { kind: 'pong' }],
  'v1 Up request': [3, { kind: 'bandwidth', direction: 'up', nPackets: 182_857, packetSizeBytes: 1400 }],
  'v1 Down request': [
    182_861,
    { kind: 'bandwidth', direction: 'down', nPackets: 182_857, packetSizeBytes: 1400 },
  ],
};

function vector(name: string): Uint8Array {
  const found = VECTORS.get(name);
  assert.ok(found !== undefined, `docs/protocol.md has no vector "${name}"`);
  return found.bytes;
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function read(bytes: Uint8Array): V2View {
  const reader = new V2Reader(ID);
  assert.equal(reader.read(bytes, 0, bytes.length), FAULT.none, text(bytes));
  assert.equal(reader.view.next, bytes.length);
  assert.equal(reader.view.connectionId, ID);
  return reader.view;
}

describe('the byte vectors of docs/protocol.md', () => {
  it('are all tested here', () => {
    const tested = [...Object.keys(V1), 'v1 Ack', ...Object.keys(EXAMPLES), 'v2 Bulk', 'v2 Datagram'];
    assert.deepEqual([...VECTORS.keys()].sort(), tested.sort());
  });

  for (const [name, [index, message]] of Object.entries(V1)) {
    it(`${name} is what is written`, () => {
      const out = new Uint8Array(500);
      const template = new PacketTemplate(ID.slice(0, -2));
      const sizeBytes = encodePacket(out, 0, index, template, META.normal, 0, encodeMessage(message));
      assert.equal(text(out.subarray(0, sizeBytes)), text(vector(name)));
    });
  }

  it('v1 Ack is what is written', () => {
    const out = new Uint8Array(500);
    const sizeBytes = encodePacket(out, 0, -1, new PacketTemplate(ID.slice(0, -2)), META.ack, 19, NO_DATA);
    assert.equal(text(out.subarray(0, sizeBytes)), text(vector('v1 Ack')));
  });

  for (const [name, example] of Object.entries(EXAMPLES)) {
    it(`${name} is what is written and read`, () => {
      const bytes = vector(name);
      const out = new Uint8Array(1000);
      const sizeBytes = encodeV2Packet(out, 0, example.index, ID, example.meta, dataOf(example));
      assert.equal(text(out.subarray(0, sizeBytes)), text(bytes));
      const view = read(bytes);
      assert.equal(view.index, example.index);
      assert.equal(view.kind, V2_META[example.meta?.kind ?? 'normal']);
      if (example.message === undefined) return;
      assert.deepEqual(decodeV2Message(bytes.subarray(view.dataOff, view.next)), example.message);
    });
  }

  it('v2 Sack is what the codec of the hot path writes', () => {
    const bytes = vector('v2 Sack');
    const out = new Uint8Array(bytes.length);
    assert.equal(new SackCodec(ID).write(out, 0, read(bytes).sack), bytes.length);
    assert.equal(text(out), text(bytes));
  });

  for (const [name, template, kind, number] of [
    ['v2 Bulk', bulkTemplate(ID, 0), V2_META.bulk, 4],
    ['v2 Datagram', datagramTemplate(ID), V2_META.datagram, 17],
  ] as const) {
    it(`${name} is what is written and read`, () => {
      const bytes = vector(name);
      const image = new BulkImage(template);
      const run = new SendRun(new Uint8Array(image.prepare(number, 8)), 1);
      image.addTo(run, number, 0, 0);
      assert.equal(text(run.bytes), text(bytes));
      const view = read(bytes);
      assert.deepEqual([view.kind, kind === V2_META.bulk ? view.index : view.sequence], [kind, number]);
    });
  }
});
