/** What went wrong in a run: tries that failed and connections that were lost, alike ones together, and outages. */
import { type Fields, fieldsOf, numberOf, textOf, timeOf } from './fields.js';

/** Failures of one kind at one target. */
export interface FailureGroup {
  /** `failed`: a try that never became a connection; `lost`: a connection that ended. */
  readonly type: string;
  readonly target: string;
  readonly phase: string;
  readonly code: string;
  readonly text: string;
  count: number;
  readonly firstMs: number;
  lastMs: number;
  /** Time to failure, summed. */
  elapsedUs: number;
}

export interface Outage {
  readonly target: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** A log's targets and causes are few; what a stranger makes up must not grow memory. */
const MAX_GROUPS = 200;
/** What a chart and a table can show; the others are counted. */
const MAX_OUTAGES = 500;
const MAX_MARKS = 2000;

export class Troubles {
  readonly #groups = new Map<string, FailureGroup>();
  readonly outages: Outage[] = [];
  /** When each failure or loss was; the first 2,000. */
  readonly marksMs: number[] = [];
  omitted = 0;

  handleLine(tMs: number, line: Fields): void {
    if (line.type === 'connected') this.#handleConnected(tMs, line);
    else if (fieldsOf(line.cause).code !== 'STOPPED') this.#handleFailure(tMs, line);
  }

  groups(): readonly FailureGroup[] {
    return [...this.#groups.values()].sort((a, b) => b.count - a.count);
  }

  #handleConnected(tMs: number, line: Fields): void {
    const outageMs = numberOf(line.outage_ms);
    if (outageMs === null) return;
    if (this.outages.length === MAX_OUTAGES) this.omitted++;
    else {
      const startMs = timeOf(tMs - Math.max(0, outageMs)) ?? tMs;
      this.outages.push({ target: textOf(line.target) ?? '', startMs, endMs: tMs });
    }
  }

  #handleFailure(tMs: number, line: Fields): void {
    if (this.marksMs.length < MAX_MARKS) this.marksMs.push(tMs);
    const cause = fieldsOf(line.cause);
    const [type, target] = [textOf(line.type) ?? '', textOf(line.target) ?? ''];
    const [phase, code] = [textOf(cause.phase) ?? '', textOf(cause.code) ?? ''];
    const key = JSON.stringify([type, target, phase, code]);
    const elapsedUs = numberOf(cause.elapsed_us) ?? 0;
    const known = this.#groups.get(key);
    if (known !== undefined) {
      known.count++;
      known.lastMs = tMs;
      known.elapsedUs += elapsedUs;
    } else if (this.#groups.size === MAX_GROUPS) this.omitted++;
    else {
      const text = textOf(cause.text) ?? '';
      this.#groups.set(key, {
        type,
        target,
        phase,
        code,
        text,
        count: 1,
        firstMs: tMs,
        lastMs: tMs,
        elapsedUs,
      });
    }
  }
}
