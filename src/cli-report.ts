/** `conntest report`: logs in, one HTML page or text out. */
import { writeFileSync } from 'node:fs';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { FAIL_IF, FAIL_IF_HELP, judgeRuns, readFailIf } from './cli-log-verdict.js';
import { commandUsage, print, readLogs, wrongArguments } from './cli-logs.js';
import { ConntestError } from './errors.js';
import { EXIT } from './exit-codes.js';
import { pageOf } from './log-report/page.js';
import { textOfReport } from './log-report/text.js';

const HELP = `Usage: conntest report <run.jsonl>... [options]

Makes one HTML page, which needs nothing else to be read, from one or several
logs that conntest --log has written. Parts of one log are put together, in the
order in which they are given.

Options:
  -o, --output <file>  where to write the page; - is stdout
                       (default: report.html)
  --text               print the report as tables instead
  --bits               show Mbit/s instead of MB/s
${FAIL_IF_HELP}
  -h, --help           show this text

Examples:
  conntest report run.jsonl -o report.html
  conntest report client.jsonl server.jsonl --text
`;

const OPTIONS = {
  output: { type: 'string', short: 'o' },
  text: { type: 'boolean', default: false },
  bits: { type: 'boolean', default: false },
  'fail-if': FAIL_IF,
  help: { type: 'boolean', short: 'h', default: false },
} as const satisfies ParseArgsConfig['options'];

/** `argv` is what follows `report`. Throws ERR_CONNTEST_USAGE, ERR_CONNTEST_INPUT, ERR_CONNTEST_OUTPUT.
 *  @returns the exit code */
export async function runCli(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parse(argv);
  if (values.help) {
    print(HELP);
    return EXIT.ok;
  }
  if (positionals.length === 0)
    throw commandUsage('report', 'no log was given; write e.g. conntest report run.jsonl');
  if (values.text && values.output !== undefined) {
    throw commandUsage('report', '--text prints to stdout, so it needs no --output; leave one of them out');
  }
  const conditions = readFailIf(values['fail-if']);
  const report = await readLogs(positionals);
  if (values.text) print(textOfReport(report, values.bits));
  else write(values.output ?? 'report.html', pageOf(report, values.bits));
  const out = values.output === '-' ? process.stderr : process.stdout;
  return judgeRuns(conditions, report.runs, { bits: values.bits, out }) ? EXIT.worse : EXIT.ok;
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (cause) {
    throw wrongArguments('report', cause);
  }
}

function write(path: string, page: string): void {
  if (path === '-') {
    print(page);
    return;
  }
  try {
    writeFileSync(path, page);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new ConntestError('ERR_CONNTEST_OUTPUT', `the report can't be written: ${text}`, { cause });
  }
  process.stderr.write(`conntest: the report is in ${path}\n`);
}
