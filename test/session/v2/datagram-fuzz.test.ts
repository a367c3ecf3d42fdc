import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MeasurePlan } from '../../../src/options/types.js';
import { Lab, TheirClient, TheirListener } from '../../arq/v1/lab.js';
import type { DatagramEnd } from '../../support/datagram-end.js';
import { DATAGRAM_DEFAULTS, datagramClient, datagramListener } from '../../support/datagram-pair.js';
import type { LossyLinkOptions } from '../../support/lossy-link.js';
import { Prng } from '../../support/prng.js';
import { testSeed, withSeed } from '../../support/seed.js';
import { CONNECTION_ID } from '../../support/virtual-pair.js';

/** To each of four: either role of either version. */
const MUTATED = 250_000;
/** An end takes so many of them before the next one takes its place, at most. */
const PER_END = 500;
/** Genuine ones come first: a connection that is open has more to be attacked. */
const MAX_GENUINE = 40;

const MEASURE: MeasurePlan = {
  ...DATAGRAM_DEFAULTS.measure,
  packetSizeBytes: 60,
  bound: { kind: 'size', testSizeBytes: 60 * 200 },
};
const PATH = { delayUs: 1000, loss: 0.05, reorder: 0.05, duplicate: 0.02 };

/** Far above what a collector leaves lying, and less than the datagrams themselves. */
const MAX_GROWTH_BYTES = 40e6;

/** What reads as something more often than any byte would. */
const TELLING = Buffer.from('0123456789-.e"\n,:[]{}%+ ', 'latin1');

interface Role {
  readonly name: string;
  makeEnd(): DatagramEnd;
  /** Has one session with a peer, which is an original where version 1 is spoken. */
  makeLab(end: DatagramEnd, record: LossyLinkOptions): Lab;
}

const ROLES: readonly Role[] = [
  {
    name: 'client of version 1',
    makeEnd: () => datagramClient(MEASURE),
    makeLab: (end, down) => new Lab({ seed: 1, up: PATH, down }, end, new TheirListener()),
  },
  {
    name: 'listener of version 1',
    makeEnd: () => datagramListener(CONNECTION_ID),
    makeLab: (end, up) => {
      const plan = { seed: 1, nPackets: 200, packetSizeBytes: 60, up, down: PATH };
      return new Lab(plan, new TheirClient(plan), end);
    },
  },
  {
    name: 'client of version 2',
    makeEnd: () => datagramClient(MEASURE),
    makeLab: (end, down) => new Lab({ seed: 1, up: PATH, down }, end, datagramListener()),
  },
  {
    name: 'listener of version 2',
    makeEnd: () => datagramListener(),
    makeLab: (end, up) => new Lab({ seed: 1, up, down: PATH }, datagramClient(MEASURE), end),
  },
];

/** All that a role is sent in one session over a lossy path. */
function record({ makeEnd, makeLab }: Role): Uint8Array[] {
  const sent: Uint8Array[] = [];
  const end = makeEnd();
  const lab = makeLab(end, { ...PATH, drop: (_n, datagram) => !sent.push(datagram.slice()) });
  assert.ok(lab.run(60e6, () => end.ended.down >= 1));
  return sent;
}

/** Copies datagrams to one place and changes them there: a million of them leave nothing to collect. */
class Mutator {
  readonly #rand: Prng;
  readonly #bytes = new Uint8Array(4096);

  constructor(rand: Prng) {
    this.#rand = rand;
  }

  /** One to three bytes are others, or swapped; now and then the end is missing, or the datagram comes twice. */
  mutate(datagram: Uint8Array): Uint8Array {
    const rand = this.#rand;
    const bytes = this.#bytes;
    bytes.set(datagram);
    const { length } = datagram;
    for (let n = rand.below(3); n >= 0; n--) {
      const at = rand.below(length);
      if (rand.below(4) === 0) bytes[at] = rand.below(256);
      else bytes[at] = TELLING[rand.below(TELLING.length)]!;
    }
    const fate = rand.below(16);
    if (fate === 0) return bytes.subarray(0, rand.below(length + 1));
    if (fate > 1) return bytes.subarray(0, length);
    bytes.copyWithin(length, 0, length);
    return bytes.subarray(0, 2 * length);
  }
}

/** Feeds a role of a version; returns how many of its ends were ended by what they were told. */
function hammer({ makeEnd }: Role, datagrams: readonly Uint8Array[], seed: number): number {
  const rand = new Prng(seed);
  const mutator = new Mutator(rand);
  let ended = 0;
  for (let fed = 0; fed < MUTATED; ) {
    const end = makeEnd();
    let nowUs = 0;
    const genuine = rand.below(MAX_GENUINE);
    for (let n = 0; n < PER_END && fed < MUTATED && end.ending === null; n++) {
      nowUs += rand.below(2000);
      if (n < genuine) end.handleDatagram(nowUs, datagrams[n]!);
      else {
        end.handleDatagram(nowUs, mutator.mutate(rand.pick(datagrams)));
        fed++;
      }
      if (nowUs >= end.pollTimeout()) end.handleTimeout(nowUs);
      end.transmit(nowUs, () => undefined);
    }
    if (end.ending !== null) ended++;
  }
  return ended;
}

function usedBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe('a million mutated datagrams', () => {
  const seed = testSeed();
  for (const role of ROLES) {
    it(`neither throw nor pile up: ${MUTATED} to a ${role.name} (CONNTEST_SEED=${seed})`, () => {
      withSeed(seed, () => {
        const datagrams = record(role);
        const beforeBytes = usedBytes();
        const ended = hammer(role, datagrams, seed);
        assert.ok(ended > 0, 'some get as far as to say what ends a session');
        const grownBytes = usedBytes() - beforeBytes;
        assert.ok(grownBytes < MAX_GROWTH_BYTES, `${grownBytes} bytes more`);
      });
    });
  }
});
