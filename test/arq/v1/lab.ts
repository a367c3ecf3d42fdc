import assert from 'node:assert/strict';
import type { MeasurePlan } from '../../../src/options/types.js';
import { LossyLink, type LossyLinkOptions } from '../../support/lossy-link.js';
import { OriginalClient } from '../../support/original/client.js';
import { OriginalListener } from '../../support/original/listener.js';
import { Prng } from '../../support/prng.js';
import { CONNECTION_ID, OurEnd, openedBy } from './our-end.js';

/** Turns of the loop at one moment of virtual time: far more than any burst; a loop without end is found. */
const MAX_TURNS_AT_ONCE = 10_000;

export interface LabPlan {
  readonly seed: number;
  readonly nPackets: number;
  readonly packetSizeBytes?: number;
  readonly up: LossyLinkOptions;
  readonly down: LossyLinkOptions;
  readonly monitor?: boolean;
  readonly direction?: MeasurePlan['direction'];
}

/** What the two ends of a path are to the loop that drives them. */
interface End {
  handleDatagram(nowUs: number, datagram: Uint8Array): void;
  handleTimeout(nowUs: number): void;
  pollTimeout(): number;
  transmit(nowUs: number, send: (datagram: Uint8Array) => void): void;
}

/** Two ends and the links between them, in virtual time. */
export class Lab {
  nowUs = 0;
  readonly up: LossyLink;
  readonly down: LossyLink;
  readonly #client: End;
  readonly #listener: End;

  constructor(plan: Pick<LabPlan, 'seed' | 'up' | 'down'>, client: End, listener: End) {
    this.up = new LossyLink(new Prng(plan.seed), plan.up);
    this.down = new LossyLink(new Prng(plan.seed ^ 0x5bd1e995), plan.down);
    this.#client = client;
    this.#listener = listener;
    this.#transmit();
  }

  /** Goes on until `isOver` or that time; returns whether it was over. */
  run(untilUs: number, isOver: () => boolean): boolean {
    let turns = 0;
    while (!isOver()) {
      const nextUs = Math.min(
        this.up.nextUs(),
        this.down.nextUs(),
        this.#client.pollTimeout(),
        this.#listener.pollTimeout(),
      );
      if (nextUs >= untilUs) return false;
      turns = nextUs > this.nowUs ? 0 : turns + 1;
      assert.ok(turns < MAX_TURNS_AT_ONCE, `virtual time stands still at ${this.nowUs} us`);
      this.nowUs = Math.max(this.nowUs, nextUs);
      this.#turn();
    }
    return true;
  }

  #turn(): void {
    const { nowUs } = this;
    const upward = this.up.receive(nowUs);
    if (upward !== undefined) this.#listener.handleDatagram(nowUs, upward);
    const downward = this.down.receive(nowUs);
    if (downward !== undefined) this.#client.handleDatagram(nowUs, downward);
    if (this.#client.pollTimeout() <= nowUs) this.#client.handleTimeout(nowUs);
    if (this.#listener.pollTimeout() <= nowUs) this.#listener.handleTimeout(nowUs);
    this.#transmit();
  }

  #transmit(): void {
    this.#client.transmit(this.nowUs, (datagram) => this.up.send(this.nowUs, datagram));
    this.#listener.transmit(this.nowUs, (datagram) => this.down.send(this.nowUs, datagram));
  }
}

export function measurePlan(plan: LabPlan): MeasurePlan {
  const packetSizeBytes = plan.packetSizeBytes ?? 1400;
  return {
    monitorBandwidth: plan.monitor ?? true,
    direction: plan.direction ?? 'both',
    packetSizeBytes,
    bound: { kind: 'size', testSizeBytes: plan.nPackets * packetSizeBytes },
    pingIntervalUs: 500_000,
    reliable: true,
    rateBps: 0,
    cc: 'cubic',
  };
}

export function ourClient(plan: LabPlan): OurEnd {
  return OurEnd.client(0, { name: 'ours', measure: measurePlan(plan), timeoutUs: 5_000_000 });
}

/** A listener of ours that serves one client, and begins anew when it comes again. */
export class OurListener implements End {
  /** The newest connection. */
  end: OurEnd | null = null;

  handleDatagram(nowUs: number, datagram: Uint8Array): void {
    const id = openedBy(datagram);
    if (id !== null && this.#isOver()) this.end = OurEnd.listener(nowUs, id);
    this.end?.handleDatagram(nowUs, datagram);
  }

  handleTimeout(nowUs: number): void {
    this.end?.handleTimeout(nowUs);
  }

  pollTimeout(): number {
    return this.end?.pollTimeout() ?? Number.POSITIVE_INFINITY;
  }

  transmit(nowUs: number, send: (datagram: Uint8Array) => void): void {
    this.end?.transmit(nowUs, send);
  }

  /** A shard tells a client that comes again from a copy of its Hello by the port; here by what it had said since. */
  #isOver(): boolean {
    return this.end === null || this.end.failure !== null || this.end.told.length > 1;
  }
}

/** The original at the listening end of a lab. */
export class TheirListener implements End {
  readonly original = new OriginalListener('theirs');

  handleDatagram(nowUs: number, datagram: Uint8Array): void {
    this.original.handleDatagram(nowUs, datagram);
  }

  handleTimeout(nowUs: number): void {
    this.original.handleTimeout(nowUs);
  }

  pollTimeout(): number {
    return this.original.pollTimeout();
  }

  transmit(_nowUs: number, send: (datagram: Uint8Array) => void): void {
    for (let out = this.original.pollTransmit(); out !== undefined; out = this.original.pollTransmit()) {
      send(out.datagram);
    }
  }
}

/** The original at the asking end of a lab. */
export class TheirClient implements End {
  readonly original: OriginalClient;

  constructor(plan: LabPlan) {
    const { nPackets, packetSizeBytes: packetSize = 1400, monitor = true } = plan;
    this.original = new OriginalClient(0, {
      name: 'theirs',
      id: CONNECTION_ID,
      nPackets: monitor ? nPackets : 0,
      packetSize,
    });
  }

  handleDatagram(nowUs: number, datagram: Uint8Array): void {
    this.original.handleDatagram(nowUs, datagram);
  }

  handleTimeout(nowUs: number): void {
    this.original.handleTimeout(nowUs);
  }

  pollTimeout(): number {
    return this.original.pollTimeout();
  }

  transmit(_nowUs: number, send: (datagram: Uint8Array) => void): void {
    for (let out = this.original.pollTransmit(); out !== undefined; out = this.original.pollTransmit())
      send(out);
  }
}
