/** A thread that reads parts of one log: a range of bytes in, what its lines say out. */
import { openSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { type ByteRange, readLines } from '../src/analysis/line-reader.js';
import { LogItems } from '../src/analysis/log-items.js';
import type { LogPart } from '../src/analysis/part-threads.js';

const file = openSync(workerData as string, 'r');
const reader = new LogItems();
const port = parentPort!;
port.on('message', (range: ByteRange) => {
  const end = readLines(file, range, (bytes, from, to) => reader.handleLine(bytes, from, to));
  port.postMessage({ items: reader.take(), end } satisfies LogPart);
});
