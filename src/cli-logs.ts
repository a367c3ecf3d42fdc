/** What the commands that read logs have in common. */
import { type LogReport, readRuns } from './analysis/runs.js';
import { ConntestError } from './errors.js';
import { quote } from './options/given.js';

/** Throws ERR_CONNTEST_INPUT when a log can't be read or there is no run in any. */
export async function readLogs(paths: readonly string[]): Promise<LogReport> {
  const report = await read(paths);
  if (report.runs.length > 0) return report;
  throw new ConntestError(
    'ERR_CONNTEST_INPUT',
    `${paths.map(quote).join(', ')}: no run in it; give a log in JSON Lines, as conntest --log run.jsonl writes it`,
  );
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

/** What node:util's parseArgs complained of. */
export function wrongArguments(command: string, cause: unknown): ConntestError {
  const text = cause instanceof Error ? cause.message.split('. ')[0] : String(cause);
  return commandUsage(command, `${text}; conntest ${command} --help lists the options`, cause);
}

async function read(paths: readonly string[]): Promise<LogReport> {
  try {
    return await readRuns(paths);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new ConntestError('ERR_CONNTEST_INPUT', `a log can't be read: ${text}`, { cause });
  }
}
