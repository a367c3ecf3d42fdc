/** A thread that reads parts of one log: a range of bytes in, what its lines say out. */
import { open } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { type ByteRange, readLines } from '../src/analysis/line-reader.js';
import { LogItems } from '../src/analysis/log-items.js';
import type { LogPart } from '../src/analysis/part-threads.js';

const file = await open(workerData as string);
const reader = new LogItems();
const port = parentPort!;
port.on('message', async (range: ByteRange) => {
  const end = await readLines(file, range, (line) => reader.handleLine(line));
  port.postMessage({ items: reader.take(), end } satisfies LogPart);
});
