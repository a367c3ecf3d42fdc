import type { PhaseBound } from '../options/types.js';

/** The first phase of a direction, before any rate is known: short even on a slow path (0.5 s at
 *  1 Mbit/s), long enough to leave the handshake behind. */
const FIRST_PHASE_BYTES = 64_000;

/** A phase shorter than a quarter of the wanted time measured slow start and scheduling more than the
 *  path: its rate is believed only as far as growing this much. */
const MAX_GROWTH = 16;

/** n_packets is an int on the wire; 2^31 - 1 keeps the indices of a day of phases within 2^53. */
export const MAX_PHASE_PACKETS = 2 ** 31 - 1;

/** How many packets the next phase of one direction asks for. */
export class PhasePlanner {
  readonly #bound: PhaseBound;
  #nextPackets: number;

  constructor(bound: PhaseBound, packetSizeBytes: number) {
    this.#bound = bound;
    this.#nextPackets = whole(
      bound.kind === 'size' ? bound.testSizeBytes / packetSizeBytes : FIRST_PHASE_BYTES / packetSizeBytes,
    );
  }

  get nextPackets(): number {
    return this.#nextPackets;
  }

  /** A phase as planned last took `elapsedUs`. */
  handleMeasured(elapsedUs: number): void {
    if (this.#bound.kind === 'size') return;
    const wanted = (this.#nextPackets * this.#bound.phaseUs) / elapsedUs;
    const most = this.#nextPackets * MAX_GROWTH;
    this.#nextPackets = whole(Math.min(wanted, most));
  }
}

function whole(packets: number): number {
  return Math.max(1, Math.min(MAX_PHASE_PACKETS, Math.trunc(packets)));
}
