/** --ui text: a table an address, and in later rounds only what has changed. */
import { type Alike, gatherAlike } from '../../probe/alike.js';
import type { Change } from '../../probe/changes.js';
import { type Run, runsOf, singleRuns } from '../../probe/runs.js';
import type { Section } from '../../probe/sections.js';
import type { PortState } from '../../probe/types.js';
import { formatClock, formatCount, formatSpan, formatTimes } from '../print/format.js';
import { createPaint, type Paint } from '../print/palette.js';
import { renderTable, type TableColumn } from '../print/table.js';
import type { ProbeReporter, ProbeReportSettings, ProbeRound } from './reporter.js';
import { causeWords, rangesText, STATE_TONE, STATES, sectionTitle } from './words.js';

const COLUMNS: readonly TableColumn[] = [
  { header: '  ports', align: 'left' },
  { header: 'state', align: 'left' },
  { header: 'time', align: 'right' },
  { header: 'tries', align: 'right' },
  { header: 'cause', align: 'left' },
];

/** A host that limits its ICMP errors lets the first few out at once. */
const MIN_SILENT_PORTS = 6;

export class TextProbeReporter implements ProbeReporter {
  readonly #paint: Paint;
  readonly #runs: (section: Section) => readonly Run[];

  constructor({ color, all }: ProbeReportSettings) {
    this.#paint = createPaint(color, 'none');
    this.#runs = ({ ports }) => (all ? singleRuns(ports) : runsOf(ports));
  }

  *head(): Iterable<string> {}

  *round(round: ProbeRound): Iterable<string> {
    if (round.changes === null) {
      for (const alike of gatherAlike(round.sections)) yield this.#section(alike);
      yield this.#summary(round);
      return;
    }
    for (const change of round.changes) yield this.#change(round.tMs, change);
  }

  #section({ section, count, lastAddress }: Alike): string {
    const others = count === 1 ? '' : ` to ${lastAddress}, ${formatCount(count)} addresses alike`;
    const rows = this.#runs(section).map((run) => this.#row(section, run));
    const title = this.#paint('strong', sectionTitle(section) + others);
    const lines = [title, ...renderTable(COLUMNS, rows)];
    return `${lines.join('\n')}\n`;
  }

  #row({ protocol }: Section, { ranges, verdict, elapsedUs, tries }: Run): string[] {
    return [
      `  ${rangesText(ranges)}`,
      this.#state(verdict.state),
      formatSpan(elapsedUs / 1000),
      formatCount(tries),
      causeWords(protocol, verdict),
    ];
  }

  #summary({ sections, elapsedMs, expected }: ProbeRound): string {
    const states = sections.flatMap(({ ports }) => ports.map(({ verdict }) => verdict.state));
    const counts = STATES.map((state) => ({
      state,
      count: states.filter((known) => known === state).length,
    }));
    const words = counts
      .filter(({ count }) => count > 0)
      .map(({ state, count }) => `${formatCount(count)} ${this.#state(state)}`);
    const lines = [
      `${formatTimes(states.length, 'port')} in ${formatSpan(elapsedMs)}: ${words.join(', ') || 'no result'}`,
    ];
    if (sections.some(mayHaveLimitedErrors)) {
      lines.push(
        'Most systems send few ICMP errors a second: what is open|filtered may be closed. --rate 1 tells.',
      );
    }
    if (expected !== null) lines.push(this.#expectation(expected));
    return `${lines.join('\n')}\n`;
  }

  #expectation({ what, failed }: NonNullable<ProbeRound['expected']>): string {
    if (failed === 0) return this.#paint('good', `All are ${what}, as expected.`);
    return this.#paint('bad', `Expected ${what}: ${formatTimes(failed, 'port is', 'ports are')} not.`);
  }

  #change(tMs: number, { section, before, now }: Change): string {
    const words = causeWords(section.protocol, now.verdict);
    const states = `${this.#state(before.verdict.state)} -> ${this.#state(now.verdict.state)}`;
    return `${formatClock(tMs)}  ${sectionTitle(section)}  port ${now.port}: ${states}, ${words}\n`;
  }

  #state(state: PortState): string {
    return this.#paint(STATE_TONE[state], state);
  }
}

function mayHaveLimitedErrors({ protocol, ports }: Section): boolean {
  const silent = ports.filter(({ verdict }) => verdict.state === 'open|filtered').length;
  return (
    protocol === 'udp' &&
    silent >= MIN_SILENT_PORTS &&
    ports.some(({ verdict }) => verdict.state === 'closed')
  );
}
