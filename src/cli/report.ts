/** `conntest report`: logs in, one HTML page, SVG charts or text out. */
import { join } from 'node:path';
import type { ParseArgsConfig } from 'node:util';
import type { SweepReport } from '../analysis/sweeps.js';
import { pageOf } from '../log-report/page.js';
import { svgFiles, sweepSvgFiles } from '../log-report/svg/files.js';
import { sweepText } from '../log-report/sweep-page.js';
import { textOfReport } from '../log-report/text.js';
import { formatDuration, parseDuration } from '../options/values/duration.js';
import { EXIT } from './exit-codes.js';
import { FAIL_IF, FAIL_IF_HELP, judgeRuns, readFailIf } from './log-verdict.js';
import { type AllLogs, commandUsage, parseCommand, print, readAll, withAny } from './logs.js';
import { makeDirectory, writeWhole } from './page.js';
import { followLogs } from './report-follow.js';

const HELP = `Usage: conntest report <run.jsonl>... [options]

Makes one HTML page, which needs nothing else to be read, from one or several
logs that conntest --log or conntest sweep -o has written. Parts of one log are
put together, in the order in which they are given.

Options:
  -o, --output <file>  where to write the page; - is stdout
                       (default: report.html)
  --follow             write the page, and the charts of --svg, again and
                       again while the run or the sweep goes on; a browser
                       that shows the page reads it again, too
  -i, --interval <duration>
                       time between two pages of --follow (default: 5s)
  --svg <dir>          write each chart as an SVG file into this directory; the
                       page is written as well only with -o or --follow
  --text               print the report as tables instead
  --bits               show Mbit/s instead of MB/s
${FAIL_IF_HELP}
  -h, --help           show this text

Examples:
  conntest report run.jsonl -o report.html
  conntest report run.jsonl --follow
  conntest report run.jsonl --svg charts
  conntest report client.jsonl server.jsonl --text
`;

/** Often enough to watch, seldom enough to read. */
const FOLLOW_MS = 5000;
const MIN_FOLLOW_MS = 200;

const OPTIONS = {
  output: { type: 'string', short: 'o' },
  follow: { type: 'boolean', default: false },
  interval: { type: 'string', short: 'i' },
  svg: { type: 'string' },
  text: { type: 'boolean', default: false },
  bits: { type: 'boolean', default: false },
  'fail-if': FAIL_IF,
  help: { type: 'boolean', short: 'h', default: false },
} as const satisfies ParseArgsConfig['options'];

/** `argv` is what follows `report`. Throws ERR_CONNTEST_USAGE, ERR_CONNTEST_INPUT, ERR_CONNTEST_OUTPUT.
 *  @returns the exit code */
export async function runCli(argv: readonly string[]): Promise<number> {
  const given = parseCommand('report', { help: HELP, options: OPTIONS }, argv);
  if (given === null) return EXIT.ok;
  const { values, positionals } = given;
  if (positionals.length === 0)
    throw commandUsage('report', 'no log was given; write e.g. conntest report run.jsonl');
  assertFits(values);
  const conditions = readFailIf(values['fail-if']);
  const output = values.output ?? 'report.html';
  const { report, sweeps } = await (values.follow
    ? follow(positionals, output, values)
    : readAll(positionals));
  if (values.svg !== undefined)
    tellCharts(values.svg, writeCharts(values.svg, { report, sweeps }, values.bits));
  if (values.text) print(textOfAll({ report, sweeps }, values.bits));
  else if (!values.follow && (values.svg === undefined || values.output !== undefined))
    write(output, pageOf(report, { bits: values.bits, sweeps }));
  const out = values.output === '-' ? process.stderr : process.stdout;
  return judgeRuns(conditions, report.runs, { bits: values.bits, out }) ? EXIT.worse : EXIT.ok;
}

function textOfAll({ report, sweeps }: AllLogs, bits: boolean): string {
  const texts = sweeps.map((sweep: SweepReport) => sweepText(sweep, bits));
  return [...(report.runs.length === 0 ? [] : [textOfReport(report, bits)]), ...texts].join('\n');
}

interface Values {
  readonly output?: string | undefined;
  readonly follow: boolean;
  readonly interval?: string | undefined;
  readonly svg?: string | undefined;
  readonly text: boolean;
  readonly bits: boolean;
}

/** Throws ERR_CONNTEST_USAGE where two options contradict each other. */
function assertFits({ output, follow, interval, text }: Values): void {
  const contradictions = [
    [text && output !== undefined, '--text prints to stdout, so it needs no --output; leave one of them out'],
    [text && follow, '--follow writes a page, and --text has none; leave one of them out'],
    [
      follow && output === '-',
      '--follow writes a page again and again, so it needs a file; give -o report.html',
    ],
    [!follow && interval !== undefined, '--interval is the time between two pages of --follow; give both'],
  ] as const;
  for (const [isSo, says] of contradictions) if (isSo) throw commandUsage('report', says);
}

function follow(paths: readonly string[], output: string, values: Values): Promise<AllLogs> {
  const intervalMs =
    values.interval === undefined
      ? FOLLOW_MS
      : parseDuration({ text: values.interval, label: '--interval' }, MIN_FOLLOW_MS);
  process.stderr.write(`conntest: the report is written to ${output} every ${formatDuration(intervalMs)}\n`);
  return withAny(paths, () =>
    followLogs(paths, intervalMs, ({ report, sweeps }, isGoingOn) => {
      // Before there is a run or a sweep there is nothing to show.
      if (report.runs.length + sweeps.length === 0) return;
      const page = pageOf(report, { bits: values.bits, sweeps, reloadMs: isGoingOn ? intervalMs : null });
      if (isGoingOn && values.svg !== undefined) writeCharts(values.svg, { report, sweeps }, values.bits);
      if (isGoingOn) writeWhole(output, page);
      else write(output, page);
    }),
  );
}

/** Throws ERR_CONNTEST_OUTPUT.
 *  @returns how many there are */
function writeCharts(directory: string, { report, sweeps }: AllLogs, bits: boolean): number {
  const files = [...svgFiles(report, bits), ...sweepSvgFiles(sweeps, bits)];
  makeDirectory(directory);
  for (const { name, text } of files) writeWhole(join(directory, name), text);
  return files.length;
}

function tellCharts(directory: string, count: number): void {
  process.stderr.write(`conntest: ${count} charts are in ${directory}\n`);
}

function write(path: string, page: string): void {
  if (path === '-') {
    print(page);
    return;
  }
  writeWhole(path, page);
  process.stderr.write(`conntest: the report is in ${path}\n`);
}
