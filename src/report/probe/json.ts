/** --ui json: an object a line. */
import { asciiJson } from '../print/ascii.js';
import type { JsonRecord } from '../records/record.js';
import { changeRecord, portRecord, startRecord, summaryRecord } from './record.js';
import type { ProbeReporter, ProbeRound, ProbeStart } from './reporter.js';

export class JsonProbeReporter implements ProbeReporter {
  *head(start: ProbeStart): Iterable<string> {
    yield line(startRecord(start));
  }

  *round(round: ProbeRound): Iterable<string> {
    for (const change of round.changes ?? []) yield line(changeRecord(round, change));
    for (const section of round.changes === null ? round.sections : []) {
      yield section.ports.map((result) => line(portRecord(round, section, result))).join('');
    }
    yield line(summaryRecord(round));
  }
}

function line(record: JsonRecord): string {
  return `${asciiJson(record)}\n`;
}
