import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SendRun } from '../../src/arq/send-run.js';
import { BulkImage } from '../../src/arq/v2/bulk-image.js';
import { bulkTemplate, datagramTemplate } from '../../src/wire/v2/head-template.js';
import { Prng } from '../support/prng.js';
import { testSeed, withSeed } from '../support/seed.js';

const ID = '6b1e9d3c-5f0e-4d9b-9a54-1c2a7f3d8e10+2';
const RUNS = 2000;
const MAX_SEGMENTS = 8;
const RUN_BYTES = 4000;

interface Packet {
  readonly kind: 'bulk' | 'datagram' | 'control' | 'refused';
  readonly value: number;
  readonly dataBytes: number;
}

describe('SendRun', () => {
  it('holds what a run that is new each time would, whatever was in it before', () => {
    withSeed(testSeed(), (seed) => {
      const prng = new Prng(seed);
      const usedImages = makeImages();
      const used = new SendRun(new Uint8Array(RUN_BYTES), MAX_SEGMENTS);
      for (let n = 0; n < RUNS; n++) {
        const packets = somePackets(prng);
        const times = [prng.below(2 ** 31) * 1e6, prng.below(2 ** 31) * 1e6] as const;
        const fresh = new SendRun(new Uint8Array(RUN_BYTES), MAX_SEGMENTS);
        used.clear();
        fill(used, usedImages, packets, times);
        fill(fresh, makeImages(), packets, times);
        assert.deepEqual(datagramsOf(used), datagramsOf(fresh));
      }
    });
  });

  it('copies an image once for each place', () => {
    const run = new SendRun(new Uint8Array(30), 3);
    const image = Uint8Array.from({ length: 10 }, () => 1);
    for (let n = 0; n < 3; n++) run.addCopy(image);
    run.clear();
    run.bytes.fill(7);
    for (let n = 0; n < 3; n++) run.addCopy(image);
    assert.ok(run.bytes.every((byte) => byte === 7));
    run.clear();
    run.tail();
    for (let n = 0; n < 3; n++) run.addCopy(image);
    assert.ok(run.bytes.every((byte) => byte === 1));
  });
});

type Images = Record<'bulk' | 'datagram', BulkImage>;

function makeImages(): Images {
  return { bulk: new BulkImage(bulkTemplate(ID, 0)), datagram: new BulkImage(datagramTemplate(ID)) };
}

/** A few runs of one kind, values that cross a number of digits, and in between what is written to the tail. */
function somePackets(prng: Prng): Packet[] {
  const dataBytes = prng.pick([0, 8, 100, 300]);
  const value = prng.pick([0, 7, 97, 995, 1234]);
  const kind = prng.pick(['bulk', 'bulk', 'datagram', 'control'] as const);
  const packets: Packet[] = [];
  if (prng.below(4) === 0) packets.push({ kind: prng.pick(['control', 'refused']), value: 3, dataBytes: 50 });
  for (let n = prng.below(MAX_SEGMENTS); n > 0; n--) packets.push({ kind, value: value + n, dataBytes });
  if (prng.below(4) === 0) packets.push({ kind: 'refused', value: 5, dataBytes: 200 });
  return packets;
}

function fill(
  run: SendRun,
  images: Images,
  packets: readonly Packet[],
  [sentNs, dueNs]: readonly [number, number],
): void {
  for (const { kind, value, dataBytes } of packets) {
    if (kind === 'control' || kind === 'refused') {
      run.tail().fill(value & 0xff, run.sizeBytes, run.sizeBytes + dataBytes);
      if (kind === 'control') run.add(dataBytes);
      continue;
    }
    const sizeBytes = images[kind].prepare(value, dataBytes);
    const isEqual = run.segments === 0 || sizeBytes === run.segmentBytes;
    if (isEqual && run.sizeBytes + sizeBytes <= RUN_BYTES) images[kind].addTo(run, value, sentNs, dueNs);
  }
}

function datagramsOf(run: SendRun): string {
  return Buffer.from(run.bytes.subarray(0, run.sizeBytes)).toString('latin1');
}
