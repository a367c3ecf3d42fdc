/** `conntest sweep`: argv, signals, outputs and the exit code. What it measures comes from sweep/run.ts. */
import { randomInt } from 'node:crypto';
import { openSweepLinks } from '../control/sweep-links.js';
import { ConntestError } from '../errors.js';
import { SWEEP_FLAGS } from '../options/flags/sweep.js';
import { type ParsedSweep, parseSweep } from '../options/sweep.js';
import { sentencesOf } from '../report/sweep/words.js';
import { curvesOf } from '../sweep/curve.js';
import type { SweepResult } from '../sweep/result.js';
import { runSweep, type Stop } from '../sweep/run.js';
import type { SweepLinks } from '../sweep/types.js';
import { verdictOf } from '../sweep/verdict.js';
import { readCommandArgv } from './command-argv.js';
import { EXIT } from './exit-codes.js';
import { onInterrupt } from './interrupt.js';
import type { CliContext } from './program.js';
import { requireSocketOptions } from './sockets.js';
import { sweepHelp } from './sweep-help.js';
import { openSweepOutputs, type SweepOutputs } from './sweep-outputs.js';

const SEEDS = 2 ** 32;

/** @param argv what follows `sweep`. Returns the exit code. Throws ERR_CONNTEST_USAGE, ERR_CONNTEST_OUTPUT. */
export async function runCli(argv: readonly string[], context: CliContext): Promise<number> {
  const raw = readCommandArgv('sweep', SWEEP_FLAGS, argv);
  if (raw.switches.has('help')) {
    process.stdout.write(sweepHelp());
    return EXIT.ok;
  }
  const parsed = parseSweep(raw, process.env, { hostname: context.hostname, seed: randomInt(SEEDS) });
  requireSocketOptions({ connects: [parsed.options.target], listens: [], udpIo: parsed.options.udpIo });
  const outputs = openSweepOutputs(parsed);
  const stop = stopOnInterrupt();
  try {
    const links = await open(parsed, stop);
    return links === null ? EXIT.noPeerReachable : await sweep(parsed, context.version, links, outputs, stop);
  } finally {
    await outputs.close();
  }
}

/** null: the peer was not reached, which has been said. */
async function open({ options }: ParsedSweep, stop: Stop): Promise<SweepLinks | null> {
  const notice = (text: string): void => void process.stderr.write(`conntest: ${text}\n`);
  const opening = openSweepLinks(options, notice).catch((error: unknown) => {
    if (!(error instanceof ConntestError) || error.code === 'ERR_CONNTEST_USAGE') throw error;
    notice(error.message);
    return null;
  });
  // What opens after an interrupt ends with the process.
  return Promise.race([opening, stop.asked.then(() => null)]);
}

async function sweep(
  { options, bits }: ParsedSweep,
  version: string,
  links: SweepLinks,
  outputs: SweepOutputs,
  stop: Stop,
): Promise<number> {
  const startMs = performance.now();
  try {
    await outputs.write((reporter) =>
      reporter.head({ tMs: Date.now(), version, options, carriers: links.links }),
    );
    const handleEvent = outputs.handleEvent.bind(outputs);
    const result = await runSweep(options, links.links, { now: Date.now, stop, handleEvent });
    const end = {
      tMs: Date.now(),
      elapsedMs: performance.now() - startMs,
      result,
      curves: curvesOf(result),
      sentences: sentencesOf(verdictOf(result), result.sizesBytes, bits),
    };
    await outputs.write((reporter) => reporter.end(end));
    return exitCodeOf(result);
  } finally {
    await links.close();
  }
}

/** A way that was cut short has not failed. */
function exitCodeOf({ carriers, samples, isComplete }: SweepResult): number {
  if (!isComplete) return EXIT.ok;
  const measured = new Set(
    samples.filter(({ outcome }) => outcome.kind === 'measured').map(({ way }) => way),
  );
  if (measured.size === carriers.length) return EXIT.ok;
  return measured.size === 0 ? EXIT.noPeerReachable : EXIT.somePeersUnreachable;
}

function stopOnInterrupt(): Stop {
  const stop = { isAsked: false, asked: Promise.resolve() };
  stop.asked = new Promise((resolve) => {
    onInterrupt(() => {
      stop.isAsked = true;
      resolve();
    });
  });
  return stop;
}
