/** One run on the terminal: its reporters, orderly ends on signals and closed pipes, an exit code. */

import type { ShardThreads } from '../control/shard-threads.js';
import { type EndReason, type Observer, Supervisor } from '../control/supervisor.js';
import { ConntestError } from '../errors.js';
import { reserveTcp } from '../io/reserve.js';
import type { RunOptions } from '../options/types.js';
import type { ReporterSettings, RunControl } from '../report/reporter.js';
import { verdictSentence } from '../report/words/verdict-text.js';
import { EXIT, exitCodeOf } from './exit-codes.js';
import { type EarlyEnd, openOutputs } from './outputs.js';
import type { RunRequest } from './program.js';
import { requireSocketOptions } from './sockets.js';
import { Judge } from './verdict.js';

/** A loopback port that nobody listens on right now. */
export async function freePort(): Promise<number> {
  const { port } = await reserveTcp({ host: '127.0.0.1', port: 0, family: 4 });
  return port;
}

/** @param threads not yet started
 *  @returns the exit code of docs/cli.md */
export async function runMeasurement(
  { options, notices }: RunRequest,
  version: string,
  threads: ShardThreads,
): Promise<number> {
  for (const notice of notices) process.stderr.write(`conntest: ${notice}\n`);
  requireSocketOptions(options);
  let earlyEnd: EarlyEnd | null = null;
  let stop: (reason: EndReason) => void = () => {};
  const outputs = openOutputs(options, (early) => {
    earlyEnd ??= early;
    stop(early.end.kind === 'failed' ? 'error' : 'interrupt');
  });
  const supervisor = new Supervisor(options, threads);
  const interrupt = interrupter(() => supervisor.stop('interrupt'));
  const observer = await outputs.report(settingsOf(options, controlOf(supervisor, interrupt)));
  const judge = new Judge(
    options.failIf,
    outputs.isForPeople ? observer : tellFailures(observer, options.bits),
  );
  const ended = supervisor.run(version, judge);
  stop = (reason) => supervisor.stop(reason);
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const outcome = await ended;
  await outputs.close();
  return earlyEnd === null ? exitCodeOf(outcome, judge.anyHeld) : exitCodeOfEnd(earlyEnd);
}

function tellFailures(observer: Observer, bits: boolean): Observer {
  return {
    ...observer,
    handleEvent: (event) => {
      if (event.type === 'listen-failed') {
        const { text, code } = event.cause;
        process.stderr.write(`conntest: can't listen on ${event.target}: ${text} (${code})\n`);
      }
      if (event.type === 'verdict' && event.outcome !== 'not-held') {
        process.stderr.write(`conntest: ${verdictSentence(event, bits)}\n`);
      }
      observer.handleEvent(event);
    },
  };
}

/** The first signal, or key, ends in good order, with the summary; the second at once. */
function interrupter(stop: () => void): () => void {
  let signals = 0;
  return () => {
    signals++;
    if (signals > 1) process.exit(EXIT.interrupted);
    stop();
  };
}

function settingsOf(options: RunOptions, run: RunControl): ReporterSettings {
  const {
    bits,
    uiEmphasis: emphasis,
    name,
    intervalMs,
    columns,
    logLevel: level,
    logFormat: format,
  } = options;
  return { bits, emphasis, name, intervalMs, columns, log: { level, format }, run };
}

function controlOf(supervisor: Supervisor, interrupt: () => void): RunControl {
  return {
    snapshot: () => supervisor.snapshot(),
    setMonitoring: (rowId, isOn) => supervisor.setMonitoring(rowId, isOn),
    reconnect: (rowId) => supervisor.reconnect(rowId),
    drop: (rowId) => supervisor.drop(rowId),
    interrupt,
  };
}

/** A reader that has seen enough (`| head`) is a good end, whatever was reached by then. */
function exitCodeOfEnd({ where, end }: EarlyEnd): number {
  if (end.kind === 'reader-gone') return EXIT.ok;
  const { error: cause } = end;
  throw new ConntestError('ERR_CONNTEST_OUTPUT', `${where} can't be written: ${cause.message}`, { cause });
}
