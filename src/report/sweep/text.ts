/** --ui text: what is measured, what the path is found to be, then the tables and the verdict. */
import type { Curve } from '../../sweep/curve.js';
import { mtuOf, type PathMtu } from '../../sweep/result.js';
import type { SweepEvent } from '../../sweep/run.js';
import { printable } from '../print/ascii.js';
import { formatCount, formatSpan, formatTimes } from '../print/format.js';
import { createPaint, type Paint } from '../print/palette.js';
import { wrapText } from '../print/wrap.js';
import type { SweepEnd, SweepReporter, SweepReportSettings, SweepStart } from './reporter.js';
import { curveTable, type SweepTable, versusTable } from './tables.js';
import { type Sentence, WAY_NAMES } from './words.js';

const NAME_CHARS = 60;
const TARGET_CHARS = 200;
/** What the tables take, also where there is no terminal. */
const MAX_COLUMNS = 120;

const LEGEND = [
  'data: bytes of data in a packet; goodput: data that the receiver counted, the mean of all rounds, with its 95 %',
  'confidence interval; pkt/s: packets of data; idle, load: half of a round trip (p50, p99) before the data and while',
  'it moves; cpu: of one thread of ours.',
].join(' ');
const DATAGRAM_LEGEND = [
  'udp, ip: bytes of the datagram and of its IP packet; frag: packets that the path MTU makes of it; lost: packets that',
  'the path dropped; never: those that came in no copy; repaired: those of which a later copy came.',
].join(' ');

export class TextSweepReporter implements SweepReporter {
  readonly #paint: Paint;
  readonly #bits: boolean;
  readonly #columns: number;

  constructor({ color, bits, columns }: SweepReportSettings) {
    this.#paint = createPaint(color, 'none');
    this.#bits = bits;
    this.#columns = Math.min(columns ?? MAX_COLUMNS, MAX_COLUMNS);
  }

  *head({ options, carriers }: SweepStart): Iterable<string> {
    const { target, rounds, phaseUs, seed } = options;
    const [first] = carriers;
    const peer = first === undefined ? '' : `, which is ${printable(first.peerName, NAME_CHARS)}`;
    const ways = carriers.map(({ way, version }) => `${WAY_NAMES[way]} (protocol ${version})`);
    const name = printable(target.text, TARGET_CHARS);
    const lines = [
      `Sweep of ${name}${peer}, over ${ways.join(', ')}`,
      `${formatTimes(rounds, 'round')} of ${formatSpan(phaseUs / 1000)} a size, in the order of seed ${seed}`,
    ];
    yield `${lines.flatMap((line) => wrapText(line, this.#columns)).join('\n')}\n`;
  }

  *event(event: SweepEvent): Iterable<string> {
    if (event.kind === 'path') yield* this.#path(event.path);
  }

  *end({ elapsedMs, result, curves, sentences }: SweepEnd): Iterable<string> {
    const tables = this.#tables(result.carriers.length > 1, curves);
    for (const { lines } of tables) yield block(lines);
    if (tables.length > 0) yield block(this.#legend(curves, tables));
    yield block([this.#paint('strong', 'Verdict'), ...this.#verdict(sentences, curves)]);
    const early = result.isComplete ? '' : ', ended early';
    yield `${formatTimes(result.samples.length, 'measurement')} in ${formatSpan(elapsedMs)}${early}\n`;
  }

  #tables(isVersus: boolean, curves: readonly Curve[]): SweepTable[] {
    const settings = { bits: this.#bits, paint: this.#paint, columns: this.#columns };
    const directions = isVersus ? (['up', 'down'] as const) : [];
    const sides = directions
      .map((direction) => ({ direction, of: curves.filter((curve) => curve.direction === direction) }))
      .filter(({ of }) => of.length > 0);
    return [
      ...sides.map(({ direction, of }) => versusTable(direction, of, settings)),
      ...curves.map((curve) => curveTable(curve, settings)),
    ];
  }

  *#path(path: PathMtu): Iterable<string> {
    const { found, direction } = path;
    const mtuBytes = mtuOf(path);
    if (found !== null && mtuBytes !== null) {
      yield `path MTU ${direction}: ${formatCount(mtuBytes)} bytes, found with ${formatTimes(found.probes, 'probe')}\n`;
    }
  }

  #legend(curves: readonly Curve[], tables: readonly SweepTable[]): string[] {
    const omitted = [...new Set(tables.flatMap((table) => table.omitted))];
    const narrow = omitted.length === 0 ? [] : [`No room in this terminal for: ${omitted.join(', ')}.`];
    const hasDatagrams = curves.some(({ way }) => way !== 'tcp');
    const texts = [LEGEND, ...(hasDatagrams ? [DATAGRAM_LEGEND] : []), ...narrow];
    const lines = texts.flatMap((text) => wrapText(text, this.#columns - 2));
    return lines.map((line) => this.#paint('faint', `  ${line}`));
  }

  #verdict(sentences: readonly Sentence[], curves: readonly Curve[]): string[] {
    if (sentences.length === 0) {
      return [
        curves.length === 0
          ? '  nothing was measured'
          : '  nothing to say: one size has nothing to be compared with',
      ];
    }
    const subjects = sentences.map(subjectOf);
    const width = Math.max(...subjects.map((subject) => subject.length));
    return sentences.flatMap(({ text, tone }, at) => {
      const [first = '', ...more] = wrapText(text, this.#columns - width - 4);
      const indent = ' '.repeat(width + 4);
      const head = `  ${subjects[at]!.padEnd(width)}  `;
      return [head + this.#paint(tone, first), ...more.map((line) => indent + this.#paint(tone, line))];
    });
  }
}

function block(lines: readonly string[]): string {
  return `\n${lines.join('\n')}\n`;
}

function subjectOf({ way, direction }: Sentence): string {
  return `${way === null ? 'path' : WAY_NAMES[way]} ${direction}`;
}
