/** Reads parts of a log at once, each in a thread, and hands them over in their order. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ByteRange } from './line-reader.js';
import type { LogItem } from './log-items.js';

const SCRIPT = new URL(import.meta.resolve('#program/log.cjs'));

/** What a thread answers. */
export interface LogPart {
  readonly items: readonly LogItem[];
  /** Where the first line begins that is not in it. */
  readonly end: number;
}

/** Throws what the system says of the file.
 *  @param parts one behind the other
 *  @returns where the first line begins that has no end, or that begins behind the last part */
export async function readParts(
  path: string,
  parts: readonly ByteRange[],
  threads: number,
  handle: (item: LogItem) => void,
): Promise<number> {
  const workers = Array.from({ length: threads }, () => new Worker(SCRIPT, { workerData: path }));
  try {
    return await readInTurn(workers, parts, handle);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** A thread has each so many-th part: they are alike, so none waits for long. */
async function readInTurn(
  workers: readonly Worker[],
  parts: readonly ByteRange[],
  handle: (item: LogItem) => void,
): Promise<number> {
  const started: Promise<LogPart>[] = [];
  const start = (index: number): void => {
    const part = parts[index];
    if (part !== undefined) started[index] = ask(workers[index % workers.length]!, part);
  };
  for (const index of workers.keys()) start(index);
  let end = 0;
  let isCut = false;
  for (const [index, { to }] of parts.entries()) {
    const part = await started[index]!;
    delete started[index];
    start(index + workers.length);
    for (const item of part.items) handle(item);
    // Behind a line without an end there is nothing but that line.
    if (!isCut) end = part.end;
    isCut ||= part.end < to;
  }
  return end;
}

/** A thread that dies rejects with its error. */
async function ask(worker: Worker, part: ByteRange): Promise<LogPart> {
  const answer = once(worker, 'message');
  worker.postMessage(part);
  const [read] = (await answer) as [LogPart];
  return read;
}
