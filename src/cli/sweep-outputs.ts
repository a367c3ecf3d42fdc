/** Where a sweep is shown: on stdout, in a file, and how far it is on the terminal. */
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ConntestError } from '../errors.js';
import type { ParsedSweep } from '../options/sweep.js';
import { openLogFile } from '../report/files/log-file.js';
import { wantsColor } from '../report/files/output.js';
import { CLEAR_LINE } from '../report/print/progress-bar.js';
import { SweepProgress } from '../report/sweep/progress.js';
import { createSweepReporter } from '../report/sweep/registry.js';
import type { SweepReporter } from '../report/sweep/reporter.js';
import type { SweepEvent } from '../sweep/run.js';
import { writeAll } from './write.js';

/** What a terminal has that does not say. */
const DEFAULT_COLUMNS = 80;

interface Sink {
  readonly reporter: SweepReporter;
  readonly stream: Writable;
}

/** Opens the file, so that a mistake in its name ends the sweep before it begins: throws ERR_CONNTEST_OUTPUT. */
export function openSweepOutputs({ ui, output, bits, color }: ParsedSweep): SweepOutputs {
  const { stdout } = process;
  const columns = stdout.isTTY === true ? (stdout.columns ?? DEFAULT_COLUMNS) : null;
  const settings = { color: wantsColor(color, stdout), bits, columns };
  const sinks: Sink[] = [{ reporter: createSweepReporter(ui, settings), stream: stdout }];
  if (output !== null) {
    const inFile = { color: false, bits, columns: null };
    sinks.push({ reporter: createSweepReporter(output.ui, inFile), stream: openFile(output.file) });
  }
  return new SweepOutputs(sinks);
}

export class SweepOutputs {
  readonly #sinks: readonly Sink[];
  readonly #progress = new SweepProgress();
  /** What is written is written in its order. */
  #written: Promise<void> = Promise.resolve();

  constructor(sinks: readonly Sink[]) {
    this.#sinks = sinks;
  }

  handleEvent(event: SweepEvent): void {
    void this.write((reporter) => reporter.event(event)).catch(() => {});
    this.#showProgress(event);
  }

  /** Resolves when all is written; rejects when something written before could not be. */
  write(pick: (reporter: SweepReporter) => Iterable<string>): Promise<void> {
    this.#written = this.#written.then(async () => {
      for (const { reporter, stream } of this.#sinks) await writeAll(this.#clearing(pick(reporter)), stream);
    });
    return this.#written;
  }

  /** Files are on the disk then. */
  async close(): Promise<void> {
    clearLine();
    for (const { stream } of this.#sinks) {
      if (stream === process.stdout) continue;
      stream.end();
      // A failure has been told by what was written.
      await finished(stream).catch(() => {});
    }
  }

  *#clearing(texts: Iterable<string>): Iterable<string> {
    for (const text of texts) {
      clearLine();
      yield text;
    }
  }

  #showProgress(event: SweepEvent): void {
    const { stderr } = process;
    if (stderr.isTTY !== true) return;
    const line = this.#progress.line(event, stderr.columns ?? DEFAULT_COLUMNS);
    if (line !== '') stderr.write(CLEAR_LINE + line);
  }
}

function clearLine(): void {
  if (process.stderr.isTTY === true) process.stderr.write(CLEAR_LINE);
}

function openFile(path: string): Writable {
  try {
    const file = openLogFile({ path, partBytes: null, keepParts: null });
    // Each write tells of its own failure.
    file.on('error', () => {});
    return file;
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new ConntestError('ERR_CONNTEST_OUTPUT', `can't write ${path}: ${text}`, { cause });
  }
}
