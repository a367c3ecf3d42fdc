import type { PhaseDirection, SessionEvent } from './event.js';

/** What arrives in one read took no time as far as its reader can tell. It is taken to have lasted this
 *  long, so that a tiny phase shows a rate that its path has at least, and not one that no path has. */
const MIN_ELAPSED_US = 100;

/** Takes the round trip out of a time that ran until the first sign of the far side's answer. Never
 *  more than half of it: a phase shorter than the round trip says little about the rate.
 *  @param rttUs the shortest round trip seen, Infinity when none was measured yet */
export function confirmedElapsedUs(elapsedUs: number, rttUs: number): number {
  const knownRttUs = Number.isFinite(rttUs) ? rttUs : 0;
  return Math.max(MIN_ELAPSED_US, elapsedUs - Math.min(knownRttUs, elapsedUs / 2));
}

/** One bandwidth phase of one direction, from its request to its last packet. */
export class Phase {
  readonly direction: PhaseDirection;
  readonly received: boolean;
  readonly packets: number;
  readonly packetSizeBytes: number;
  startUs: number;

  constructor(
    direction: PhaseDirection,
    received: boolean,
    packets: number,
    packetSizeBytes: number,
    startUs: number,
  ) {
    this.direction = direction;
    this.received = received;
    this.packets = packets;
    this.packetSizeBytes = packetSizeBytes;
    this.startUs = startUs;
  }

  started(): SessionEvent {
    return { type: 'phase-started', direction: this.direction, packetSizeBytes: this.packetSizeBytes };
  }

  /** The finished phase. `bytes` is what was really carried: a v1 peer may send other sizes than it announced. */
  finished(bytes: number, elapsedUs: number): SessionEvent {
    const rateBps = Math.round((bytes * 8e6) / elapsedUs);
    const { direction, received, packets } = this;
    return {
      type: 'phase',
      direction,
      received,
      packets,
      bytes,
      elapsedUs: Math.round(elapsedUs),
      rateBps,
      detail: null,
    };
  }
}
