/** The reporters of a run and where they write: stdout, files, or both. */
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Observer } from '../control/supervisor.js';
import { ConntestError } from '../errors.js';
import type { RunOptions } from '../options/types.js';
import { openLogFile } from '../report/files/log-file.js';
import { createOutput, type OutputEnd, type StreamOutput } from '../report/files/output.js';
import { loadReporter, type ReporterName } from '../report/registry.js';
import type { Reporter, ReporterSettings } from '../report/reporter.js';

interface Sink {
  readonly reporter: ReporterName;
  /** null: stdout. */
  readonly file: string | null;
  /** Whether it may grow into parts. */
  readonly isLog: boolean;
}

/** The first output that could not go on. */
export interface EarlyEnd {
  readonly where: string;
  readonly end: OutputEnd;
}

export interface Outputs {
  /** The reporters of all of them as one; asked for once. */
  report(settings: ReporterSettings): Promise<Observer>;
  /** True when what happens is shown to a person anyhow. */
  readonly isForPeople: boolean;
  /** Resolves when all is written, and files are on the disk. */
  close(): Promise<void>;
}

/** A program reads the others; a person who started them must still be told why nothing works. */
const FOR_PEOPLE: ReadonlySet<ReporterName> = new Set(['live', 'text', 'log']);

/** Opens all files, so that a mistake in a name ends the run before it begins: throws ERR_CONNTEST_OUTPUT.
 *  @param onEnd called for an output that ends before the run does */
export function openOutputs(options: RunOptions, onEnd: (early: EarlyEnd) => void): Outputs {
  const opened = sinksOf(options).map((sink) => ({ ...sink, ...openSink(sink, options, onEnd) }));
  return {
    report: async (settings) => {
      const load = async ({ reporter, output }: (typeof opened)[number]) =>
        (await loadReporter(reporter))(output, settings);
      return together(await Promise.all(opened.map(load)));
    },
    isForPeople: opened.some(({ reporter, file }) => file === null && FOR_PEOPLE.has(reporter)),
    close: async () => {
      await Promise.all(opened.map(({ close }) => close()));
    },
  };
}

function together(reporters: readonly Reporter[]): Observer {
  return {
    ignoresSnapshots: reporters.every(({ ignoresSnapshots }) => ignoresSnapshots === true),
    handleEvent: (event) => reporters.forEach((reporter) => void reporter.handleEvent(event)),
    handleSnapshot: (snapshot) => reporters.forEach((reporter) => void reporter.handleSnapshot(snapshot)),
    handleSummary: (snapshot) => reporters.forEach((reporter) => void reporter.handleSummary(snapshot)),
  };
}

function sinksOf({ uis, logs, hdrLog }: RunOptions): Sink[] {
  const sinks: Sink[] = uis.map(({ name, file }) => ({ reporter: name, file, isLog: false }));
  for (const { format, file } of logs) sinks.push({ reporter: format, file, isLog: true });
  if (hdrLog !== null) sinks.push({ reporter: 'hdrLog', file: hdrLog, isLog: true });
  return sinks;
}

interface OpenSink {
  readonly output: StreamOutput;
  close(): Promise<void>;
}

function openSink(sink: Sink, options: RunOptions, onEnd: (early: EarlyEnd) => void): OpenSink {
  const { file } = sink;
  if (file === null) {
    const onClosed = (end: OutputEnd) => onEnd({ where: 'stdout', end });
    const output = createOutput({ stream: process.stdout, color: options.color, onClosed });
    return { output, close: () => output.flush() };
  }
  const stream = openFile(file, sink.isLog, options);
  let isClosing = false;
  const onClosed = (end: OutputEnd) => {
    if (!isClosing || end.kind === 'failed') onEnd({ where: file, end });
  };
  const output = createOutput({ stream, color: 'never', onClosed });
  const close = async () => {
    isClosing = true;
    await output.flush();
    stream.end();
    // A failure has been told by onClosed.
    await finished(stream).catch(() => {});
  };
  return { output, close };
}

function openFile(path: string, isLog: boolean, { logLimits }: RunOptions): Writable {
  const { partBytes, keepParts } = isLog ? logLimits : { partBytes: null, keepParts: null };
  try {
    return openLogFile({ path, partBytes, keepParts });
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new ConntestError('ERR_CONNTEST_OUTPUT', `can't write ${path}: ${text}`, { cause });
  }
}
