/** How far a sweep is, in a line for a person who waits. */
import type { SweepEvent } from '../../sweep/run.js';
import { formatCount } from '../print/format.js';
import { progressBar } from '../print/progress-bar.js';

export class SweepProgress {
  #planMs = 0;
  #probes = 0;

  /** Empty: nothing to show. */
  line(event: SweepEvent, columns: number): string {
    switch (event.kind) {
      case 'mtu-probe': {
        this.#probes++;
        const verb =
          event.outcome === 'arrived' ? 'arrives' : event.outcome === 'lost' ? 'is lost' : 'is refused';
        const text = `path MTU ${event.direction}, probe ${this.#probes}: ${formatCount(event.packetBytes)} bytes: ${verb}`;
        return text.slice(0, columns - 1);
      }
      case 'path':
        this.#probes = 0;
        return '';
      case 'plan':
        this.#planMs = event.tMs;
        return '';
      case 'round':
        return '';
      case 'sample': {
        const { done, orders, sample } = event;
        const text = `${formatCount(done)} of ${formatCount(orders)}, round ${sample.round + 1}`;
        return progressBar({ done, total: orders, elapsedMs: sample.tMs - this.#planMs }, text, columns);
      }
    }
  }
}
