/** Outages and failures of our own connections, counted as they happen or as a log tells them. */
import type { CourseFigures } from './metrics.js';
import { partOf, type Row, readNumber } from './row.js';

const NS_PER_MS = 1e6;

/** Bounded by the number of our connections: what is away has its key here. */
export class Course {
  readonly #awaySinceMs = new Map<number, number>();
  #outages = 0;
  #failures = 0;
  #longestMs = 0;
  #hasConnected = false;

  /** An event as docs/json.md has it; of others than our connections nothing is counted. */
  handleEvent(event: Row): void {
    const [tMs, key] = [readNumber(event, 't_ms'), readNumber(event, 'key')];
    if (event.role !== 'client' || tMs === null || key === null) return;
    if (event.type === 'connected') this.#handleConnected(key, tMs);
    if (event.type === 'failed') this.#failures++;
    // STOPPED: closed by hand, or because the run ends.
    if (event.type === 'lost' && partOf(event, 'cause').code !== 'STOPPED') {
      this.#outages++;
      this.#awaySinceMs.set(key, tMs);
    }
  }

  /** @param endMs until when those are away that have not come back */
  figures(endMs: number): CourseFigures {
    const awayMs = [...this.#awaySinceMs.values()].map((sinceMs) => endMs - sinceMs);
    const longestMs = awayMs.reduce((longest, ms) => Math.max(longest, ms), this.#longestMs);
    return {
      outages: this.#outages,
      failures: this.#failures,
      longestOutageNs: this.#hasConnected ? longestMs * NS_PER_MS : null,
    };
  }

  #handleConnected(key: number, tMs: number): void {
    this.#hasConnected = true;
    const sinceMs = this.#awaySinceMs.get(key);
    this.#awaySinceMs.delete(key);
    if (sinceMs !== undefined) this.#longestMs = Math.max(this.#longestMs, tMs - sinceMs);
  }
}
