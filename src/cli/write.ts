import type { Writable } from 'node:stream';
import { EXIT } from './exit-codes.js';

/** Waits for a slow reader: what was found is never dropped. A reader of stdout that has gone has seen enough. */
export async function writeAll(texts: Iterable<string>, stream: Writable = process.stdout): Promise<void> {
  // Each write tells of its own failure; without a listener the stream's own event would end the process.
  if (!stream.listeners('error').includes(ignore)) stream.on('error', ignore);
  for (const text of texts) {
    await new Promise<void>((resolve, reject) => {
      stream.write(text, (error) => (error ? reject(error) : resolve()));
    }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(EXIT.ok);
      throw error;
    });
  }
}

function ignore(): void {}
