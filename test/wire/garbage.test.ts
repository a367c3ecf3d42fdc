import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FAULT } from '../../src/wire/errors.js';
import { decodeHeader, HeaderView } from '../../src/wire/header.js';
import { decodeMessage } from '../../src/wire/message.js';
import { DatagramView, decodeDatagram } from '../../src/wire/packet.js';
import { Prng } from '../support/prng.js';
import { testSeed } from '../support/seed.js';
import { mutate } from './mutate.js';
import {
  fromBytes,
  naiveEncode,
  naiveHead,
  naiveHeader,
  naiveMessage,
  naiveStream,
  toBytes,
} from './naive.js';
import { runFramer } from './run-framer.js';

const ID = '6b1e9d3c-5f0e-4d9b-9a54-1c2a7f3d8e10';
const LIMITS = { maxDataBytes: 3000, maxMessageBytes: 500 };
const SEED = testSeed();
/** The naive codec is asked about one input of so many: it costs more than all the rest. */
const CHECK_EVERY = 25;

const MESSAGES = [
  '["Hello",{"name":"cli \\u00fc"}]',
  '["Latency",["Ping"]]',
  '["Latency",["Pong"]]',
  '["Bandwidth",{"direction":["Up"],"n_packets":3,"packet_size":40}]',
  ' ["Bandwidth" , {"packet_size":7,"direction":["Down"],"n_packets":0}]',
];
const HEADERS = [
  `{"index":10,"connection_id":"${ID}","meta":["Normal"]}`,
  `{"index":-1,"connection_id":"${ID}","meta":["Ack",19]}`,
  `{"meta":["Resend_ack"], "connection_id":"a\\"b", "index":0}`,
];
const normal = (index: number, data: string) =>
  naiveEncode({ index, connectionId: ID, meta: ['Normal'] }, data);
const PACKETS = [
  ...MESSAGES.map((data, index) => normal(index, data)),
  normal(99, '%'.repeat(40)),
  naiveEncode({ index: -1, connectionId: ID, meta: ['Ack', 7] }, ''),
];
const STREAMS = [
  normal(0, MESSAGES[0]!) + normal(1, MESSAGES[1]!),
  normal(8, MESSAGES[3]!) +
    normal(9, '%'.repeat(40)).repeat(2) +
    normal(10, '%'.repeat(41)) +
    normal(11, MESSAGES[2]!),
];

/** Runs `nInputs` mutated inputs; whatever goes wrong names the input and the seed. */
function hammer(
  nInputs: number,
  seeds: readonly string[],
  tryOne: (bytes: Uint8Array, prng: Prng, i: number) => void,
) {
  const prng = new Prng(SEED);
  const originals = seeds.map(toBytes);
  for (let i = 0; i < nInputs; i++) {
    const bytes = mutate(prng.pick(originals), prng);
    try {
      tryOne(bytes, prng, i);
    } catch (cause) {
      const input = JSON.stringify(fromBytes(bytes));
      throw new Error(`input ${i} of CONNTEST_SEED=${SEED}: ${input}`, { cause });
    }
  }
}

function countAfter(data: string): number | null {
  const message = naiveMessage(data);
  return message?.kind === 'bandwidth' ? Math.min(message.nPackets, 1000) : null;
}

function quickCountAfter(data: string): number | null {
  return data.startsWith('["Bandwidth"') ? 3 : null;
}

describe('a million mutated inputs', () => {
  it('100,000 streams: the framer throws nothing and decides as the naive codec', () => {
    hammer(100_000, STREAMS, (bytes, prng, i) => {
      if (i % CHECK_EVERY > 0) runFramer(bytes, LIMITS, quickCountAfter, prng);
      else {
        const expected = naiveStream(fromBytes(bytes), LIMITS, countAfter);
        assert.deepEqual(runFramer(bytes, LIMITS, countAfter, prng), expected);
      }
    });
  });

  it('800,000 datagrams: decodeDatagram throws nothing and decides as the naive codec', () => {
    const view = new DatagramView();
    hammer(800_000, PACKETS, (bytes, _prng, i) => {
      const fault = decodeDatagram(bytes, 0, bytes.length, view);
      if (i % CHECK_EVERY > 0) return;
      const head = naiveHead(fromBytes(bytes), Number.MAX_SAFE_INTEGER);
      const isWhole = typeof head !== 'string' && head.headBytes + head.dataBytes <= bytes.length;
      assert.equal(fault === FAULT.none, isWhole);
      if (typeof head === 'string' || !isWhole) return;
      assert.deepEqual(
        [view.index, view.connectionId, view.dataOff, view.dataLen, view.next],
        [
          head.header.index,
          head.header.connectionId,
          head.headBytes,
          head.dataBytes,
          head.headBytes + head.dataBytes,
        ],
      );
    });
  });

  it('50,000 headers: decodeHeader throws nothing and decides as the naive codec', () => {
    const view = new HeaderView();
    hammer(50_000, HEADERS, (bytes, _prng, i) => {
      const fault = decodeHeader(bytes, 0, bytes.length, view);
      if (i % CHECK_EVERY > 0) return;
      const header = naiveHeader(fromBytes(bytes));
      assert.equal(fault === FAULT.none, header !== null);
      if (header !== null)
        assert.deepEqual([view.index, view.connectionId], [header.index, header.connectionId]);
    });
  });

  it('50,000 messages: decodeMessage throws nothing and decides as the naive codec', () => {
    hammer(50_000, MESSAGES, (bytes, _prng, i) => {
      const message = decodeMessage(bytes);
      if (i % CHECK_EVERY > 0) return;
      assert.deepEqual('code' in message ? null : message, naiveMessage(fromBytes(bytes)));
    });
  });

  it('leave no memory behind', () => {
    const tryAll = (nInputs: number) => {
      hammer(nInputs, STREAMS, (bytes, prng) => runFramer(bytes, LIMITS, quickCountAfter, prng));
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const before = tryAll(5000);
    const grownBytes = tryAll(20_000) - before;
    // Far above what the collector leaves lying, far below 20,000 inputs with a held head of 4 KB each.
    assert.ok(grownBytes < 60_000_000, `${grownBytes} bytes more`);
  });
});
