/** What the commands that read logs have in common. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type LogReport, readRuns } from '../analysis/runs.js';
import { isSweepLog, readSweep, type SweepReport } from '../analysis/sweeps.js';
import { ConntestError } from '../errors.js';
import { quote } from '../options/values/given.js';

type Options = NonNullable<ParseArgsConfig['options']>;
type Given<O extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: O; allowPositionals: true }>
>;

/** Prints `help` when it is asked for. Throws ERR_CONNTEST_USAGE.
 *  @param options of node:util's parseArgs; --help is among them
 *  @returns null: it was asked for, and nothing else is to be done */
export function parseCommand<O extends Options>(
  command: string,
  { help, options }: { readonly help: string; readonly options: O },
  argv: readonly string[],
): Given<O> | null {
  const given = parse(command, options, argv);
  const { help: isAsked } = given.values as { readonly help?: boolean };
  if (isAsked !== true) return given;
  print(help);
  return null;
}

/** Throws ERR_CONNTEST_INPUT when a log can't be read or there is no run in any. */
export async function readLogs(paths: readonly string[]): Promise<LogReport> {
  const { report } = await withAny(paths, async () => ({ report: await readRuns(paths), sweeps: [] }));
  return report;
}

/** What `read` makes of the logs. Throws ERR_CONNTEST_INPUT as `readLogs` does. */
export async function withAny(paths: readonly string[], read: () => Promise<AllLogs>): Promise<AllLogs> {
  const found = await unlessUnreadable(read());
  if (found.report.runs.length + found.sweeps.length > 0) return found;
  throw new ConntestError(
    'ERR_CONNTEST_INPUT',
    `${paths.map(quote).join(', ')}: no run in it; give a log in JSON Lines, as conntest --log run.jsonl writes it`,
  );
}

export interface AllLogs {
  readonly report: LogReport;
  readonly sweeps: readonly SweepReport[];
}

/** The same of logs among which there may be sweeps. */
export async function readAll(paths: readonly string[]): Promise<AllLogs> {
  const isSweep = await unlessUnreadable(Promise.all(paths.map(isSweepLog)));
  const sweeps = await unlessUnreadable(Promise.all(paths.filter((_, at) => isSweep[at]).map(readSweep)));
  const others = paths.filter((_, at) => !isSweep[at]);
  const none = { runs: [], badLines: 0, badHistograms: 0 };
  return { report: others.length === 0 ? none : await readLogs(others), sweeps };
}

/** To stdout; a reader that has seen enough (`| head`) is a good end. */
export function print(text: string): void {
  process.stdout.on('error', (error: Error & { readonly code?: string }) => {
    if (error.code !== 'EPIPE') throw error;
  });
  process.stdout.write(text);
}

/** A mistake in the arguments of `command`. */
export function commandUsage(command: string, text: string, cause?: unknown): ConntestError {
  return new ConntestError('ERR_CONNTEST_USAGE', `${command}: ${text}`, { cause });
}

function parse<O extends Options>(command: string, options: O, argv: readonly string[]): Given<O> {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (cause) {
    throw wrongArguments(command, cause);
  }
}

/** What node:util's parseArgs complained of. */
export function wrongArguments(command: string, cause: unknown): ConntestError {
  const text = cause instanceof Error ? cause.message.split('. ')[0] : String(cause);
  return commandUsage(command, `${text}; conntest ${command} --help lists the options`, cause);
}

/** Throws ERR_CONNTEST_INPUT with what the system says. */
async function unlessUnreadable<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (cause) {
    // Such as that of a page that can't be written.
    if (cause instanceof ConntestError) throw cause;
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new ConntestError('ERR_CONNTEST_INPUT', `a log can't be read: ${text}`, { cause });
  }
}
