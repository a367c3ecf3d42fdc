/** `conntest diff`: two runs side by side, and whether the second is worse. */
import type { ParseArgsConfig } from 'node:util';
import { compareRuns } from '../analysis/compare.js';
import type { RunReport } from '../analysis/runs.js';
import { ConntestError } from '../errors.js';
import { textOfDiff } from '../log-report/diff.js';
import { quote } from '../options/values/given.js';
import { EXIT } from './exit-codes.js';
import { FAIL_IF, judgeRuns, readFailIf } from './log-verdict.js';
import { commandUsage, parseCommand, print, readLogs } from './logs.js';

const HELP = `Usage: conntest diff <a.jsonl> <b.jsonl> [options]

Compares two runs from the logs that conntest --log has written: rates, latencies
idle and under load, losses. Each figure gets a verdict: better, worse, or same.

Options:
  --bits                 show Mbit/s instead of MB/s
  --fail-if <condition>  end with 99, too, if this held for a peer of B, as in
                         'p99>20ms' or 'up<100mbit'; repeatable
  -h, --help             show this text

Exit codes:
  0  the same or better    99  something is worse, or a --fail-if held
`;

const OPTIONS = {
  bits: { type: 'boolean', default: false },
  'fail-if': FAIL_IF,
  help: { type: 'boolean', short: 'h', default: false },
} as const satisfies ParseArgsConfig['options'];

/** `argv` is what follows `diff`. Throws ERR_CONNTEST_USAGE, ERR_CONNTEST_INPUT.
 *  @returns the exit code */
export async function runCli(argv: readonly string[]): Promise<number> {
  const given = parseCommand('diff', { help: HELP, options: OPTIONS }, argv);
  if (given === null) return EXIT.ok;
  const { values, positionals } = given;
  const [pathA, pathB, ...more] = positionals;
  if (pathA === undefined || pathB === undefined || more.length > 0) {
    throw commandUsage(
      'diff',
      `it compares two logs, not ${positionals.length}; write conntest diff a.jsonl b.jsonl`,
    );
  }
  const conditions = readFailIf(values['fail-if']);
  const runs = [await onlyRun(pathA), await onlyRun(pathB)] as const;
  const comparisons = compareRuns(...runs);
  if (comparisons.length === 0) {
    throw new ConntestError(
      'ERR_CONNTEST_INPUT',
      'the two runs have measured nothing that could be compared',
    );
  }
  print(textOfDiff(runs, comparisons, values.bits));
  const anyHeld = judgeRuns(conditions, [runs[1]], { bits: values.bits, out: process.stdout });
  const isWorse = comparisons.some(({ verdict }) => verdict === 'worse');
  return isWorse || anyHeld ? EXIT.worse : EXIT.ok;
}

async function onlyRun(path: string): Promise<RunReport> {
  const { runs } = await readLogs([path]);
  if (runs.length === 1) return runs[0]!;
  throw new ConntestError(
    'ERR_CONNTEST_INPUT',
    `${quote(path)} holds ${runs.length} runs; give a log of one`,
  );
}
