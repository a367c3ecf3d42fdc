import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MeasurePlan } from '../../../src/options/types.js';
import { Lab } from '../../arq/v1/lab.js';
import type { DatagramEnd } from '../../support/datagram-end.js';
import { DATAGRAM_DEFAULTS, datagramClient, datagramListener } from '../../support/datagram-pair.js';
import { Prng } from '../../support/prng.js';
import { testSeed, withSeed } from '../../support/seed.js';

const RUNS = 15;
const TOLERANCE = 0.02;
const MAX_STALL_US = 50_000;
/** Between two stalls: what is owed goes at twice the rate, so as long as the stall at least. */
const MIN_BETWEEN_US = MAX_STALL_US;
const MAX_BETWEEN_US = 200_000;
const PATH = { delayUs: 2000 };
const TIMED: MeasurePlan = { ...DATAGRAM_DEFAULTS.measure, bound: { kind: 'time', phaseUs: 1_000_000 } };

/** An end whose thread is kept from its core now and then: what comes meanwhile waits in its socket. */
class StallingEnd {
  readonly end: DatagramEnd;
  readonly #rand: Prng;
  readonly #waiting: Uint8Array[] = [];
  #fromUs = 0;
  #untilUs = 0;

  constructor(end: DatagramEnd, seed: number) {
    this.end = end;
    this.#rand = new Prng(seed);
  }

  handleDatagram(nowUs: number, datagram: Uint8Array): void {
    if (this.#isStalled(nowUs)) this.#waiting.push(datagram);
    else this.end.handleDatagram(nowUs, datagram);
  }

  handleTimeout(nowUs: number): void {
    if (this.#isStalled(nowUs)) return;
    for (const datagram of this.#waiting.splice(0)) this.end.handleDatagram(nowUs, datagram);
    this.end.handleTimeout(nowUs);
  }

  pollTimeout(): number {
    if (this.#waiting.length > 0) return this.#untilUs;
    const dueUs = this.end.pollTimeout();
    return dueUs >= this.#fromUs ? Math.max(dueUs, this.#untilUs) : dueUs;
  }

  transmit(nowUs: number, send: (datagram: Uint8Array) => void): void {
    if (!this.#isStalled(nowUs)) this.end.transmit(nowUs, send);
  }

  #isStalled(nowUs: number): boolean {
    if (nowUs >= this.#untilUs && this.#waiting.length === 0) {
      this.#fromUs = this.#untilUs + MIN_BETWEEN_US + this.#rand.below(MAX_BETWEEN_US - MIN_BETWEEN_US);
      this.#untilUs = this.#fromUs + this.#rand.below(MAX_STALL_US);
    }
    return nowUs >= this.#fromUs && nowUs < this.#untilUs;
  }
}

/** Two phases of each direction, whose sender is the end that stalls. */
function stalledPhases(seed: number, measure: MeasurePlan) {
  const client = datagramClient(measure);
  const listener = datagramListener();
  const isUp = measure.direction === 'up';
  const lab = new Lab(
    { seed, up: PATH, down: PATH },
    isUp ? new StallingEnd(client, seed) : client,
    isUp ? listener : new StallingEnd(listener, seed),
  );
  const { direction } = measure;
  assert.ok(direction !== 'both');
  assert.ok(lab.run(20e6, () => [client, listener].every((end) => end.ended[direction] >= 2)));
  return client.phases(direction);
}

describe('a set rate', () => {
  const seed = testSeed();
  for (const direction of ['up', 'down'] as const) {
    for (const rateBps of [2e6, 50e6]) {
      for (const reliable of [true, false]) {
        const sort = `${rateBps / 1e6} Mbit/s ${reliable ? '' : 'un'}reliably ${direction}`;
        it(`is kept within 2 % by a sender that stalls for up to 50 ms now and then (${sort}, CONNTEST_SEED=${seed})`, () => {
          for (let run = 0; run < RUNS; run++) {
            withSeed(seed + run, (runSeed) => {
              for (const { rateBps: shown, detail } of stalledPhases(runSeed, {
                ...TIMED,
                ...{ direction, rateBps, reliable, cc: 'none' },
              })) {
                const { bytes, elapsedUs } = detail!.sent;
                // A client that waits for data can't tell a listener that stalls from a longer way.
                const rates = [(bytes * 8e6) / elapsedUs, ...(direction === 'up' ? [shown] : [])];
                for (const bps of rates) {
                  assert.ok(Math.abs(bps / rateBps - 1) < TOLERANCE, `${bps} bit/s`);
                }
              }
            });
          }
        });
      }
    }
  }
});
