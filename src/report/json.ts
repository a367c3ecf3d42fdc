/** --ui json: one JSON object a line, in ASCII; the first says the schema. See docs/json.md. */
import type { RunEvent } from '../control/events.js';
import type { RunSnapshot } from '../stats/snapshot.js';
import { asciiJson } from './ascii.js';
import { eventRecord } from './event-record.js';
import { RunHistory } from './history.js';
import { IntervalHistograms } from './interval-histograms.js';
import type { JsonRecord } from './record.js';
import type { Output, Reporter, ReporterFactory } from './reporter.js';
import { SnapshotTotals } from './side-totals.js';
import { type LineParts, snapshotRecord, summaryRecord } from './snapshot-record.js';

export const createJsonReporter: ReporterFactory = (out) => new JsonReporter(out);

class JsonReporter implements Reporter {
  readonly #out: Output;
  readonly #history = new RunHistory();
  readonly #histograms = new IntervalHistograms();
  readonly #totals = new SnapshotTotals();
  #skippedSnapshots = 0;

  constructor(out: Output) {
    this.#out = out;
  }

  handleEvent(event: RunEvent): void {
    this.#history.handleEvent(event);
    if (event.type === 'omitted') {
      this.#histograms.restart();
      this.#totals.restart();
    }
    this.#write(eventRecord(event));
  }

  handleSnapshot(snapshot: RunSnapshot): void {
    if (this.#out.lagging) {
      this.#skippedSnapshots += 1;
      return;
    }
    this.#write(snapshotRecord(snapshot, this.#partsOf(snapshot)));
    this.#skippedSnapshots = 0;
  }

  handleSummary(snapshot: RunSnapshot): void {
    this.#write(summaryRecord(snapshot, this.#partsOf(snapshot), this.#history.all()));
  }

  #partsOf(snapshot: RunSnapshot): LineParts {
    const histograms = this.#histograms.take(snapshot);
    return {
      omissions: { skippedSnapshots: this.#skippedSnapshots, droppedEvents: this.#out.droppedWrites },
      histograms,
      totals: this.#totals.take(snapshot, histograms),
    };
  }

  #write(record: JsonRecord): void {
    this.#out.write(`${asciiJson(record)}\n`);
  }
}
