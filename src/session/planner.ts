import type { MeasurePlan } from '../options/types.js';

/** The first phase of a size, before any rate is known: short even on a slow path (0.5 s at 1 Mbit/s), long
 *  enough to leave the handshake behind. */
const FIRST_PHASE_BYTES = 64_000;

/** A phase shorter than a quarter of the wanted time measured slow start and scheduling more than the
 *  path: its rate is believed only as far as growing this much. */
const MAX_GROWTH = 16;

/** n_packets is an int on the wire; 2^31 - 1 keeps the indices of a day of phases within 2^53. */
export const MAX_PHASE_PACKETS = 2 ** 31 - 1;

/** How many packets the next phase of one direction asks for. A path takes so many packets of one size and so many
 *  of another: what is known of a size is known of that size alone. */
export class PhasePlanner {
  /** What the last phase of each size has shown, by the size. A connection meets as many as its owner asks for. */
  readonly #measured = new Map<number, { readonly packets: number; readonly elapsedUs: number }>();
  #packets = 0;
  #packetSizeBytes = 0;

  plan({ bound, packetSizeBytes }: Pick<MeasurePlan, 'bound' | 'packetSizeBytes'>): number {
    const measured = this.#measured.get(packetSizeBytes);
    this.#packetSizeBytes = packetSizeBytes;
    if (bound.kind === 'size') this.#packets = whole(bound.testSizeBytes / packetSizeBytes);
    else if (measured === undefined) this.#packets = whole(FIRST_PHASE_BYTES / packetSizeBytes);
    else {
      const { packets, elapsedUs } = measured;
      this.#packets = whole(Math.min((packets * bound.phaseUs) / elapsedUs, packets * MAX_GROWTH));
    }
    return this.#packets;
  }

  /** The phase that was planned last took `elapsedUs`. */
  handleMeasured(elapsedUs: number): void {
    this.#measured.set(this.#packetSizeBytes, { packets: this.#packets, elapsedUs });
  }
}

function whole(packets: number): number {
  return Math.max(1, Math.min(MAX_PHASE_PACKETS, Math.trunc(packets)));
}
