import type { PeerSnapshot, RunSnapshot } from '../../stats/snapshot.js';

/** The widest sparkline; at the usual interval the last minute. */
const RATE_SAMPLES = 60;

export interface RateCourse {
  readonly up: readonly number[];
  readonly down: readonly number[];
}

const NO_COURSE: RateCourse = { up: [], down: [] };

/** What the rates of each row were at the last intervals, oldest first; NaN where none was measured. */
export class Rates {
  #courses = new Map<string, { up: number[]; down: number[] }>();

  /** Once an interval. Rows that are gone are forgotten. */
  handleSnapshot({ clients, servers }: RunSnapshot): void {
    const courses = new Map<string, { up: number[]; down: number[] }>();
    for (const peer of [...clients, ...servers]) {
      const course = this.#courses.get(peer.id) ?? { up: [], down: [] };
      push(course.up, rateOf(peer, 'up'));
      push(course.down, rateOf(peer, 'down'));
      courses.set(peer.id, course);
    }
    this.#courses = courses;
  }

  of(rowId: string): RateCourse {
    const course = this.#courses.get(rowId) ?? NO_COURSE;
    return { up: course.up.slice(-RATE_SAMPLES), down: course.down.slice(-RATE_SAMPLES) };
  }
}

function push(samples: number[], rateBps: number): void {
  samples.push(rateBps);
  // Now and then many at once: one at a time moves all the others, for each of a thousand rows.
  if (samples.length >= 2 * RATE_SAMPLES) samples.splice(0, RATE_SAMPLES);
}

function rateOf(peer: PeerSnapshot, direction: 'up' | 'down'): number {
  return peer.connectionsUp === 0 ? Number.NaN : (peer[direction].rateBps ?? Number.NaN);
}
