import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeController } from '../../../src/arq/v2/congestion.js';
import { ControlQueue } from '../../../src/arq/v2/control-queue.js';
import { SendFigures } from '../../../src/arq/v2/figures.js';
import { Flight } from '../../../src/arq/v2/flight.js';
import {
  ASSUMED_PEER_WINDOW,
  MAX_PTO_US,
  MAX_WINDOW,
  MIN_CWND_PACKETS,
  PACKET_OVERHEAD_BYTES,
} from '../../../src/arq/v2/limits.js';
import { SackView } from '../../../src/wire/v2/sack.js';

const RTT_US = 10_000;
const COST_BYTES = 1000 + PACKET_OVERHEAD_BYTES;

/** A flight of packets of 1000 bytes, and what it says is to be sent again. */
class Bench {
  readonly figures = new SendFigures();
  readonly flight = new Flight(
    makeController('newreno', COST_BYTES),
    new ControlQueue(),
    this.figures,
    null,
    0,
  );

  constructor() {
    this.flight.setPacketBytes(0, COST_BYTES);
  }

  send(nowUs: number, packets: number): void {
    for (let n = 0; n < packets; n++) this.flight.sendNew(nowUs, 1000, false);
  }

  sack(
    nowUs: number,
    next: number,
    last: readonly [number, number],
    ...ranges: (readonly [number, number])[]
  ): void {
    const view = new SackView();
    view.next = next;
    [view.lastIndex, view.lastCopy] = last;
    view.window = MAX_WINDOW;
    view.nRanges = ranges.length;
    ranges.forEach(([from, to], i) => {
      view.from[i] = from;
      view.to[i] = to;
    });
    assert.equal(this.flight.handleSack(nowUs, view), true);
  }

  /** Sends again whatever is to be. */
  resend(nowUs: number): number[] {
    const indices: number[] = [];
    for (let index = this.flight.resendIndex(); index >= 0; index = this.flight.resendIndex()) {
      indices.push(index);
      this.flight.sendAgain(nowUs, index);
    }
    return indices;
  }
}

describe('a flight of packets', () => {
  it('loses what was sent three transmissions before something that arrived, and waits for the rest', () => {
    const bench = new Bench();
    bench.send(0, 8);
    bench.sack(RTT_US, 0, [3, 0], [3, 3]);
    assert.deepEqual(bench.resend(RTT_US), [0]);
    bench.sack(RTT_US, 1, [4, 0], [3, 4]);
    assert.deepEqual(bench.resend(RTT_US), [1]);
    assert.equal(bench.flight.pollTimeout(), RTT_US * 1.125);
    bench.flight.handleTimeout(RTT_US * 1.125);
    assert.deepEqual(bench.resend(RTT_US * 1.125), [2]);
    assert.equal(bench.figures.lost, 3);
  });

  it('loses a re-send as well, by the same order', () => {
    const bench = new Bench();
    bench.send(0, 5);
    bench.sack(RTT_US, 0, [4, 0], [1, 4]);
    assert.deepEqual(bench.resend(RTT_US), [0]);
    bench.send(RTT_US, 3);
    bench.sack(2 * RTT_US, 0, [7, 0], [1, 7]);
    assert.deepEqual(bench.resend(2 * RTT_US), [0]);
  });

  it('does not take an early acknowledgement for that of a re-send just made (RFC 8985 §6.2)', () => {
    const bench = new Bench();
    bench.send(0, 5);
    bench.sack(RTT_US, 0, [4, 0], [1, 4]);
    bench.send(RTT_US, 5);
    assert.deepEqual(bench.resend(RTT_US), [0]);
    bench.sack(RTT_US + 100, 5, [4, 0]);
    assert.deepEqual(bench.resend(RTT_US + 100), []);
    assert.equal(bench.figures.lost, 1);
  });

  it('tells a re-send for nothing by the copy that came, and from then on allows for more reordering', () => {
    const bench = new Bench();
    bench.send(0, 10);
    bench.sack(RTT_US, 0, [3, 0], [3, 3]);
    assert.deepEqual(bench.resend(RTT_US), [0]);
    bench.sack(RTT_US + 1, 1, [0, 0], [3, 3]);
    assert.equal(bench.figures.spurious, 1);
    bench.sack(RTT_US + 2, 1, [6, 0], [6, 6], [3, 3]);
    assert.deepEqual(bench.resend(RTT_US + 2), []);
    bench.sack(RTT_US + 3, 1, [7, 0], [6, 7], [3, 3]);
    assert.deepEqual(bench.resend(RTT_US + 3), [1]);
  });

  it('probes twice, then doubles its patience up to a second', () => {
    const bench = new Bench();
    bench.send(0, 4);
    bench.sack(RTT_US, 1, [0, 0]);
    const waitsUs: number[] = [];
    for (let n = 0, fromUs = 0; n < 12; n++) {
      const dueUs = bench.flight.pollTimeout();
      waitsUs.push(dueUs - fromUs);
      bench.flight.handleTimeout(dueUs);
      assert.deepEqual(bench.resend(dueUs), [1, 2]);
      fromUs = dueUs;
    }
    assert.equal(waitsUs[0], RTT_US + 4 * (RTT_US / 2) + 5000);
    assert.equal(waitsUs[1], 2 * waitsUs[0]!);
    assert.equal(waitsUs.at(-1), MAX_PTO_US);
  });

  it('asks a peer whose window is closed whether it still is', () => {
    const { flight } = new Bench();
    for (let n = 0; n < ASSUMED_PEER_WINDOW; n++) flight.sendNew(0, 1000, false);
    const closed = new SackView();
    closed.next = ASSUMED_PEER_WINDOW;
    closed.lastIndex = ASSUMED_PEER_WINDOW - 1;
    assert.equal(flight.handleSack(RTT_US, closed), true);
    assert.equal(flight.allowsNew(RTT_US), false);
    const probeUs = flight.pollTimeout();
    assert.ok(Number.isFinite(probeUs));
    flight.handleTimeout(probeUs);
    assert.equal(flight.allowsNew(probeUs), true);
  });

  it('cuts its window once for the losses of one round trip, and to the least after persistent congestion', () => {
    const bench = new Bench();
    const { flight } = bench;
    bench.send(0, 1);
    bench.sack(RTT_US, 1, [0, 0]);
    const before = flight.cc.cwndBytes;
    bench.send(RTT_US, 8);
    bench.sack(2 * RTT_US, 1, [5, 0], [5, 5]);
    bench.sack(2 * RTT_US + 1, 1, [8, 0], [8, 8], [5, 5]);
    assert.ok(flight.cc.cwndBytes >= before / 2);
    for (let nowUs = 3 * RTT_US; nowUs < 100 * RTT_US; nowUs += 10 * RTT_US) bench.send(nowUs, 1);
    bench.sack(101 * RTT_US, 1, [18, 0], [18, 18]);
    assert.equal(flight.cc.cwndBytes, MIN_CWND_PACKETS * COST_BYTES);
  });
});
