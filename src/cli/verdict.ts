/** --fail-if in a run: what is told of its figures, and whether a condition held. */
import type { RunEvent } from '../control/events.js';
import type { Observer } from '../control/supervisor.js';
import { eventRecord } from '../report/records/event-record.js';
import { peerRecord } from '../report/records/snapshot-record.js';
import type { RunSnapshot } from '../stats/snapshot.js';
import { Course } from '../verdict/course.js';
import { type Condition, judge } from '../verdict/judge.js';

/** An observer before another one, which it tells the verdicts before the summary. */
export class Judge implements Observer {
  readonly #conditions: readonly Condition[];
  readonly #observer: Observer;
  readonly #course = new Course();
  /** A condition needs what was seen on the way: how many connections a row had at once. */
  readonly ignoresSnapshots: boolean;
  /** Whether a condition held; known once the run has ended. */
  anyHeld = false;

  constructor(conditions: readonly Condition[], observer: Observer) {
    this.#conditions = conditions;
    this.#observer = observer;
    this.ignoresSnapshots = conditions.length === 0 && observer.ignoresSnapshots === true;
  }

  handleEvent(event: RunEvent): void {
    if (event.type === 'connected' || event.type === 'lost' || event.type === 'failed') {
      this.#course.handleEvent(eventRecord(event));
    }
    this.#observer.handleEvent(event);
  }

  handleSnapshot(snapshot: RunSnapshot): void {
    this.#observer.handleSnapshot(snapshot);
  }

  handleSummary(snapshot: RunSnapshot): void {
    const { tMs } = snapshot;
    const rows = [...snapshot.clients, ...snapshot.servers].map((peer) => peerRecord(peer));
    for (const verdict of judge(this.#conditions, { rows, course: this.#course.figures(tMs) })) {
      const { condition, ...found } = verdict;
      const { text, limit, metric } = condition;
      this.anyHeld ||= verdict.outcome === 'held';
      this.#observer.handleEvent({
        type: 'verdict',
        tMs,
        condition: text,
        limit,
        unit: metric.unit,
        ...found,
      });
    }
    this.#observer.handleSummary(snapshot);
  }
}
