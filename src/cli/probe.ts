/** `conntest probe`: argv, signals, output and the exit code. What it finds comes from control/probe-run.ts. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ProbeRun, type Progress, type Round } from '../control/probe-run.js';
import { PROBE_FLAGS } from '../options/flags/probe.js';
import { type Expectation, type ProbeOptions, parseProbe } from '../options/probe.js';
import { changesOf } from '../probe/changes.js';
import { meets } from '../probe/expect.js';
import type { Section } from '../probe/sections.js';
import { wantsColor } from '../report/files/output.js';
import { CLEAR_LINE } from '../report/print/progress-bar.js';
import { progressLine } from '../report/probe/progress.js';
import { createProbeReporter } from '../report/probe/registry.js';
import type { ProbeReporter, ProbeRound } from '../report/probe/reporter.js';
import { readCommandArgv } from './command-argv.js';
import { EXIT } from './exit-codes.js';
import { onInterrupt } from './interrupt.js';
import { probeHelp } from './probe-help.js';
import type { CliContext } from './program.js';
import { writeAll } from './write.js';

/** @param argv what follows `probe`. Returns the exit code. Throws ERR_CONNTEST_USAGE. */
export async function runCli(argv: readonly string[], context: CliContext): Promise<number> {
  const raw = readCommandArgv('probe', PROBE_FLAGS, argv);
  if (raw.switches.has('help')) {
    process.stdout.write(probeHelp());
    return EXIT.ok;
  }
  const options = parseProbe(raw, process.env, context.parallelism);
  const run = new ProbeRun(options, `${context.hostname} (probe)`);
  if (run.parallel < options.parallel) {
    process.stderr.write(
      `conntest: ${run.parallel} tries at once instead of ${options.parallel}: ` +
        'this process may not open more files (ulimit -n)\n',
    );
  }
  const ending = new AbortController();
  onInterrupt(() => {
    ending.abort();
    run.stop();
  });
  const reporter = createProbeReporter(options.ui, {
    color: wantsColor(options.color, process.stdout),
    all: options.all,
  });
  const targets = raw.targets.map(({ text }) => text);
  await writeAll(reporter.head({ tMs: Date.now(), version: context.version, targets }));
  try {
    return await probe(run, options, reporter, ending.signal);
  } finally {
    await run.destroy();
  }
}

async function probe(
  run: ProbeRun,
  options: ProbeOptions,
  reporter: ProbeReporter,
  ending: AbortSignal,
): Promise<number> {
  let before: readonly Section[] | null = null;
  let isMet = true;
  for (let number = 1; number === 1 || !ending.aborted; number++) {
    const startMs = performance.now();
    const round = await run.round(showProgress);
    if (process.stderr.isTTY) process.stderr.write(CLEAR_LINE);
    // A later round that was cut short takes nothing back of what the one before has found.
    if (round.missing > 0 && before !== null) break;
    const shown = describe(round, number, before, options.expect);
    await writeAll(reporter.round(shown));
    isMet = shown.expected === null || shown.expected.failed === 0;
    before = round.sections;
    if (options.watchMs === null) break;
    const pauseMs = Math.max(0, options.watchMs - (performance.now() - startMs));
    await sleep(pauseMs, undefined, { signal: ending }).catch(() => {});
  }
  return isMet ? EXIT.ok : EXIT.somePeersUnreachable;
}

function describe(
  { sections, missing, elapsedMs }: Round,
  number: number,
  before: readonly Section[] | null,
  expect: Expectation | null,
): ProbeRound {
  return {
    number,
    tMs: Date.now(),
    elapsedMs,
    sections,
    changes: before === null ? null : changesOf(before, sections),
    // What was not told is not as expected.
    expected: expect === null ? null : { what: expect, failed: missing + countUnexpected(sections, expect) },
  };
}

function countUnexpected(sections: readonly Section[], expect: Expectation): number {
  const all = sections.flatMap(({ ports }) => ports);
  return all.filter(({ verdict }) => !meets(verdict, expect)).length;
}

function showProgress(progress: Progress): void {
  const { stderr } = process;
  if (stderr.isTTY !== true) return;
  const line = progressLine(progress, stderr.columns ?? 80);
  if (line !== '') stderr.write(CLEAR_LINE + line);
}
