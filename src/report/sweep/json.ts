/** --ui json: an object a line. */
import { type Curve, curvesOf } from '../../sweep/curve.js';
import type { SweepEvent } from '../../sweep/run.js';
import { asciiJson } from '../print/ascii.js';
import type { JsonRecord } from '../records/record.js';
import {
  mtuRecord,
  planRecord,
  sampleRecord,
  sizeRecord,
  startRecord,
  summaryRecord,
  verdictRecord,
} from './record.js';
import type { SweepEnd, SweepReporter, SweepStart } from './reporter.js';

export class JsonSweepReporter implements SweepReporter {
  *head(start: SweepStart): Iterable<string> {
    yield line(startRecord(start));
  }

  *event(event: SweepEvent): Iterable<string> {
    if (event.kind === 'path') yield line(mtuRecord(event.tMs, event.path));
    if (event.kind === 'plan') yield line(planRecord(event.tMs, event.sizesBytes, event.orders));
    if (event.kind === 'sample') yield line(sampleRecord(event.sample));
    if (event.kind === 'round') yield* sizeLines(event.tMs, curvesOf(event.result));
  }

  *end(end: SweepEnd): Iterable<string> {
    yield* sizeLines(end.tMs, end.curves);
    for (const sentence of end.sentences) yield line(verdictRecord(end.tMs, sentence));
    yield line(summaryRecord(end));
  }
}

function* sizeLines(tMs: number, curves: readonly Curve[]): Iterable<string> {
  for (const curve of curves) yield curve.points.map((point) => line(sizeRecord(tMs, curve, point))).join('');
}

function line(record: JsonRecord): string {
  return `${asciiJson(record)}\n`;
}
