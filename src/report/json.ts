/** --ui json: one JSON object a line, in ASCII; the first says the schema. See docs/json.md. */
import type { RunEvent } from '../control/events.js';
import type { RunSnapshot } from '../stats/snapshot.js';
import { asciiJson } from './print/ascii.js';
import { eventRecord } from './records/event-record.js';
import { IntervalHistograms } from './records/interval-histograms.js';
import type { JsonRecord } from './records/record.js';
import { SnapshotTotals } from './records/side-totals.js';
import { type LineParts, snapshotRecord, summaryRecord } from './records/snapshot-record.js';
import type { Output, Reporter, ReporterFactory } from './reporter.js';
import { RunHistory } from './rows/history.js';

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
