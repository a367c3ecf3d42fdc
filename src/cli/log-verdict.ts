/** --fail-if over logs. */
import type { Writable } from 'node:stream';
import type { RunReport } from '../analysis/runs.js';
import { runTitle } from '../log-report/summary.js';
import { parseFailIf } from '../options/values/fail-if.js';
import { verdictLines } from '../report/words/verdict-text.js';
import { type Condition, judge } from '../verdict/judge.js';

/** For node:util's parseArgs. */
export const FAIL_IF = { type: 'string', multiple: true, default: [] as string[] } as const;

/** In the columns of the report's help. */
export const FAIL_IF_HELP = `  --fail-if <condition>
                       end with 99 if this held for any peer, as in 'p99>20ms',
                       'loss>0.5%' or 'up<100mbit'; repeatable`;

/** Throws ERR_CONNTEST_USAGE. */
export function readFailIf(texts: readonly string[]): Condition[] {
  return texts.map((text) => parseFailIf({ text, label: '--fail-if' }));
}

/** Says of each run what became of the conditions.
 *  @returns whether one held */
export function judgeRuns(
  conditions: readonly Condition[],
  runs: readonly RunReport[],
  { bits, out }: { readonly bits: boolean; readonly out: Writable },
): boolean {
  if (conditions.length === 0) return false;
  const verdicts = runs.map((run) =>
    judge(conditions, { rows: run.sides.flatMap(({ rows }) => rows), course: run.course }),
  );
  for (const [index, run] of runs.entries()) {
    const lines = verdictLines((verdicts[index] ?? []).map(textOf), bits).map(({ text }) => text);
    out.write(`${runs.length > 1 ? `${runTitle(run)}\n` : ''}${lines.join('\n')}\n`);
  }
  return verdicts.flat().some(({ outcome }) => outcome === 'held');
}

function textOf({ condition, ...found }: ReturnType<typeof judge>[number]) {
  return { condition: condition.text, unit: condition.metric.unit, limit: condition.limit, ...found };
}
